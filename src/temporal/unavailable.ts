import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';

/** gRPC's DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE and CANCELLED by our own deadline. */
const PASSING_STATUS = [1, 4, 8, 14];

/** True when Temporal did not answer, which says nothing about whether it did what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'number' && PASSING_STATUS.includes(cause.code)) return true;
  }
  return false;
}
