import { and, asc, count, desc, eq, getTableColumns, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type Database, storableText } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { StoreMissing } from './errors.ts';
import { drafts } from './schema.ts';
import { batches, batchRows } from './schema-batches.ts';
import type { BatchCounts, BatchRecord, BatchRow, BatchStore } from './types-batches.ts';

const { carry: _carry, creatorId: _creatorId, ...recordColumns } = getTableColumns(batches);
recordColumns satisfies Record<keyof BatchRecord, unknown>;
const rowColumns = {
  row: batchRows.row,
  state: batchRows.state,
  input: batchRows.input,
  draftId: batchRows.draftId,
  errorCode: batchRows.errorCode,
  error: batchRows.error,
} satisfies Record<keyof BatchRow, unknown>;

/**
 * One statement, so that a chunk is in with all its rows or not at all: the rows go in only where the batch moved.
 * Inputs travel as text and are cast here: `json` keeps NUL escapes that a JSON function would refuse.
 */
const APPEND = `with moved as (
    update batches set uploaded_bytes = $3::bigint, carry = $4, header = $5::json,
      row_count = row_count + cardinality($6::text[]), status = $9, uploaded_crc = $10::bigint
    where batch_id = $1 and status = 'uploading' and uploaded_bytes = $2::bigint
    returning row_count - cardinality($6::text[]) as first
  ), added as (
    insert into batch_rows (batch_id, row_no, state, input, error_code, error)
    select $1, moved.first + fresh.n, case when code = '' then 'waiting' else 'bad' end, input::json,
      nullif(code, ''), nullif(message, '')
    from moved, unnest($6::text[], $7::text[], $8::text[]) with ordinality as fresh (input, code, message, n)
  )
  select count(*)::int from moved`;

export function createBatches({ engine, orm, adhoc }: Database): BatchStore {
  async function getBatch(batchId: string): Promise<BatchRecord | null> {
    const [record] = await orm.select(recordColumns).from(batches).where(eq(batches.batchId, batchId));
    return record ?? null;
  }

  const oldest = (which: SQL | undefined, limit: number) =>
    adhoc
      .select(recordColumns)
      .from(batches)
      .where(which)
      .orderBy(asc(batches.createdAtMs), asc(batches.batchId))
      .limit(limit);

  return {
    getBatch,
    async createBatch(creation) {
      const [created] = await orm
        .insert(batches)
        .values({ ...creation, creatorId: creation.creator.id })
        .onConflictDoNothing()
        .returning(recordColumns);
      if (created) return { created: true, stored: created };
      const stored = await getBatch(creation.batchId);
      if (!stored) throw new StoreMissing(`The batch ${creation.batchId} was deleted while it was created.`);
      return { created: false, stored };
    },

    async listBatches({ creatorId, inboxIds, limit, cursor }) {
      assertLimit(limit);
      const after = cursor === undefined ? null : decodeCursor('batches', cursor, 'number', 'string');
      const found = await adhoc
        .select(recordColumns)
        .from(batches)
        .where(
          and(
            creatorId === undefined ? undefined : eq(batches.creatorId, creatorId),
            inboxIds === undefined ? undefined : sql`${batches.inboxId} = any (${sql.param([...inboxIds])}::text[])`,
            after === null
              ? undefined
              : sql`(${batches.createdAtMs}, ${batches.batchId}) < (${after[0]}::bigint, ${after[1]}::text)`,
          ),
        )
        .orderBy(desc(batches.createdAtMs), desc(batches.batchId))
        .limit(limit + 1);
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('batches', [last.createdAtMs, last.batchId]) : null };
    },

    startingBatches: (beforeMs, limit) =>
      oldest(
        and(
          eq(batches.status, 'starting'),
          isNull(batches.cancelledBy),
          sql`coalesce(${batches.startedAtMs}, ${batches.createdAtMs}) < ${beforeMs}`,
        ),
        limit,
      ),
    batchesUnderWay: (limit) => oldest(inArray(batches.status, ['running', 'paused']), limit),

    async batchCarry(batchId) {
      const [found] = await orm.select({ carry: batches.carry }).from(batches).where(eq(batches.batchId, batchId));
      return found?.carry ?? new Uint8Array();
    },

    async appendBatchRows(batchId, { fromBytes, toBytes, crc, carry, header, rows, seal }) {
      const params = [
        ...[batchId, fromBytes, toBytes, carry, header === null ? null : JSON.stringify(header)],
        rows.map(({ input }) => JSON.stringify(input ?? null)),
        rows.map(({ problem }) => problem?.code ?? ''),
        rows.map(({ problem }) => storableText(problem?.message ?? '')),
        seal ? 'starting' : 'uploading',
        crc,
      ];
      const [moved] = await engine.rows(APPEND, params, 'append_batch_rows');
      return moved?.[0] === 1;
    },

    async moveBatch(batchId, from, change) {
      const moved = await adhoc
        .update(batches)
        .set(change)
        .where(and(eq(batches.batchId, batchId), inArray(batches.status, [...from])))
        .returning({ batchId: batches.batchId });
      return moved.length > 0;
    },

    async clearBatchRows(batchId) {
      await orm.delete(batchRows).where(eq(batchRows.batchId, batchId));
      await orm.update(batches).set({ carry: new Uint8Array() }).where(eq(batches.batchId, batchId));
    },

    async listBatchRows(batchId, { state, afterRow, limit }) {
      assertLimit(limit);
      return adhoc
        .select(rowColumns)
        .from(batchRows)
        .where(
          and(
            eq(batchRows.batchId, batchId),
            gt(batchRows.row, afterRow),
            state === undefined ? undefined : eq(batchRows.state, state),
          ),
        )
        .orderBy(asc(batchRows.row))
        .limit(limit);
    },

    async settleBatchRow(batchId, row, outcome) {
      const change =
        'draftId' in outcome
          ? { state: 'started' as const, draftId: outcome.draftId, input: null }
          : { state: 'bad' as const, errorCode: outcome.code, error: storableText(outcome.message) };
      await orm
        .update(batchRows)
        .set(change)
        .where(and(eq(batchRows.batchId, batchId), eq(batchRows.row, row), eq(batchRows.state, 'waiting')));
    },

    async countBatchRows(batchId) {
      const found = await orm
        .select({ state: batchRows.state, count: count() })
        .from(batchRows)
        .where(eq(batchRows.batchId, batchId))
        .groupBy(batchRows.state);
      const counts: BatchCounts = { waiting: 0, bad: 0, started: 0 };
      for (const { state, count } of found) counts[state] = count;
      return counts;
    },

    async countBatchDrafts(batchId) {
      const found = await orm
        .select({ status: drafts.status, count: count() })
        .from(drafts)
        .where(eq(drafts.batchId, batchId))
        .groupBy(drafts.status);
      return Object.fromEntries(found.map(({ status, count }) => [status, count]));
    },

    async listBatchResults(batchId, afterRow, limit) {
      assertLimit(limit);
      const { input: _input, ...columns } = rowColumns;
      const sentAt = sql<number | null>`(select max(at_ms) from events
        where events.draft_id = ${drafts.draftId} and events.type = 'sent' and ${drafts.status} = 'sent')`;
      const found = await adhoc
        .select({
          ...columns,
          inputRef: drafts.documentRef,
          draftStatus: drafts.status,
          projection: drafts.projection,
          sentAtMs: sentAt,
        })
        .from(batchRows)
        .leftJoin(drafts, eq(drafts.draftId, batchRows.draftId))
        .where(and(eq(batchRows.batchId, batchId), gt(batchRows.row, afterRow)))
        .orderBy(asc(batchRows.row))
        .limit(limit);
      return found.map(({ projection, sentAtMs, ...row }) => ({
        ...row,
        draftReason: projection?.reason ?? null,
        messageId: projection?.messageId ?? null,
        // A bigint, which a driver may hand over as text.
        sentAtMs: sentAtMs === null ? null : Number(sentAtMs),
      }));
    },

    async listBatchDraftIds(batchId, { statuses, afterId, limit }) {
      assertLimit(limit);
      const wanted = adhoc
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(
          and(
            eq(drafts.batchId, batchId),
            gt(drafts.draftId, afterId),
            sql`${drafts.status} = any (${sql.param([...statuses])}::text[])`,
          ),
        )
        .orderBy(asc(drafts.draftId))
        .limit(limit);
      return (await wanted).map(({ draftId }) => draftId);
    },
  };
}
