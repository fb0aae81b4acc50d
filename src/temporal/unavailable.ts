import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';

/** gRPC's DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE and CANCELLED by our own deadline. */
const PASSING_STATUS = [1, 4, 8, 14];

const FAILED_PRECONDITION = 9;

/** True when Temporal did not answer, which says nothing about whether it did what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // A server that has just started and cannot reach its database yet knows of no namespace at all.
    if (cause instanceof NamespaceNotFoundError) return true;
    if (!('code' in cause) || typeof cause.code !== 'number') continue;
    if (PASSING_STATUS.includes(cause.code)) return true;
    // The workers cannot carry the draft's workflow on just now: nothing of the Update was taken in.
    if (cause.code === FAILED_PRECONDITION && /workflow task in failed state/i.test(cause.message)) return true;
  }
  return false;
}
