import { and, asc, count, desc, eq, gt, gte, inArray, isNotNull, lt, type SQL, sql } from 'drizzle-orm';
import { policySchema } from '../domain/policy/schema.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { rowColumns } from './drafts.ts';
import { StoreConflict } from './errors.ts';
import { drafts, events, revisions } from './schema.ts';
import { activePolicy, policies } from './schema-policies.ts';
import type { RevisionRecord } from './types.ts';
import type { PastDraftsQuery, PolicyStore, PolicyVersion, Reactions } from './types-policies.ts';

/** Version and activation in one statement: two changes at once get numbers of their own, or one of them a conflict. */
const ADD = `
with current as (
  select a.version, p.digest from active_policy a join policies p on p.version = a.version
), kept as (
  select max(version) as version from policies where digest = $1
), added as (
  insert into policies (version, digest, document, rule_count, comment, "by", source, at_ms)
  select coalesce((select max(version) from policies), 0) + 1, $1, $2::json, $3, $4, $5, $6, $7
  where not exists (select from current where digest = $1)
    and not ($8::boolean and (select version from kept) is not null)
    and ($9::boolean or (select version from current) is not distinct from $10::integer)
  on conflict (version) do nothing
  returning version
), activated as (
  insert into active_policy (version, "by", at_ms) select version, $5, $7 from added
  on conflict ("only") do update set version = excluded.version, "by" = excluded."by", at_ms = excluded.at_ms
)
select (select version from added), (select version from current), (select digest from current), (select version from kept)`;

const ACTIVATE = `
insert into active_policy (version, "by", at_ms) select version, $2, $3 from policies where version = $1
on conflict ("only") do update set version = excluded.version, "by" = excluded."by", at_ms = excluded.at_ms
returning version`;

/** A bounce that was lifted since is still on record among the recipients' events. */
const SEEN = `
select $2::boolean and exists (
         select from suppressions s where s.address = any (ask.entries) and s.scope in ('organization', ask."inboxId")
           and (s.expires_at_ms is null or s.expires_at_ms > ask."nowMs")
           and (ask."asOfMs" is null or s.created_at_ms <= ask."asOfMs")),
       $3::boolean and exists (
         select from recipient_events e where e.subject in (ask.address, ask.mailbox) and e.action = 'suppressed'
           and e.data ->> 'reason' = 'hard_bounce' and (ask."asOfMs" is null or e.at_ms <= ask."asOfMs")),
       $4::boolean and exists (
         select from drafts d join sends on sends.draft_id = d.draft_id
         where d.reach @> array[ask.mailbox] and (ask."asOfMs" is null or sends.sent_at_ms < ask."asOfMs"))
from json_to_recordset($1::json) as ask (place integer, address text, mailbox text, entries text[], "inboxId" text,
     "nowMs" bigint, "asOfMs" bigint)
order by ask.place`;

/** How often two changes at once are told apart before the caller has to. */
const TRIES = 5;

export function createPolicies({ engine, orm, adhoc }: Database): PolicyStore {
  // Versions never change: the parsed rules of the last one asked for are kept.
  let parsed: PolicyVersion | null = null;
  const active = orm.select({ version: activePolicy.version }).from(activePolicy).prepare('active_policy');

  async function getPolicy(version: number): Promise<PolicyVersion | null> {
    if (parsed?.version === version) return parsed;
    const [row] = await orm.select().from(policies).where(eq(policies.version, version));
    if (row === undefined) return null;
    const { document, ruleCount: _, ...rest } = row;
    parsed = { ...rest, policy: policySchema.parse(document) };
    return parsed;
  }

  return {
    async addPolicy({ digest, policy, comment, by, source, atMs, base, onlyNew = false }) {
      const values = [digest, JSON.stringify(policy), policy.rules.length, comment, by, source, atMs, onlyNew];
      for (let tries = 0; tries < TRIES; tries += 1) {
        const [row = []] = await engine.rows(ADD, [...values, base === undefined, base ?? null], 'add_policy');
        const [added, current, currentDigest, kept] = row;
        if (added !== null && added !== undefined) return { kind: 'added', version: Number(added) };
        if (currentDigest === digest) return { kind: 'unchanged', version: Number(current) };
        if (onlyNew && kept !== null) return { kind: 'unchanged', version: Number(kept) };
        const known = current === null ? null : Number(current);
        if (base !== undefined && base !== known) return { kind: 'conflict' };
      }
      throw new StoreConflict('The policy was changed by others again and again: try once more.');
    },

    activatePolicy: async (version, by, atMs) =>
      (await engine.rows(ACTIVATE, [version, by, atMs], 'activate_policy')).length > 0,

    async activePolicy() {
      const [row] = await active.execute();
      return row === undefined ? null : getPolicy(row.version);
    },

    getPolicy,

    async listPolicies({ limit, cursor }) {
      assertLimit(limit);
      const [before] = cursor === undefined ? [] : decodeCursor('policies', cursor, 'number');
      const columns = {
        ...{ version: policies.version, digest: policies.digest, ruleCount: policies.ruleCount },
        ...{ comment: policies.comment, by: policies.by, source: policies.source, atMs: policies.atMs },
      };
      const isActive = sql<boolean>`coalesce(${policies.version} = (select a.version from active_policy a), false)`;
      const rows = await adhoc
        .select({ ...columns, active: isActive })
        .from(policies)
        .where(before === undefined ? undefined : lt(policies.version, before))
        .orderBy(desc(policies.version))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('policies', [last.version]) : null };
    },

    async recipientsSeen(asks, want) {
      if (asks.length === 0) return [];
      const json = JSON.stringify(asks.map((ask, place) => ({ ...ask, place })));
      const values = [json, want.suppressed, want.bounced, want.contacted];
      const rows = await engine.rows(SEEN, values, 'recipients_seen');
      return rows.map(([suppressed, bounced, contacted]) => ({
        suppressed: suppressed === true,
        bounced: bounced === true,
        contacted: contacted === true,
      }));
    },

    async pastDrafts({ limit, cursor, ...query }) {
      assertLimit(limit);
      const after = cursor === undefined ? undefined : decodeCursor('past', cursor, 'number', 'string');
      const place = sql`(${drafts.createdAtMs}, ${drafts.draftId})`;
      const before = after && sql`${place} < (${after[0]}::bigint, ${after[1]}::text)`;
      const rows = await adhoc
        .select(rowColumns)
        .from(drafts)
        .where(and(...past(query), before))
        .orderBy(desc(drafts.createdAtMs), desc(drafts.draftId))
        .limit(limit + 1);
      const page = rows.slice(0, limit);
      const ids = page.map(({ draftId }) => draftId);
      const [written, reactions] = await Promise.all([lastComposed(ids), reactionsTo(ids)]);
      const items = page.flatMap((row) => {
        const revision = written.get(row.draftId);
        return revision ? [{ row, revision, reactions: reactions.get(row.draftId) ?? NO_REACTIONS }] : [];
      });
      const last = rows.length > limit ? page.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('past', [last.createdAtMs, last.draftId]) : null };
    },

    async countPastDrafts(query) {
      const [row] = await adhoc
        .select({ drafts: count() })
        .from(drafts)
        .where(and(...past(query)));
      return row?.drafts ?? 0;
    },
  };

  /** The newest revision that the machine wrote: what policy had to decide on before people touched it. */
  async function lastComposed(draftIds: string[]): Promise<Map<string, RevisionRecord>> {
    if (draftIds.length === 0) return new Map();
    const composed = inArray(revisions.origin, ['composed', 'revised']);
    const rows = await adhoc
      .selectDistinctOn([revisions.draftId])
      .from(revisions)
      .where(inArray(revisions.draftId, draftIds))
      .orderBy(
        asc(revisions.draftId),
        desc(composed),
        sql`case when ${composed} then -${revisions.revision} else ${revisions.revision} end`,
      );
    return new Map(rows.map((row) => [row.draftId, row]));
  }

  async function reactionsTo(draftIds: string[]): Promise<Map<string, Reactions>> {
    if (draftIds.length === 0) return new Map();
    const rows = await adhoc
      .selectDistinct({ draftId: events.draftId, type: events.type })
      .from(events)
      .where(
        and(
          inArray(events.draftId, draftIds),
          inArray(events.type, ['edited', 'rejected', 'changes_requested', 'approval_revoked']),
          // What policy does by itself follows no command.
          isNotNull(events.commandId),
        ),
      );
    const found = new Map<string, Reactions>();
    for (const { draftId, type } of rows) {
      const known = found.get(draftId) ?? { ...NO_REACTIONS };
      if (type === 'edited') known.edited = true;
      if (type === 'rejected') known.rejected = true;
      if (type === 'changes_requested') known.changesRequested = true;
      if (type === 'approval_revoked') known.revoked = true;
      found.set(draftId, known);
    }
    return found;
  }
}

const NO_REACTIONS: Reactions = { edited: false, rejected: false, changesRequested: false, revoked: false };

function past({ inboxId, fromMs, toMs }: Pick<PastDraftsQuery, 'inboxId' | 'fromMs' | 'toMs'>): SQL[] {
  return [
    gt(drafts.shownRevision, 0),
    ...(inboxId === undefined ? [] : [eq(drafts.inboxId, inboxId)]),
    ...(fromMs === undefined ? [] : [gte(drafts.createdAtMs, fromMs)]),
    ...(toMs === undefined ? [] : [lt(drafts.createdAtMs, toMs)]),
  ];
}
