import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { BATCH_WORKFLOW, fairnessKeyOf } from '../domain/ids.ts';
import type { BatchRecord } from '../store/types-batches.ts';
import {
  type BatchInput,
  type BatchProgress,
  type BatchResume,
  cancelBatchUpdate,
  getBatchQuery,
  pauseBatchUpdate,
  resumeBatchUpdate,
} from '../workflows/batch-messages.ts';
import { outcomeOf } from './draft-commands.ts';
import { isUnavailable } from './unavailable.ts';

export type BatchCommand = 'pause' | 'resume' | 'cancel';
/** `gone`: no running workflow of that id. `refused`: it is over. `unavailable`: nobody answered in time. */
export type BatchOutcome =
  | { kind: 'done'; progress: BatchProgress }
  | { kind: 'gone' | 'refused' }
  | { kind: 'unavailable'; cause: unknown };

/** Temporal, as far as the API needs it for batches. */
export interface BatchEngine {
  /** Starts the batch's workflow, or finds it started. One that failed or was ended by force goes on where it was. */
  start(batch: BatchRecord): Promise<'started' | 'already_started' | 'unavailable'>;
  /** Ends the undecided drafts of a batch that is over; one run at a time. */
  withdraw(batch: BatchRecord): Promise<'started' | 'already_started' | 'unavailable'>;
  command(batchId: string, command: BatchCommand): Promise<BatchOutcome>;
  /** The engine's own word; null when it cannot be had right now. */
  progress(batchId: string): Promise<BatchProgress | null>;
}

const TIMEOUT_MS = 10_000;
/** A pause is confirmed once the page under way is done. */
const COMMAND_TIMEOUT_MS = 40_000;
const VIEW_TIMEOUT_MS = 2_000;
/** Whoever paused it meant it, whatever became of its workflow. Its counts come from the store. */
const PAUSED = {
  paused: true,
  progress: { status: 'paused', waiting: 0, bad: 0, started: 0, withdrawn: 0 },
} satisfies BatchResume;
const UPDATES = { pause: pauseBatchUpdate, resume: resumeBatchUpdate, cancel: cancelBatchUpdate };

export function createBatchEngine({ temporal, taskQueue }: { temporal: Client; taskQueue: string }): BatchEngine {
  const within = <R>(ms: number, call: () => Promise<R>) => temporal.withDeadline(Date.now() + ms, call);

  async function begin(batch: BatchRecord, workflowId: string, input: BatchInput, summary: string) {
    try {
      await within(TIMEOUT_MS, () =>
        temporal.workflow.start(BATCH_WORKFLOW, {
          workflowId,
          taskQueue,
          args: [input],
          // A row that has its draft gets no other: what is repeated is only what was not done.
          workflowIdReusePolicy: input.withdrawOnly ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
          staticSummary: summary,
          memo: { rows: batch.rowCount, recipe: batch.recipe },
          priority: { priorityKey: batch.priority, fairnessKey: fairnessKeyOf(batch.inboxId) },
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
      if (isUnavailable(error)) return 'unavailable';
      throw error;
    }
  }

  return {
    start: (batch) => {
      const { batchId, recipe, rowCount } = batch;
      const input: BatchInput = { batchId, ...(batch.status === 'paused' && { resume: PAUSED }) };
      return begin(batch, batchId, input, `batch of ${recipe}, ${rowCount} rows`);
    },
    withdraw: ({ batchId, ...rest }) => {
      const input: BatchInput = { batchId, withdrawOnly: true };
      return begin({ batchId, ...rest }, `${batchId}-withdraw`, input, `withdraws the drafts of ${batchId}`);
    },
    async command(batchId, command) {
      try {
        const handle = temporal.workflow.getHandle(batchId);
        const progress = await within(COMMAND_TIMEOUT_MS, () => handle.executeUpdate(UPDATES[command]));
        return { kind: 'done', progress };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    async progress(batchId) {
      try {
        return await within(VIEW_TIMEOUT_MS, () => temporal.workflow.getHandle(batchId).query(getBatchQuery));
      } catch {
        return null;
      }
    },
  };
}
