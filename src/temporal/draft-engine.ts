import type { Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import { DRAFT_WORKFLOW, fairnessKeyOf } from '../domain/ids.ts';
import type { NoticeCause } from '../domain/notice.ts';
import type { DraftCreation } from '../store/types.ts';
import {
  type DraftInput,
  type DraftView,
  getDraftQuery,
  type InboxMode,
  type Notice,
  noticeSignal,
} from '../workflows/messages.ts';
import { initialSearchAttributes } from '../workflows/visibility.ts';
import { isUnavailable } from './unavailable.ts';

/** What Temporal says of a draft's workflow. `gone`: no history of it is left, or there never was any. */
export type DraftRunState = 'running' | 'completed' | 'failed' | 'terminated' | 'gone';

/** Temporal, as far as whoever stands beside the draft workflow needs it: the API, and activities of other workflows. */
export interface DraftEngine {
  /** Starts the draft's workflow, or finds it started. */
  start(creation: DraftCreation, inboxMode: InboxMode): Promise<'started' | 'already_started' | 'unavailable'>;
  /** Asks a draft to look again. False when its workflow is over or was never there. */
  notice(draftId: string, cause: NoticeCause): Promise<boolean>;
  /** Asks of Temporal itself; its errors pass through. */
  describe(draftId: string): Promise<DraftRunState>;
  /** The workflow's own word on a draft; null when it cannot be had right now. */
  view(draftId: string): Promise<DraftView | null>;
}

const START_TIMEOUT_MS = 10_000;
const NOTICE_TIMEOUT_MS = 10_000;
const VIEW_TIMEOUT_MS = 2_000;

export function createDraftEngine({ temporal, taskQueue }: { temporal: Client; taskQueue: string }): DraftEngine {
  const within = <R>(ms: number, call: () => Promise<R>) => temporal.withDeadline(Date.now() + ms, call);
  return {
    async start(creation, inboxMode) {
      const input: DraftInput = { stored: true };
      const attributes = initialSearchAttributes({
        status: 'composing',
        recipe: creation.recipe,
        inboxMode,
        approvalsNeeded: inboxMode === 'autonomous' ? 0 : 1,
      });
      try {
        await within(START_TIMEOUT_MS, () =>
          temporal.workflow.start(DRAFT_WORKFLOW, {
            workflowId: creation.draftId,
            taskQueue,
            args: [input],
            // A closed id is never reused: its mail may have been sent.
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            staticSummary: summaryOf(creation),
            typedSearchAttributes: new TypedSearchAttributes(attributes),
            // One inbox's many drafts do not keep another's few waiting.
            priority: { priorityKey: creation.priority, fairnessKey: fairnessKeyOf(creation.inboxId) },
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
        if (isUnavailable(error)) return 'unavailable';
        throw error;
      }
    },

    async notice(draftId, cause) {
      const notice: Notice = { cause };
      try {
        await within(NOTICE_TIMEOUT_MS, () => temporal.workflow.getHandle(draftId).signal(noticeSignal, notice));
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },

    async describe(draftId) {
      try {
        const { status } = await within(NOTICE_TIMEOUT_MS, () => temporal.workflow.getHandle(draftId).describe());
        switch (status.name) {
          case 'RUNNING':
          case 'CONTINUED_AS_NEW':
          case 'PAUSED':
            return 'running';
          case 'COMPLETED':
            return 'completed';
          case 'TERMINATED':
            return 'terminated';
          default:
            return 'failed';
        }
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'gone';
        throw error;
      }
    },

    async view(draftId) {
      try {
        return await within(VIEW_TIMEOUT_MS, () => temporal.workflow.getHandle(draftId).query(getDraftQuery));
      } catch {
        // The recorded state is there for this: no worker, no history any more, or not claimed yet.
        return null;
      }
    },
  };
}

function summaryOf(creation: DraftCreation): string {
  const what = creation.recipe ?? (creation.source === 'adopted' ? 'adopted draft' : 'ready-made email');
  return `${what}, for review`;
}
