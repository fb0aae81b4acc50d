import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { END_STATUSES } from '../domain/state.ts';
import type { DraftOutcome } from '../workflows/messages.ts';
import type { DraftRunState } from './draft-engine.ts';

/** How a draft's workflow ended, as far as Temporal shows it. */
export interface DraftEnding {
  state: DraftRunState;
  /** Null while it runs, and when nothing is left of it. */
  closedAtMs: number | null;
  /** What a completed one answered. */
  outcome: DraftOutcome | null;
  /** How often in a row workers have failed at its next step. */
  failedTasks: number;
}

export type FindEnding = (draftId: string) => Promise<DraftEnding>;

const TIMEOUT_MS = 10_000;

/** Looks a workflow's end up. Errors of Temporal itself pass through. */
export function createFindEnding({ temporal }: { temporal: Client }): FindEnding {
  const within = <R>(call: () => Promise<R>) => temporal.withDeadline(Date.now() + TIMEOUT_MS, call);
  return async (draftId) => {
    const handle = temporal.workflow.getHandle(draftId);
    try {
      const { status, closeTime, raw } = await within(() => handle.describe());
      const closed = { closedAtMs: closeTime?.getTime() ?? null, outcome: null, failedTasks: 0 };
      switch (status.name) {
        case 'COMPLETED':
          return { ...closed, state: 'completed', outcome: outcomeOf(await within(() => handle.result())) };
        case 'TERMINATED':
          return { ...closed, state: 'terminated' };
        case 'FAILED':
        case 'CANCELLED':
        case 'TIMED_OUT':
          return { ...closed, state: 'failed' };
        default:
          return { ...closed, state: 'running', failedTasks: (raw.pendingWorkflowTask?.attempt ?? 1) - 1 };
      }
    } catch (error) {
      if (error instanceof WorkflowNotFoundError)
        return { state: 'gone', closedAtMs: null, outcome: null, failedTasks: 0 };
      throw error;
    }
  };
}

/** Another version's answer, or another program's, proves nothing. */
function outcomeOf(result: unknown): DraftOutcome | null {
  return isOutcome(result) ? result : null;
}

function isOutcome(result: unknown): result is DraftOutcome {
  if (typeof result !== 'object' || result === null) return false;
  if (!('status' in result && 'revision' in result && 'messageId' in result)) return false;
  const { status, revision, messageId } = result;
  return isEndStatus(status) && typeof revision === 'number' && (messageId === null || typeof messageId === 'string');
}

const isEndStatus = (status: unknown) => END_STATUSES.some((end) => end === status);
