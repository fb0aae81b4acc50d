import { ApplicationFailure, Context } from '@temporalio/activity';
import type { OperationStatus } from '../domain/operations.ts';
import { mayUseInbox } from '../domain/permissions.ts';
import type { ItemOutcome, OperationItem, OperationRecord } from '../store/types-operations.ts';
import { withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { operateOn } from './operate.ts';
import { roomToCompose } from './room.ts';
import type { OperationActivities } from './types-operations.ts';

/** Drafts taken side by side. */
const AT_ONCE = 8;
/** A draft that nobody answers for is left after so many tries: the others do not wait for it. */
const MAX_TRIES = 5;

const ALIVE: readonly OperationStatus[] = ['starting', 'running'];

export function operationActivities(deps: ActivityDeps): OperationActivities {
  const { store } = deps;

  async function load(operationId: string): Promise<OperationRecord> {
    const operation = await store.getOperation(operationId);
    if (!operation) throw ApplicationFailure.nonRetryable('the operation is not in the store', 'store.missing');
    return operation;
  }

  async function operateOnDrafts(input: Parameters<OperationActivities['operateOnDrafts']>[0]) {
    const { operationId, count, maxComposing } = input;
    const operation = await load(operationId);
    const items = await store.waitingItems(operationId, count);
    const composes = operation.action === 'recompose';
    let settled = 0;
    let over = operation.status !== 'running';
    for (let next = 0; next < items.length && !over; ) {
      const room = await roomToCompose({
        running: async () => (await load(operationId)).status === 'running',
        composing: async () => (composes ? store.countComposing(operationId) : 0),
        max: composes ? maxComposing : AT_ONCE,
      });
      over = room === 'stopped';
      if (room === 'stopped' || room === 0) break;
      const together = items.slice(next, next + Math.min(room, AT_ONCE));
      const outcomes = await Promise.all(together.map((item) => operate(operation, item)));
      settled += outcomes.filter((done) => done).length;
      next += together.length;
    }
    return { ...(await store.countItems(operationId)), blocked: items.length > 0 && settled === 0, over };
  }

  /** Whether the draft has its result now. */
  async function operate(operation: OperationRecord, item: OperationItem): Promise<boolean> {
    Context.current().cancellationSignal.throwIfAborted();
    const { operationId } = operation;
    const outcome = await outcomeOf(operation, item);
    if (outcome !== 'unanswered') {
      await store.settleItem(operationId, item.draftId, outcome, deps.clock());
      return true;
    }
    if ((await store.triedItem(operationId, item.draftId)) < MAX_TRIES) return false;
    await store.settleItem(operationId, item.draftId, { state: 'failed', code: 'not_confirmed' }, deps.clock());
    return true;
  }

  async function outcomeOf(operation: OperationRecord, item: OperationItem): Promise<ItemOutcome | 'unanswered'> {
    const row = await store.getDraft(item.draftId);
    if (row === null) return { state: 'skipped', code: 'already_ended' };
    // Asked again, like every command: the preview was made by whoever may see the inbox.
    const allowed = operation.actor.roles.includes('operator') && mayUseInbox(operation.actor, row.inboxId);
    return allowed ? operateOn(deps, operation, item, row) : { state: 'skipped', code: 'forbidden' };
  }

  return {
    async tellOperation({ operationId, status, nowMs }) {
      const ended = status !== 'running';
      const moved = await store.moveOperation(operationId, ended ? [...ALIVE, status] : ALIVE, {
        status,
        ...(ended && { endedAtMs: nowMs }),
      });
      return { ...(await store.countItems(operationId)), over: !moved };
    },
    operateOnDrafts: (input) => withHeartbeat(() => operateOnDrafts(input)),
  };
}
