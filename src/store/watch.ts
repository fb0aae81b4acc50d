import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { drafts } from './schema.ts';
import { watchMarks } from './schema-watch.ts';
import type { WatchStore } from './types-watch.ts';

export type Looks = Pick<
  WatchStore,
  | 'getMark'
  | 'putMark'
  | 'overdueDrafts'
  | 'overdueReviews'
  | 'silentDrafts'
  | 'unclaimedDrafts'
  | 'draftsInStatus'
  | 'keepFindings'
  | 'sendRates'
  | 'escalations'
>;

/** The first condition is that of the index `drafts_waiting`; those held back have a time of their own, and a day's patience. */
const OVERDUE = `
select draft_id from (
  select draft_id, due_order_ms from drafts
  where status = 'scheduled' and projection ->> 'reason' is null and due_order_ms < $1
    and coalesce((projection ->> 'holdUntilMs')::bigint, 0) < $1
  union all
  select draft_id, due_order_ms from drafts
  where status = 'scheduled' and projection ->> 'reason' is not null and due_order_ms < $1
    and ((projection ->> 'notBeforeMs')::bigint < $1
      or (due_order_ms < $1 - 86400000 and projection ->> 'reason' not in ('paused', 'rate_limited')))
) as overdue
order by due_order_ms, draft_id limit $2`;

const OVERDUE_REVIEWS = `
select draft_id from drafts
where status in ('in_review', 'changes_requested') and (projection ->> 'reviewDeadlineMs')::bigint < $1
order by (projection ->> 'reviewDeadlineMs')::bigint, draft_id limit $2`;

const KEEP_FINDINGS = `
with found as (
  insert into watch_findings ("check", draft_id, first_seen_at_ms, last_seen_at_ms)
  select $1, id, $3, $3 from unnest($2::text[]) as ids(id)
  on conflict ("check", draft_id) do update set last_seen_at_ms = excluded.last_seen_at_ms
  returning draft_id, first_seen_at_ms
), over as (
  delete from watch_findings where "check" = $1 and draft_id <> all ($2::text[])
)
select draft_id, first_seen_at_ms from found order by first_seen_at_ms, draft_id`;

const SEND_RATES = `
select s.inbox_id, s.sent, e.bounced, e.complained
from (
  select inbox_id, count(*) as sent from sends where sent_at_ms >= $1 group by inbox_id having count(*) >= $2
) s, lateral (
  select count(distinct message_id) filter (where type = 'bounced' and lower(detail) = 'permanent') as bounced,
         count(distinct message_id) filter (where type = 'complained') as complained
  from message_events
  where inbox_id = s.inbox_id and at_ms >= $1 and type in ('bounced', 'complained')
) e
where e.bounced + e.complained > 0
order by s.inbox_id`;

const ESCALATIONS = `
select projection ->> 'escalatedTo', count(*), (array_agg(draft_id order by created_at_ms, draft_id))[1]
from drafts
where projection ->> 'escalated' = 'true' and status = 'in_review' and projection ->> 'escalatedTo' is not null
group by 1 order by 1`;

export function createWatch({ engine, orm, adhoc }: Database): Looks {
  const idsOf = (rows: unknown[][]) => rows.map(([draftId]) => String(draftId));
  return {
    async getMark(name) {
      const [row] = await orm.select({ value: watchMarks.value }).from(watchMarks).where(eq(watchMarks.name, name));
      return row?.value;
    },
    async putMark(name, value) {
      await orm
        .insert(watchMarks)
        .values({ name, value })
        .onConflictDoUpdate({ target: watchMarks.name, set: { value: sql`excluded.value` } });
    },

    overdueDrafts: async (beforeMs, limit) => idsOf(await engine.rows(OVERDUE, [beforeMs, limit])),
    overdueReviews: async (beforeMs, limit) => idsOf(await engine.rows(OVERDUE_REVIEWS, [beforeMs, limit])),
    async silentDrafts(status, beforeMs, limit) {
      const rows = await adhoc
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(and(eq(drafts.status, status), sql`coalesce(${drafts.toldAtMs}, ${drafts.createdAtMs}) < ${beforeMs}`))
        .orderBy(asc(drafts.createdAtMs), asc(drafts.draftId))
        .limit(limit);
      return rows.map(({ draftId }) => draftId);
    },
    async unclaimedDrafts(beforeMs, limit) {
      const unclaimed = and(
        eq(drafts.status, 'composing'),
        isNull(drafts.firstRunId),
        // Whoever cancelled a batch was told that nothing more of it begins.
        sql`not exists (select from batches b where b.batch_id = ${drafts.batchId} and b.status = 'cancelled')`,
        lt(drafts.createdAtMs, beforeMs),
      );
      const rows = await adhoc
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(unclaimed)
        .orderBy(asc(drafts.createdAtMs), asc(drafts.draftId))
        .limit(limit);
      return rows.map(({ draftId }) => draftId);
    },
    draftsInStatus(status, after, limit) {
      const { createdAtMs, draftId } = drafts;
      const further =
        after === null
          ? undefined
          : sql`(${createdAtMs}, ${draftId}) > (${after.createdAtMs}::bigint, ${after.draftId}::text)`;
      return adhoc
        .select({ draftId, createdAtMs })
        .from(drafts)
        .where(and(eq(drafts.status, status), further))
        .orderBy(asc(createdAtMs), asc(draftId))
        .limit(limit);
    },
    async keepFindings(check, draftIds, atMs) {
      const rows = await engine.rows(KEEP_FINDINGS, [check, draftIds, atMs], 'keep_findings');
      return rows.map(([draftId, firstSeenAtMs]) => ({
        draftId: String(draftId),
        firstSeenAtMs: Number(firstSeenAtMs),
      }));
    },
    async escalations() {
      const rows = await engine.rows(ESCALATIONS, []);
      return rows.map(([group, drafts, draftId]) => ({
        ...{ group: String(group), drafts: Number(drafts), draftId: String(draftId) },
      }));
    },
    async sendRates(sinceMs, minMessages) {
      const rows = await engine.rows(SEND_RATES, [sinceMs, minMessages]);
      return rows.map(([inboxId, sent, bounced, complained]) => ({
        inboxId: String(inboxId),
        sent: Number(sent),
        bounced: Number(bounced),
        complained: Number(complained),
      }));
    },
  };
}
