import { and, asc, desc, eq, gte, lte, min, ne, or, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { logReaders, notificationSettings, reviewMessages, slackMembers, tellings } from './schema-channels.ts';
import type { SlackLinkStore } from './slack-links.ts';
import type { ChannelStore, NotificationSettings, TellingState } from './types-channels.ts';

/**
 * The place moves only from where this reader read, and with it goes all that was made of the events: of two processes
 * one wins, and what it made is kept with the move or not at all.
 */
const ADVANCE = `
with moved as (
  update log_readers set event_id = $3 where name = $1 and event_id = $2 returning 1
), kept as (
  insert into tellings (event_id, person_id, channel, bundle, draft_id, kind, revision, facts, made_at_ms, due_at_ms,
                        state, updated_at_ms)
  select t ->> 'eventId', t ->> 'personId', t ->> 'channel', t ->> 'bundle', t ->> 'draftId', t ->> 'kind',
         (t ->> 'revision')::integer, t -> 'facts', (t ->> 'madeAtMs')::bigint, (t ->> 'dueAtMs')::bigint,
         'pending', (t ->> 'madeAtMs')::bigint
  from jsonb_array_elements($4::jsonb) as t where exists (select from moved)
  on conflict do nothing
)
select exists (select from moved)`;

type Channels = Omit<ChannelStore, keyof SlackLinkStore | 'useLink' | 'findLinkUse' | 'freeLink'>;

const settingsColumns = {
  personId: notificationSettings.personId,
  email: notificationSettings.email,
  digest: notificationSettings.digest,
};

const memberColumns = { personId: slackMembers.personId, slackUserId: slackMembers.slackUserId };

export function createChannelStore({ engine, orm, adhoc }: Database): Channels {
  return {
    async getNotifications(personId): Promise<NotificationSettings> {
      const own = eq(notificationSettings.personId, personId);
      const [[row], [member]] = await Promise.all([
        orm.select(settingsColumns).from(notificationSettings).where(own),
        orm.select(memberColumns).from(slackMembers).where(eq(slackMembers.personId, personId)),
      ]);
      return { personId, email: false, digest: 'none', ...row, slackUserId: member?.slackUserId ?? null };
    },
    async putNotifications({ personId, email, digest }, atMs) {
      const values = { personId, email, digest, updatedAtMs: atMs };
      const set = { email, digest, updatedAtMs: atMs };
      await orm
        .insert(notificationSettings)
        .values(values)
        .onConflictDoUpdate({ target: notificationSettings.personId, set });
    },
    async listNotifications() {
      const [rows, members] = await Promise.all([
        orm.select(settingsColumns).from(notificationSettings),
        orm.select(memberColumns).from(slackMembers),
      ]);
      const settings = new Map(rows.map((row) => [row.personId, row]));
      const inSlack = new Map(members.map(({ personId, slackUserId }) => [personId, slackUserId]));
      return [...new Set([...settings.keys(), ...inSlack.keys()])].sort().map((personId) => ({
        ...{ personId, email: false, digest: 'none' as const },
        ...settings.get(personId),
        slackUserId: inSlack.get(personId) ?? null,
      }));
    },

    async readerAt(name, fresh) {
      await orm.insert(logReaders).values({ name, eventId: fresh }).onConflictDoNothing();
      const [row] = await orm.select().from(logReaders).where(eq(logReaders.name, name));
      return row?.eventId ?? fresh;
    },
    async advanceReader(name, from, to, made) {
      const [row] = await engine.rows(ADVANCE, [name, from, to, JSON.stringify(made)], 'advance_reader');
      return row?.[0] === true;
    },
    tellingsOf: (draftId) =>
      orm
        .select()
        .from(tellings)
        .where(eq(tellings.draftId, draftId))
        .orderBy(asc(tellings.madeAtMs), asc(tellings.eventId)),
    async dueBundles(nowMs, limit) {
      const rows = await adhoc
        .select({ bundle: tellings.bundle })
        .from(tellings)
        .where(and(eq(tellings.state, 'pending'), eq(tellings.attempts, 0), lte(tellings.dueAtMs, nowMs)))
        .groupBy(tellings.bundle)
        .orderBy(min(tellings.dueAtMs))
        .limit(limit);
      return rows.map(({ bundle }) => bundle);
    },
    pendingTellings: (bundle) =>
      orm
        .select()
        .from(tellings)
        .where(and(eq(tellings.bundle, bundle), eq(tellings.state, 'pending')))
        .orderBy(asc(sql`(${tellings.facts} ->> 'atMs')::bigint`), asc(tellings.eventId)),
    async settleTellings(told, { state, attempts, lastError, atMs }) {
      if (told.length === 0) return;
      const one = or(
        ...told.map(({ eventId, personId, channel }) =>
          and(eq(tellings.eventId, eventId), eq(tellings.personId, personId), eq(tellings.channel, channel)),
        ),
      );
      await adhoc
        .update(tellings)
        .set({ state, attempts, lastError, updatedAtMs: atMs })
        // What was delivered stays delivered, whatever a late attempt says.
        .where(and(one, ne(tellings.state, 'delivered')));
    },

    async countTellings(sinceMs) {
      const of = (state: TellingState) => sql<number>`count(*) filter (where ${tellings.state} = ${state})`;
      const failure = sql<string | null>`(array_agg(${tellings.lastError} order by ${tellings.updatedAtMs} desc)
        filter (where ${tellings.lastError} is not null and ${tellings.state} <> 'skipped'))[1]`;
      const rows = await adhoc
        .select({
          ...{ channel: tellings.channel, delivered: of('delivered'), pending: of('pending'), failed: of('failed') },
          lastError: failure,
        })
        .from(tellings)
        .where(gte(tellings.madeAtMs, sinceMs))
        .groupBy(tellings.channel);
      return rows.map(({ delivered, pending, failed, ...row }) => ({
        ...row,
        delivered: Number(delivered),
        pending: Number(pending),
        failed: Number(failed),
      }));
    },

    async addReviewMessage(message) {
      await orm.insert(reviewMessages).values(message).onConflictDoNothing();
    },
    reviewMessagesOfThread: (place, threadId) =>
      orm
        .select()
        .from(reviewMessages)
        .where(
          and(
            eq(reviewMessages.channel, 'email'),
            eq(reviewMessages.place, place),
            eq(reviewMessages.threadId, threadId),
          ),
        )
        .orderBy(desc(reviewMessages.atMs)),
    reviewMessagesOf: (draftId) =>
      orm.select().from(reviewMessages).where(eq(reviewMessages.draftId, draftId)).orderBy(asc(reviewMessages.atMs)),
  };
}
