import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** Input of the `batch` workflow: who and what is in the store. */
export interface BatchInput {
  batchId: string;
  /** Only ends the undecided drafts of a batch that is over. */
  withdrawOnly?: true;
  /** Where another run of the same batch left off. */
  resume?: BatchResume;
}

/** What a run hands to the next one of the same batch. */
export interface BatchResume {
  progress: BatchProgress;
  paused: boolean;
}

/** Where a batch is: the engine's own word. */
export interface BatchProgress {
  status: 'running' | 'paused' | 'finished' | 'cancelled';
  /** Rows without a draft yet, that never get one, that have one. */
  waiting: number;
  bad: number;
  started: number;
  /** Drafts ended by `withdrawDrafts`. */
  withdrawn: number;
}

export const pauseBatchUpdate = defineUpdate<BatchProgress, [], 'pauseBatch'>('pauseBatch');
export const resumeBatchUpdate = defineUpdate<BatchProgress, [], 'resumeBatch'>('resumeBatch');
export const cancelBatchUpdate = defineUpdate<BatchProgress, [], 'cancelBatch'>('cancelBatch');
export const getBatchQuery = defineQuery<BatchProgress, [], 'getBatch'>('getBatch');
