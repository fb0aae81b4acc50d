import { defineQuery, defineUpdate } from '@temporalio/workflow';

/** Input of the `operation` workflow: what it does, in whose name and to which drafts is in the store. */
export interface OperationInput {
  operationId: string;
  /** Set by continue-as-new alone. */
  resume?: OperationProgress;
}

/** Where an operation is: the engine's own word. */
export interface OperationProgress {
  status: 'running' | 'finished' | 'cancelled';
  waiting: number;
  done: number;
  skipped: number;
  failed: number;
  /** Of those done, how many it left otherwise than it found them. */
  changed: number;
}

export const cancelOperationUpdate = defineUpdate<OperationProgress, [], 'cancelOperation'>('cancelOperation');
export const getOperationQuery = defineQuery<OperationProgress, [], 'getOperation'>('getOperation');
