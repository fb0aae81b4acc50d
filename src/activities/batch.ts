import { ApplicationFailure, Context } from '@temporalio/activity';
import { jsonDigest } from '../domain/digest.ts';
import { batchRowRequestId, commandIdFor, draftIdFor } from '../domain/ids.ts';
import { isAgent } from '../domain/permissions.ts';
import { StoreConflict, StoreInvalid } from '../store/errors.ts';
import type { DraftCreation } from '../store/types.ts';
import type { BatchRecord, BatchRow, BatchStatus } from '../store/types-batches.ts';
import type { InboxMode } from '../workflows/messages.ts';
import { withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { roomToCompose } from './room.ts';
import type { BatchActivities } from './types-batch.ts';

/** Drafts started side by side. */
const AT_ONCE = 8;

/** What the workflow may take over; the ends stay. */
const ALIVE: readonly BatchStatus[] = ['starting', 'running', 'paused'];
const UNDECIDED = ['composing', 'in_review', 'changes_requested'] as const;

export function batchActivities(deps: ActivityDeps): BatchActivities {
  const { store } = deps;

  async function loadBatch(batchId: string): Promise<BatchRecord> {
    const batch = await store.getBatch(batchId);
    if (!batch) throw ApplicationFailure.nonRetryable('the batch is not in the store', 'store.missing');
    return batch;
  }

  async function startBatchRows({ batchId, count, maxComposing }: Parameters<BatchActivities['startBatchRows']>[0]) {
    const batch = await loadBatch(batchId);
    const { mode } = await store.getInbox(batch.inboxId);
    const rows = await store.listBatchRows(batchId, { state: 'waiting', afterRow: 0, limit: count });
    let blocked = false;
    for (let next = 0; next < rows.length && !blocked; ) {
      const room = await roomFor(batchId, maxComposing);
      if (room === 'stopped') break;
      blocked = room === 0;
      const together = rows.slice(next, next + Math.min(room, AT_ONCE));
      await Promise.all(together.map((row) => startRow(batch, row, mode)));
      next += together.length;
    }
    return { ...(await store.countBatchRows(batchId)), blocked };
  }

  const roomFor = (batchId: string, max: number) =>
    roomToCompose({
      running: async () => (await loadBatch(batchId)).status === 'running',
      composing: async () => (await store.countBatchDrafts(batchId)).composing ?? 0,
      max,
    });

  /** One draft, found again when this row was begun before. */
  async function startRow(batch: BatchRecord, { row, input }: BatchRow, mode: InboxMode): Promise<void> {
    const { batchId } = batch;
    const draftId = draftIdFor(batch.recipe, batch.creator.id, batchRowRequestId(batchId, row));
    try {
      const documentRef = await store.putDocument(draftId, input);
      const creation = creationOf(batch, { draftId, documentRef, row, nowMs: deps.clock() });
      const { stored } = await store.createDraft(creation);
      if (stored.requestDigest !== creation.requestDigest) {
        const message = `the request id ${batchRowRequestId(batchId, row)} was used for another draft`;
        await store.settleBatchRow(batchId, row, { code: 'idempotency_conflict', message });
        return;
      }
      const started = await deps.engine.start(stored, mode);
      if (started === 'unavailable') throw ApplicationFailure.retryable('Temporal took no draft', 'engine.unavailable');
      await store.settleBatchRow(batchId, row, { draftId });
    } catch (error) {
      if (!(error instanceof StoreInvalid || error instanceof StoreConflict)) throw error;
      await store.settleBatchRow(batchId, row, { code: 'not_storable', message: error.message });
    }
  }

  async function withdrawBatchDrafts(input: Parameters<BatchActivities['withdrawBatchDrafts']>[0]) {
    const { batchId, after, count } = input;
    const { withdrawDrafts, cancelledBy } = await loadBatch(batchId);
    if (!withdrawDrafts || cancelledBy === null) return { withdrawn: 0, after: null };
    const ids = await store.listBatchDraftIds(batchId, { statuses: UNDECIDED, afterId: after, limit: count });
    let withdrawn = 0;
    for (const draftId of ids) {
      Context.current().cancellationSignal.throwIfAborted();
      if (await withdraw(draftId, batchId, cancelledBy)) withdrawn += 1;
    }
    return { withdrawn, after: ids.length < count ? null : (ids.at(-1) ?? null) };
  }

  /** The same way as a person's own command: on record first, then the Update that refers to it. */
  async function withdraw(draftId: string, batchId: string, actor: NonNullable<BatchRecord['cancelledBy']>) {
    const name = isAgent(actor) ? 'withdraw' : 'cancel';
    const commandId = commandIdFor(actor.id, `batch:${batchId}:${name}:${draftId}`);
    const command = { commandId, draftId, name, actor, factsDigest: jsonDigest({}), commentRef: null } as const;
    await store.putCommand({ ...command, createdAtMs: deps.clock() });
    const outcome = await deps.commands.command(draftId, name, { commandId });
    if (outcome.kind === 'unavailable') {
      throw ApplicationFailure.retryable('the draft did not answer', 'engine.unavailable');
    }
    // It was sent, decided or over meanwhile: that stands.
    return outcome.kind === 'done';
  }

  return {
    async tellBatch({ batchId, status, nowMs }) {
      const ended = status === 'finished' || status === 'cancelled';
      const moved = await store.moveBatch(batchId, ended ? [...ALIVE, status] : ALIVE, {
        status,
        ...(ended && { endedAtMs: nowMs }),
      });
      return { ...(await store.countBatchRows(batchId)), over: !moved };
    },
    startBatchRows: (input) => withHeartbeat(() => startBatchRows(input)),
    withdrawBatchDrafts: (input) => withHeartbeat(() => withdrawBatchDrafts(input)),
  };
}

function creationOf(
  batch: BatchRecord,
  { draftId, documentRef, row, nowMs }: { draftId: string; documentRef: string; row: number; nowMs: number },
): DraftCreation {
  const { batchId, creator, inboxId, recipe, category, priority, schedule, holdMs, reviewTimeoutMs } = batch;
  return {
    draftId,
    requestDigest: jsonDigest({ batchId, row, documentRef }),
    ...{ inboxId, creator, recipe, category, batchId, priority, schedule, holdMs, reviewTimeoutMs, documentRef },
    source: 'recipe',
    adoptDraftId: null,
    createdAtMs: nowMs,
  };
}
