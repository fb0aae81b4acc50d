import { and, asc, count, desc, eq, gte, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { DraftOrder } from '../domain/state.ts';
import { asksGroup, asksPerson } from './asked.ts';
import { assignedTo } from './assignments.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { hasDeadline, isOverdue } from './deadlines.ts';
import { rowColumns } from './drafts.ts';
import { StoreInvalid } from './errors.ts';
import { drafts, NEVER_MS } from './schema.ts';
import { draftPauses, operationItems } from './schema-operations.ts';
import { prefixQuery } from './search-text.ts';
import type { DraftListQuery, Store } from './types.ts';

export const MAX_PAGE = 1_000;
const COMMA = sql.raw(', ');

const { createdAtMs, dueOrderMs, urgency, deadlineMs } = drafts;
const KEYS = { createdAtMs, dueOrderMs, urgency, deadlineMs };
interface Order {
  by: readonly (keyof typeof KEYS)[];
  direction: typeof asc | typeof desc;
  after: '<' | '>';
}

/** What each order sorts by, before the draft id: unique together, so that a page ends at an exact place. */
const ORDERS: Record<DraftOrder, Order> = {
  newest: { by: ['createdAtMs'], direction: desc, after: '<' },
  oldest: { by: ['createdAtMs'], direction: asc, after: '>' },
  due: { by: ['dueOrderMs'], direction: asc, after: '>' },
  urgent: { by: ['urgency', 'deadlineMs', 'createdAtMs'], direction: asc, after: '>' },
};

export function createDraftList({ adhoc }: Database): Pick<Store, 'listDrafts' | 'countDrafts' | 'countDue'> {
  return {
    async listDrafts(query) {
      assertLimit(query.limit);
      const list = query.order ?? 'newest';
      const { by, direction, after } = ORDERS[list];
      const keys = [...by.map((key) => KEYS[key]), drafts.draftId];
      const conditions = conditionsOf(query);
      if (conditions === 'nothing') return { items: [], nextCursor: null };
      if (query.cursor !== undefined) {
        const place = decodeCursor(list, query.cursor, ...by.map(() => 'number' as const), 'string');
        const values = place.map((value) => (typeof value === 'number' ? sql`${value}::bigint` : sql`${value}::text`));
        conditions.push(sql`(${sql.join(keys, COMMA)}) ${sql.raw(after)} (${sql.join(values, COMMA)})`);
      }
      const rows = await adhoc
        .select({ row: rowColumns, place: KEYS })
        .from(drafts)
        .where(and(...conditions))
        .orderBy(...keys.map((key) => direction(key)))
        .limit(query.limit + 1);
      const items = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? items.at(-1) : undefined;
      return {
        items: items.map(({ row }) => row),
        nextCursor: last ? encodeCursor(list, [...by.map((key) => last.place[key]), last.row.draftId]) : null,
      };
    },

    async countDrafts(query) {
      const conditions = conditionsOf(query);
      if (conditions === 'nothing') return {};
      const rows = await adhoc
        .select({ status: drafts.status, count: count() })
        .from(drafts)
        .where(and(...conditions))
        .groupBy(drafts.status);
      return Object.fromEntries(rows.map((row) => [row.status, row.count]));
    },

    async countDue(query, edgesMs) {
      const counts: number[] = Array(Math.max(0, edgesMs.length - 1)).fill(0);
      const [first, last] = [edgesMs[0], edgesMs.at(-1)];
      if (first === undefined || last === undefined) return counts;
      const conditions = conditionsOf({ ...query, dueAfterMs: first, dueBeforeMs: last });
      if (conditions === 'nothing') return counts;
      const bounds = sql.join(
        edgesMs.map((ms) => sql`${ms}::bigint`),
        COMMA,
      );
      const place = sql<number>`width_bucket(${drafts.dueOrderMs}, ARRAY[${bounds}])`;
      const rows = await adhoc
        .select({ place, count: count() })
        .from(drafts)
        .where(and(...conditions))
        .groupBy(sql`1`);
      for (const row of rows) counts[row.place - 1] = row.count;
      return counts;
    },
  };
}

/** All that lists and counts are narrowed by; `nothing` where that can be no draft. */
export function conditionsOf(query: Omit<DraftListQuery, 'limit' | 'cursor' | 'order'>): SQL[] | 'nothing' {
  const conditions: SQL[] = [];
  if (query.statuses?.length === 0) return 'nothing';
  if (query.statuses) conditions.push(inArray(drafts.status, query.statuses));
  if (query.dueBeforeMs !== undefined) conditions.push(lt(drafts.dueOrderMs, query.dueBeforeMs));
  if (query.dueAfterMs !== undefined) {
    conditions.push(gte(drafts.dueOrderMs, query.dueAfterMs), lt(drafts.dueOrderMs, NEVER_MS));
  }
  if (query.deadline !== undefined) conditions.push(hasDeadline(query.deadline));
  if (query.needs !== undefined) conditions.push(asksPerson(query.needs));
  if (query.group !== undefined) conditions.push(asksGroup(query.group));
  if (query.escalated !== undefined) {
    const escalated = sql`${drafts.projection} ->> 'escalated' = 'true'`;
    conditions.push(query.escalated ? escalated : sql`(${escalated}) is not true`);
  }
  if (query.overdue !== undefined) {
    const late = isOverdue(query.overdue.nowMs);
    conditions.push(query.overdue.is ? late : sql`not ${late}`);
  }
  if (query.inboxId !== undefined) conditions.push(eq(drafts.inboxId, query.inboxId));
  if (query.inboxIds?.length === 0) return 'nothing';
  if (query.inboxIds !== undefined) conditions.push(inArray(drafts.inboxId, [...query.inboxIds]));
  if (query.recipe !== undefined) conditions.push(eq(drafts.recipe, query.recipe));
  if (query.creatorId !== undefined) conditions.push(eq(drafts.creatorId, query.creatorId));
  if (query.category !== undefined) conditions.push(eq(drafts.category, query.category));
  if (query.batchId !== undefined) conditions.push(eq(drafts.batchId, query.batchId));
  if (query.assignee !== undefined) conditions.push(assignedTo(query.assignee.personId, query.assignee.nowMs));
  if (query.operationId !== undefined) {
    conditions.push(sql`exists (select from ${operationItems} where ${operationItems.draftId} = ${drafts.draftId}
      and ${operationItems.operationId} = ${query.operationId}::text and ${operationItems.state} = 'done')`);
  }
  if (query.paused !== undefined) {
    const held = sql`exists (select from ${draftPauses} where ${draftPauses.draftId} = ${drafts.draftId})`;
    conditions.push(query.paused ? held : sql`not ${held}`);
  }
  if (query.text !== undefined && query.text.trim() !== '') {
    const words = prefixQuery(query.text);
    if (words === null) return 'nothing';
    conditions.push(sql`${drafts.search} @@ ${words}::tsquery`);
  }
  return conditions;
}

export function assertLimit(limit: number) {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE) return;
  throw new StoreInvalid(`A page holds 1 to ${MAX_PAGE} rows; ${limit} is not such a number.`);
}
