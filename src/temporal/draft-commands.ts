import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { REFUSALS, type RefusalCode } from '../domain/reasons.ts';
import { type CommandInputs, type CommandName, type CommandResult, REFUSED_PREFIX } from '../workflows/messages.ts';
import { isUnavailable } from './unavailable.ts';

/** What came of a command. `gone`: no running workflow of that id. `unavailable`: nobody answered in time. */
export type CommandOutcome =
  | { kind: 'done'; result: CommandResult }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'gone' }
  | { kind: 'unavailable'; cause: unknown };

/** Gives commands that are on record to a draft's workflow. */
export interface DraftCommands {
  command(draftId: string, name: CommandName, input: CommandInputs[CommandName]): Promise<CommandOutcome>;
}

const COMMAND_TIMEOUT_MS = 10_000;
/** An edit is answered once AgentMail has it, a recheck once it was asked, which may take a retry. */
const WRITE_TIMEOUT_MS = 25_000;
const SLOW: ReadonlySet<CommandName> = new Set(['edit', 'revise', 'recheck']);

export function createDraftCommands({ temporal }: { temporal: Client }): DraftCommands {
  return {
    async command(draftId, name, input) {
      const timeoutMs = SLOW.has(name) ? WRITE_TIMEOUT_MS : COMMAND_TIMEOUT_MS;
      try {
        const handle = temporal.workflow.getHandle(draftId);
        const result = await temporal.withDeadline(Date.now() + timeoutMs, () =>
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
  };
}

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

/** Translates the ways an Update can fail; anything else is a fault of ours and passes through. */
export function outcomeOf(error: unknown): Exclude<CommandOutcome, { kind: 'done' }> {
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
