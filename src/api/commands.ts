import { randomUUID } from 'node:crypto';
import { jsonDigest } from '../domain/digest.ts';
import { commandIdFor } from '../domain/ids.ts';
import { mayCommand } from '../domain/permissions.ts';
import type { RefusalCode } from '../domain/reasons.ts';
import { isEnd } from '../domain/state.ts';
import type { CommandRecord, DraftRow } from '../store/types.ts';
import type { CommandInputs, CommandName, CommandResult } from '../workflows/messages.ts';
import { type Api, currentState } from './context.ts';
import type { Caller } from './deps.ts';
import { ApiProblem, draftNotFound, refusal } from './problems.ts';
import type { CommandAnswer } from './schemas/index.ts';
import { isoOrNull } from './views.ts';

/** A command's name with its Update's facts. */
export type CommandFacts = {
  [Name in CommandName]: { name: Name; facts: Omit<CommandInputs[Name], 'commandId'> };
}[CommandName];
export type Command = CommandFacts & {
  row: DraftRow;
  caller: Caller;
  /** The caller's own id of it; one is made up when absent. */
  decisionId: string | undefined;
  comment: string | undefined;
};

/**
 * Gives a command: checks who may, records it as the proof behind the Update, and sends the Update.
 * @throws ApiProblem refused, conflicting, or not answered in time (then it is recorded and may be repeated)
 */
export async function giveCommand(api: Api, command: Command): Promise<CommandAnswer> {
  const { name, row, caller, comment } = command;
  const { draftId } = row;
  const decision = command.name === 'decide' ? command.facts.decision : undefined;
  const forbidden = mayCommand({ name, decision }, caller, row.creator);
  if (forbidden && forbidden !== 'self_approval') throw refusal(forbidden);
  const own = decision === 'approve' ? await ownWork(api, command, forbidden !== null) : null;
  if (own) throw refusal(own);

  const decisionId = command.decisionId ?? randomUUID();
  const commandId = commandIdFor(caller.id, decisionId);
  const commentRef = comment === undefined ? null : await api.store.putDocument(draftId, comment);
  const carries = (command.name === 'decide' || command.name === 'recompose') && commentRef !== null;
  const facts = withoutUndefined(carries ? { ...command.facts, commentRef } : command.facts);
  await recordCommand(api, {
    commandId,
    draftId,
    name,
    actor: caller,
    factsDigest: jsonDigest(facts),
    commentRef,
    createdAtMs: api.now(),
  });

  const outcome = await api.engine.command(draftId, name, { ...facts, commandId });
  switch (outcome.kind) {
    case 'done':
      return answer(draftId, decisionId, outcome.result);
    case 'refused':
      throw refusal(outcome.code, { current: await currentState(api, draftId), decisionId });
    case 'gone':
      return answerOfEnded(api, draftId, decisionId, commandId);
    case 'unavailable':
      throw notAnswered(decisionId, outcome.cause);
  }
}

/**
 * Whether people may approve what is their own is for policy to say. The workflow refuses it, too; asked first, a client
 * that repeats itself leaves no trace in its history.
 */
async function ownWork(api: Api, command: Command, created: boolean): Promise<RefusalCode | null> {
  if (command.name !== 'decide') return null;
  const { row, caller } = command;
  const written = await api.store.getRevision(row.draftId, command.facts.revision);
  const wrote = written?.authorId === caller.id;
  if (!created && !wrote) return null;
  // An engine that cannot be asked would not take the command either.
  const oversight = (await api.engine.view(row.draftId))?.oversight;
  if (created && !oversight?.creatorMayApprove) return 'self_approval';
  return wrote && !oversight?.editorMayApprove ? 'own_revision' : null;
}

/** Facts as they cross to the workflow: what is undefined would not be there, and must not be in the digest. */
const withoutUndefined = <T extends object>(facts: T): T => {
  const copy = { ...facts };
  for (const key of Object.keys(copy) as (keyof T)[]) if (copy[key] === undefined) delete copy[key];
  return copy;
};

async function recordCommand(api: Api, command: CommandRecord): Promise<void> {
  const stored = await api.store.putCommand(command);
  const same =
    stored.draftId === command.draftId &&
    stored.name === command.name &&
    stored.factsDigest === command.factsDigest &&
    stored.commentRef === command.commentRef;
  if (same) return;
  throw new ApiProblem('idempotency_conflict', 'This id was used for another command. Give every command its own id.');
}

function answer(draftId: string, decisionId: string, result: CommandResult): CommandAnswer {
  const { status, revision, digest, dueAtMs, holdUntilMs, changed } = result;
  return {
    draftId,
    decisionId,
    status,
    revision,
    digest,
    dueAt: isoOrNull(dueAtMs),
    holdUntil: isoOrNull(holdUntilMs),
    ...(changed !== undefined && { changed }),
  };
}

/** The workflow is over. A repeat of the command that ended it still gets its answer; any other comes too late. */
async function answerOfEnded(api: Api, draftId: string, decisionId: string, commandId: string): Promise<CommandAnswer> {
  const row = await api.store.getDraft(draftId);
  if (row === null) throw draftNotFound(draftId);
  const { projection } = row;
  if (projection === null) throw notAnswered(decisionId, undefined);
  const events = await api.store.listEvents(draftId);
  if (events.some((event) => event.commandId === commandId)) {
    return answer(draftId, decisionId, { commandId, ...projection });
  }
  // Ended by force from outside: the record still says otherwise, and only an operator can tell what happened.
  const extra = { current: await currentState(api, draftId), decisionId };
  if (isEnd(projection.status)) throw refusal('already_ended', extra);
  const message = 'The workflow of this draft was ended in Temporal; the draft cannot be changed any more.';
  throw new ApiProblem('already_ended', message, { extra });
}

function notAnswered(decisionId: string, cause: unknown): ApiProblem {
  const message =
    'The command is recorded, but no worker confirmed it in time. ' +
    'Repeat the request with the same decisionId: it takes effect once.';
  return new ApiProblem('engine_unavailable', message, {
    extra: { decisionId },
    headers: { 'Retry-After': '2' },
    cause,
  });
}
