import { and, desc, eq, getTableColumns, inArray, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { MAX_OPERATION_DRAFTS, type OperationAction, WAITING_STATUSES } from '../domain/operations.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit, conditionsOf } from './draft-list.ts';
import { createDraftPauses } from './draft-pauses.ts';
import { StoreConflict, StoreMissing } from './errors.ts';
import { createOperationItems } from './operation-items.ts';
import { drafts, revisions } from './schema.ts';
import { assignments } from './schema-desk.ts';
import { draftPauses, operationItems, operations } from './schema-operations.ts';
import type { OperationCreation, OperationRecord, OperationStore, OperationTarget } from './types-operations.ts';

const recordColumns = getTableColumns(operations) satisfies Record<keyof OperationRecord, unknown>;
/** Said in full: in the columns of a select, Drizzle leaves the table's name out, and a subquery's own would be meant. */
const DRAFT = sql.raw('drafts.draft_id');
const STATUS = sql.raw('drafts.status');
type Within = Parameters<OperationStore['previewOperation']>[2];

export function createOperations(database: Database): OperationStore {
  const { orm, adhoc } = database;

  async function getOperation(operationId: string): Promise<OperationRecord | null> {
    const [found] = await orm.select(recordColumns).from(operations).where(eq(operations.operationId, operationId));
    return found ?? null;
  }

  /** Writes the drafts down in one statement: one that comes or goes meanwhile is in it, or not. */
  async function freeze(creation: OperationCreation, conditions: SQL[], nowMs: number): Promise<void> {
    const { operationId, action, personId } = creation;
    const held = sql`(select person_id from ${assignments} a where a.draft_id = ${DRAFT}
      and (a.lease_until_ms is null or a.lease_until_ms > ${nowMs}::bigint))`;
    const code = cannot(action, personId, held);
    const chosen = adhoc
      .select({
        operationId: sql`${operationId}::text`.as('operation_id'),
        position: sql`row_number() over (order by ${drafts.createdAtMs}, ${drafts.draftId})`.as('position'),
        draftId: drafts.draftId,
        revision: sql`coalesce((${drafts.projection} ->> 'revision')::integer, 0)`.as('revision'),
        assigneeId: held.as('assignee_id'),
        state: sql`case when ${code} is null then 'waiting' else 'skipped' end`.as('state'),
        code: code.as('code'),
        changed: sql`null::boolean`.as('changed'),
        attempts: sql`0`.as('attempts'),
        settledAtMs: sql`null::bigint`.as('settled_at_ms'),
      })
      .from(drafts)
      .where(and(...conditions))
      .limit(MAX_OPERATION_DRAFTS + 1);
    await adhoc.insert(operationItems).select(sql`${chosen}`);
  }

  return {
    ...createDraftPauses(database),
    ...createOperationItems(database),
    getOperation,

    async previewOperation(creation, target, within) {
      const { operationId } = creation;
      const conditions = targetConditions(target, within);
      await orm.insert(operations).values(creation);
      if (conditions !== 'nothing') await freeze(creation, conditions, within.nowMs);
      const of = sql`from ${operationItems} i join ${drafts} d on d.draft_id = i.draft_id
        where i.operation_id = ${operationId}`;
      const [record] = await adhoc
        .update(operations)
        .set({
          status: 'previewed',
          total: sql`(select count(*)::integer ${of})`,
          inboxIds: sql`array(select distinct d.inbox_id ${of} order by 1)`,
        })
        .where(eq(operations.operationId, operationId))
        .returning(recordColumns);
      if (!record) throw new StoreMissing(`The operation ${operationId} was deleted while it was previewed.`);
      if (record.total <= MAX_OPERATION_DRAFTS) return record;
      await orm.delete(operations).where(eq(operations.operationId, operationId));
      throw new StoreConflict(`An operation has at most ${MAX_OPERATION_DRAFTS} drafts; narrow the filter.`);
    },

    async listOperations({ inboxIds, limit, cursor }) {
      assertLimit(limit);
      const after = cursor === undefined ? null : decodeCursor('operations', cursor, 'number', 'string');
      const { createdAtMs, operationId } = operations;
      const found = await adhoc
        .select(recordColumns)
        .from(operations)
        .where(
          and(
            ne(operations.status, 'freezing'),
            ne(operations.status, 'previewed'),
            inboxIds === undefined
              ? undefined
              : sql`${operations.inboxIds} <@ ${sql.param([...inboxIds])}::text[] and ${operations.total} > 0`,
            after === null
              ? undefined
              : sql`(${createdAtMs}, ${operationId}) < (${after[0]}::bigint, ${after[1]}::text)`,
          ),
        )
        .orderBy(desc(createdAtMs), desc(operationId))
        .limit(limit + 1);
      const items = found.slice(0, limit);
      const last = found.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('operations', [last.createdAtMs, last.operationId]) : null };
    },

    async moveOperation(operationId, from, change) {
      const moved = await adhoc
        .update(operations)
        .set(change)
        .where(and(eq(operations.operationId, operationId), inArray(operations.status, [...from])))
        .returning({ operationId: operations.operationId });
      return moved.length > 0;
    },

    async dropPreviews(beforeMs) {
      const unconfirmed = or(eq(operations.status, 'freezing'), eq(operations.status, 'previewed'));
      await orm.delete(operations).where(and(unconfirmed, lt(operations.createdAtMs, beforeMs)));
    },
  };
}

function targetConditions(target: OperationTarget, { inboxIds, assignee }: Within): SQL[] | 'nothing' {
  if ('draftIds' in target) {
    const conditions = conditionsOf({ statuses: [...WAITING_STATUSES], inboxIds });
    if (conditions === 'nothing' || target.draftIds.length === 0) return 'nothing';
    return [...conditions, inArray(drafts.draftId, target.draftIds)];
  }
  const wanted = target.statuses;
  const statuses = WAITING_STATUSES.filter((status) => wanted === undefined || wanted.includes(status));
  return conditionsOf({ ...target, statuses, inboxIds, assignee });
}

/** Why a draft cannot take it, as SQL: null when it can. The draft itself has the last word. */
function cannot(action: OperationAction, personId: string | null, held: SQL): SQL {
  const paused = sql`exists (select from ${draftPauses} p where p.draft_id = ${DRAFT})`;
  switch (action) {
    case 'pause':
      return sql`case when ${paused} then 'already_paused' end`;
    case 'resume':
      return sql`case when not ${paused} then 'not_paused' end`;
    case 'recheck':
      return sql`case when ${STATUS} = 'composing' then 'not_ready' end`;
    case 'recompose':
      return sql`case when drafts.source <> 'recipe' then 'no_recipe'
        when ${STATUS} = 'composing' then 'not_in_review'
        when ${STATUS} = 'scheduled' then 'already_decided'
        when exists (select from ${revisions} r where r.draft_id = ${DRAFT}
          and r.revision = drafts.shown_revision and r.origin in ('edited', 'revised')) then 'edited_by_hand' end`;
    case 'reassign':
      return personId === null
        ? sql`case when ${held} is null then 'nobody_has_it' end`
        : sql`case when exists (select from ${assignments} a where a.draft_id = ${DRAFT}
            and a.person_id = ${personId}::text and a.lease_until_ms is null) then 'already_theirs' end`;
  }
}
