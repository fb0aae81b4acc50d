import type { BatchProgress } from '../workflows/batch-messages.ts';

/** Rows by state, and how many drafts of the batch are being composed. */
export interface BatchState {
  waiting: number;
  bad: number;
  started: number;
}

/** Activities of the batch workflow. Only ids and numbers cross: rows hold people's data. */
export interface BatchActivities {
  /**
   * Tells the store where the batch is. `over`: the store says it was cancelled before this run began, or is over.
   */
  tellBatch(input: {
    batchId: string;
    status: BatchProgress['status'];
    nowMs: number;
  }): Promise<BatchState & { over: boolean }>;
  /**
   * Starts drafts of the next waiting rows, at most `count`; a row that cannot be is noted as bad. Ends early when the
   * batch is no longer `running`, and with `blocked` when for a while there was no room under `maxComposing`.
   */
  startBatchRows(input: {
    batchId: string;
    count: number;
    maxComposing: number;
  }): Promise<BatchState & { blocked: boolean }>;
  /**
   * Ends undecided drafts of the batch, in the name of whoever cancelled it, page by page. `after` of the answer is where
   * the next page begins; null after the last one, or when nobody asked for it.
   */
  withdrawBatchDrafts(input: {
    batchId: string;
    after: string;
    count: number;
  }): Promise<{ withdrawn: number; after: string | null }>;
}
