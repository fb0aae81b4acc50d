import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { StoreMissing } from './errors.ts';
import { decodeEventId, encodeEventId, LOG_START } from './event-id.ts';
import { eventLog, events, NEVER_MS } from './schema.ts';
import type { AuditRow, Store } from './types.ts';

/** Channel of LISTEN / NOTIFY. A notification carries nothing: readers ask for what they have not seen. */
export const EVENTS_CHANNEL = 'countersign_events';

/**
 * A place in a run's log is told again when a worker died before its workflow task was in history. What is told later is
 * what history has, so it replaces a different telling; the same one changes nothing. Rows around a send are facts of
 * their own and are never replaced.
 *
 * Entries, projection and wake-up in one statement, hence one transaction. A late projection fails its condition, also
 * when it had to wait for the row: the condition is then evaluated again on what the other transaction left.
 */
const RECORD = `
with added as (
  insert into events (epoch, draft_id, origin, sequence, type, at_ms, actor_id, command_id, revision, digest, data)
  select (select epoch from event_log), $1, e.origin, e.sequence, e.type, e."atMs", e."actorId", e."commandId",
         e.revision, e.digest, e.data::json
  from json_to_recordset($2::json) as e(origin text, sequence integer, type text, "atMs" bigint, "actorId" text,
       "commandId" text, revision integer, digest text, data text)
  on conflict (draft_id, origin, sequence) do update
    set type = excluded.type, at_ms = excluded.at_ms, actor_id = excluded.actor_id, command_id = excluded.command_id,
        revision = excluded.revision, digest = excluded.digest, data = excluded.data, epoch = excluded.epoch, xid = pg_current_xact_id()
    where events.origin not like 'send:%' and excluded.at_ms > events.at_ms
      and (events.type, events.command_id, events.revision, events.data::text)
          is distinct from (excluded.type, excluded.command_id, excluded.revision, excluded.data::text)
  returning at_ms
), moved as (
  update drafts set projection = $3::jsonb, told_at_ms = $4, sequence = $5, status = $6, due_order_ms = $7,
         updated_at_ms = greatest(updated_at_ms, (select max(at_ms) from added))
  where draft_id = $1 and $3::jsonb is not null
    and (told_at_ms is null or (told_at_ms, sequence) <= ($4::bigint, $5::integer))
), sent as (
  insert into sends (draft_id, inbox_id, message_id, recipients, sent_at_ms)
  select draft_id, inbox_id, $3::jsonb ->> 'messageId', cardinality(recipients), $4::bigint
  from drafts where draft_id = $1 and $6 = 'sent'
  on conflict (draft_id) do nothing
)
select exists (select from drafts where draft_id = $1),
       (select pg_notify('${EVENTS_CHANNEL}', '') where exists (select from added))`;

/** Whoever inserts first has the place; another waits for that transaction and then finds it taken. */
const RECORD_ONCE = `
with added as (
  insert into events (epoch, draft_id, origin, sequence, type, at_ms, actor_id, command_id, revision, digest, data)
  values ((select epoch from event_log), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json)
  on conflict (draft_id, origin, sequence) do nothing
  returning 1
)
select exists (select from added), (select pg_notify('${EVENTS_CHANNEL}', '') where exists (select from added))`;

const place = { epoch: events.epoch, xid: sql<string>`${events.xid}::text`, id: sql<string>`${events.id}::text` };
const columns = {
  draftId: events.draftId,
  origin: events.origin,
  sequence: events.sequence,
  type: events.type,
  atMs: events.atMs,
  actorId: events.actorId,
  commandId: events.commandId,
  revision: events.revision,
  digest: events.digest,
  data: events.data,
};

/** Of an earlier epoch, or of a transaction older than every open one: nothing can still appear before it. */
const SETTLED = sql`(${events.epoch} < (select ${eventLog.epoch} from ${eventLog})
  or ${events.xid} < pg_snapshot_xmin(pg_current_snapshot()))`;

type Events = Pick<Store, 'record' | 'recordOnce' | 'listEvents' | 'eventsAfter' | 'latestEventId'>;

export function createEvents({ engine, orm }: Database): Events {
  const read = (where: SQL | undefined) =>
    orm
      .select({ place, entry: columns })
      .from(events)
      .where(where)
      .orderBy(asc(events.epoch), asc(events.xid), asc(events.id));
  const toRow = ({ place, entry }: Awaited<ReturnType<typeof read>>[number]): AuditRow => ({
    id: encodeEventId(place),
    ...entry,
  });
  const ofDraft = read(eq(events.draftId, sql.placeholder('draftId'))).prepare('list_events');
  return {
    async record(draftId, entries, projection) {
      const p = projection;
      const moved = [p && JSON.stringify(p), p?.toldAtMs, p?.sequence, p?.status, p?.dueAtMs ?? NEVER_MS];
      // As text within the text: read out of JSON, an escaped NUL would be turned into one, and refused.
      const added = entries.map((entry) => ({ ...entry, data: JSON.stringify(entry.data) }));
      const [row] = await engine.rows(RECORD, [draftId, JSON.stringify(added), ...moved], 'record');
      if (row?.[0] !== true) throw new StoreMissing(`There is no draft ${draftId} to record for.`);
    },

    async recordOnce(draftId, entry) {
      const { origin, sequence, type, atMs, actorId, commandId, revision, digest, data } = entry;
      const values = [
        draftId,
        origin,
        sequence,
        type,
        atMs,
        actorId,
        commandId,
        revision,
        digest,
        JSON.stringify(data),
      ];
      const [row] = await engine.rows(RECORD_ONCE, values, 'record_once');
      return row?.[0] === true;
    },

    async listEvents(draftId) {
      return (await ofDraft.execute({ draftId })).map(toRow);
    },

    async eventsAfter(afterId, limit, draftId) {
      assertLimit(limit);
      const { epoch, xid, id } = decodeEventId(afterId ?? LOG_START);
      const after = sql`(${events.epoch}, ${events.xid}, ${events.id}) > (${epoch}::integer, ${xid}::xid8, ${id}::bigint)`;
      const one = draftId === undefined ? undefined : eq(events.draftId, draftId);
      return (await read(and(after, SETTLED, one)).limit(limit)).map(toRow);
    },

    async latestEventId() {
      const [latest] = await orm
        .select(place)
        .from(events)
        .where(SETTLED)
        .orderBy(desc(events.epoch), desc(events.xid), desc(events.id))
        .limit(1);
      return latest ? encodeEventId(latest) : LOG_START;
    },
  };
}
