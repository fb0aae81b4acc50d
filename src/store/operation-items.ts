import { and, asc, count, eq, gt, inArray, sql } from 'drizzle-orm';
import type { ItemState } from '../domain/operations.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { drafts } from './schema.ts';
import { operationItems } from './schema-operations.ts';
import type { OperationCounts, OperationItem, OperationStore } from './types-operations.ts';

const itemColumns = {
  position: operationItems.position,
  draftId: operationItems.draftId,
  revision: operationItems.revision,
  assigneeId: operationItems.assigneeId,
  state: operationItems.state,
  code: operationItems.code,
  changed: operationItems.changed,
  attempts: operationItems.attempts,
  settledAtMs: operationItems.settledAtMs,
} satisfies Record<keyof OperationItem, unknown>;

type Items = Pick<
  OperationStore,
  'countItems' | 'itemCodes' | 'waitingItems' | 'countComposing' | 'settleItem' | 'triedItem' | 'listItems'
>;

/** What came of each draft of an operation. */
export function createOperationItems({ orm, adhoc }: Database): Items {
  const ofOperation = (operationId: string) => eq(operationItems.operationId, operationId);
  const waiting = (operationId: string, draftId: string) =>
    and(ofOperation(operationId), eq(operationItems.draftId, draftId), eq(operationItems.state, 'waiting'));
  return {
    async countItems(operationId) {
      const found = await orm
        .select({
          state: operationItems.state,
          count: count(),
          changed: sql<number>`(count(*) filter (where ${operationItems.changed}))::integer`,
        })
        .from(operationItems)
        .where(ofOperation(operationId))
        .groupBy(operationItems.state);
      const counts: OperationCounts = { waiting: 0, done: 0, skipped: 0, failed: 0, changed: 0 };
      for (const { state, count, changed } of found) {
        counts[state] = count;
        counts.changed += changed;
      }
      return counts;
    },
    async itemCodes(operationId) {
      const found = await orm
        .select({ code: operationItems.code, count: count() })
        .from(operationItems)
        .where(and(ofOperation(operationId), sql`${operationItems.code} is not null`))
        .groupBy(operationItems.code);
      const codes = found.flatMap(({ code, count }) => (code === null ? [] : [{ code, count }]));
      return codes.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
    },
    async waitingItems(operationId, limit) {
      assertLimit(limit);
      return orm
        .select(itemColumns)
        .from(operationItems)
        .where(and(ofOperation(operationId), eq(operationItems.state, 'waiting')))
        .orderBy(asc(operationItems.attempts), asc(operationItems.position))
        .limit(limit);
    },
    async countComposing(operationId) {
      const [found] = await orm
        .select({ count: count() })
        .from(operationItems)
        .innerJoin(drafts, eq(drafts.draftId, operationItems.draftId))
        .where(and(ofOperation(operationId), eq(operationItems.state, 'done'), eq(drafts.status, 'composing')));
      return found?.count ?? 0;
    },
    async settleItem(operationId, draftId, outcome, atMs) {
      const { state } = outcome;
      const what = state === 'done' ? { code: null, changed: outcome.changed } : { code: outcome.code, changed: null };
      await orm
        .update(operationItems)
        .set({ state, ...what, settledAtMs: atMs })
        .where(waiting(operationId, draftId));
    },
    async triedItem(operationId, draftId) {
      const [tried] = await orm
        .update(operationItems)
        .set({ attempts: sql`${operationItems.attempts} + 1` })
        .where(waiting(operationId, draftId))
        .returning({ attempts: operationItems.attempts });
      return tried?.attempts ?? 0;
    },
    async listItems(operationId, { states, after, limit }) {
      assertLimit(limit);
      const { attempts: _attempts, revision: _revision, assigneeId: _assignee, ...columns } = itemColumns;
      const { inboxId, subject, recipients, status } = drafts;
      return adhoc
        .select({ ...columns, inboxId, subject, recipients, status })
        .from(operationItems)
        .innerJoin(drafts, eq(drafts.draftId, operationItems.draftId))
        .where(
          and(
            ofOperation(operationId),
            gt(operationItems.position, after),
            states === undefined ? undefined : inArray(operationItems.state, [...states] satisfies ItemState[]),
          ),
        )
        .orderBy(asc(operationItems.position))
        .limit(limit);
    },
  };
}
