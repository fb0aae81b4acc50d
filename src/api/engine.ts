import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import type { RefusalCode } from '../domain/reasons.ts';
import { createDraftEngine, type DraftEngine } from '../temporal/draft-engine.ts';
import { isUnavailable } from '../temporal/unavailable.ts';
import {
  type CommandInputs,
  type CommandName,
  type CommandResult,
  type DraftView,
  getDraftQuery,
  REFUSED_PREFIX,
} from '../workflows/messages.ts';
import { isRefusal } from './problems.ts';

/** What came of a command. `gone`: no running workflow of that id. `unavailable`: nobody answered in time. */
export type CommandOutcome =
  | { kind: 'done'; result: CommandResult }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'gone' }
  | { kind: 'unavailable'; cause: unknown };

/** The API's narrow view of Temporal. */
export interface Engine extends DraftEngine {
  command(draftId: string, name: CommandName, input: CommandInputs[CommandName]): Promise<CommandOutcome>;
  /** The engine's own word on a draft; null when it cannot be had right now. */
  view(draftId: string): Promise<DraftView | null>;
}

const COMMAND_TIMEOUT_MS = 10_000;
/** An edit is answered once AgentMail has it, which may take a retry. */
const WRITE_TIMEOUT_MS = 25_000;
const VIEW_TIMEOUT_MS = 2_000;

export function createEngine(options: { temporal: Client; taskQueue: string }): Engine {
  const { temporal } = options;
  const within = <R>(ms: number, call: () => Promise<R>) => temporal.withDeadline(Date.now() + ms, call);
  return {
    ...createDraftEngine(options),

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
