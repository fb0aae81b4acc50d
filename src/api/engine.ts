import { type Client, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import {
  ApplicationFailure,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
} from '@temporalio/common';
import { DRAFT_WORKFLOW } from '../domain/ids.ts';
import type { RefusalCode } from '../domain/reasons.ts';
import type { DraftCreation } from '../store/types.ts';
import {
  type CommandInputs,
  type CommandName,
  type CommandResult,
  type DraftInput,
  type DraftView,
  getDraftQuery,
  type InboxMode,
  REFUSED_PREFIX,
} from '../workflows/messages.ts';
import { initialSearchAttributes } from '../workflows/visibility.ts';
import { isRefusal } from './problems.ts';

/** What came of a command. `gone`: no running workflow of that id. `unavailable`: nobody answered in time. */
export type CommandOutcome =
  | { kind: 'done'; result: CommandResult }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'gone' }
  | { kind: 'unavailable'; cause: unknown };

/** The API's narrow view of Temporal. */
export interface Engine {
  /** Starts the draft's workflow, or finds it started. */
  start(creation: DraftCreation, inboxMode: InboxMode): Promise<'started' | 'already_started' | 'unavailable'>;
  command(draftId: string, name: CommandName, input: CommandInputs[CommandName]): Promise<CommandOutcome>;
  /** The engine's own word on a draft; null when it cannot be had right now. */
  view(draftId: string): Promise<DraftView | null>;
}

const START_TIMEOUT_MS = 10_000;
const COMMAND_TIMEOUT_MS = 10_000;
/** An edit is answered once AgentMail has it, which may take a retry. */
const WRITE_TIMEOUT_MS = 25_000;
const VIEW_TIMEOUT_MS = 2_000;

export function createEngine(options: { temporal: Client; taskQueue: string }): Engine {
  const { temporal, taskQueue } = options;
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
          }),
        );
        return 'started';
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already_started';
        if (isUnavailable(error)) return 'unavailable';
        throw error;
      }
    },

    async command(draftId, name, input) {
      const timeoutMs = name === 'edit' || name === 'revise' ? WRITE_TIMEOUT_MS : COMMAND_TIMEOUT_MS;
      try {
        const handle = temporal.workflow.getHandle(draftId);
        const result = await within(timeoutMs, () =>
          handle.executeUpdate<CommandResult, [CommandInputs[CommandName]]>(name, {
            args: [input],
            updateId: input.commandId,
          }),
        );
        return { kind: 'done', result };
      } catch (error) {
        return outcomeOf(error);
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

/** Translates the ways an Update can fail; anything else is a fault of ours and passes through. */
export function outcomeOf(error: unknown): CommandOutcome {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    const code =
      cause instanceof ApplicationFailure && cause.type?.startsWith(REFUSED_PREFIX)
        ? cause.type.slice(REFUSED_PREFIX.length)
        : null;
    if (code !== null && isRefusal(code)) return { kind: 'refused', code };
    // The workflow ended while the Update was on its way: nothing was decided.
    if (cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow')
      return { kind: 'gone' };
    throw error;
  }
  if (error instanceof WorkflowNotFoundError) return { kind: 'gone' };
  if (isUnavailable(error)) return { kind: 'unavailable', cause: error };
  throw error;
}

/** gRPC's DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE and CANCELLED by our own deadline. */
const PASSING_STATUS = [1, 4, 8, 14];
function isUnavailable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'number' && PASSING_STATUS.includes(cause.code)) return true;
  }
  return false;
}
