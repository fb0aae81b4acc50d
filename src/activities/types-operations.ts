import type { OperationCounts } from '../store/types-operations.ts';

/** Activities of the operation workflow. Only ids and numbers cross. */
export interface OperationActivities {
  /** Tells the store where the operation is. `over`: the store says it ended before, or was never confirmed. */
  tellOperation(input: {
    operationId: string;
    status: 'running' | 'finished' | 'cancelled';
    nowMs: number;
  }): Promise<OperationCounts & { over: boolean }>;
  /**
   * Takes the next drafts that wait for their turn, at most `count`, in the name of whoever began the operation. Ends early
   * when the operation is no longer `running`; `blocked` when none of them could be done now,
   * `over` when the store says it was cancelled.
   */
  operateOnDrafts(input: {
    operationId: string;
    count: number;
    maxComposing: number;
  }): Promise<OperationCounts & { blocked: boolean; over: boolean }>;
}
