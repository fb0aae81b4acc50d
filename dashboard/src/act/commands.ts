import type { CommandAnswer, Draft, DraftSummary } from '../../../src/api/schemas/index.ts';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { api, type Command } from '../api/api.ts';
import { isPassing, Refused } from '../api/http.ts';
import { patchRows } from '../api/live.ts';
import { queries, queryClient } from '../api/queries.ts';
import { createStore } from '../lib/store.ts';

/** Drafts I moved out of a list myself: their rows leave at once. */
export const movedByMe = createStore<ReadonlySet<string>>(new Set());
/** Why my last command on a draft was refused, shown on its row and page until the next one. */
export const refusals = createStore<ReadonlyMap<string, string>>(new Map());

/** Ids of commands under way or unanswered: the same command again is the same decision. */
const ids = new Map<string, string>();
const underWay = new Map<string, Promise<CommandAnswer>>();

const RETRIES = 4;

const SETTLE_MS = 600;
let lastGivenMs = Number.NEGATIVE_INFINITY;

/** The next draft has just taken the place of the last: the second half of a double click was not meant for it. */
export const justDecided = (): boolean => performance.now() - lastGivenMs < SETTLE_MS;

/**
 * Gives a command once, however often it is asked for: a double click joins the first, a retry carries the same id.
 * The row moves at once and comes back when the server says no.
 * @throws Refused | Unreachable
 */
export function give(draft: DraftSummary, command: Command, expected?: DraftStatus): Promise<CommandAnswer> {
  lastGivenMs = performance.now();
  const name = JSON.stringify([draft.id, command.path, command.body]);
  const running = underWay.get(name);
  if (running) return running;
  const decisionId = ids.get(name) ?? crypto.randomUUID();
  ids.set(name, decisionId);
  const answer = run(draft, withId(command, decisionId), expected)
    .then((result) => {
      ids.delete(name);
      return result;
    })
    .catch((error: unknown) => {
      if (!isPassing(error)) ids.delete(name);
      throw error;
    })
    .finally(() => underWay.delete(name));
  underWay.set(name, answer);
  return answer;
}

function withId(command: Command, decisionId: string): Command {
  switch (command.path) {
    case 'decisions':
      return { ...command, body: { ...command.body, decisionId } };
    case 'revoke':
      return { ...command, body: { ...command.body, decisionId } };
    case 'edit':
      return { ...command, body: { ...command.body, decisionId } };
    case 'reschedule':
      return { ...command, body: { ...command.body, decisionId } };
    case 'recheck':
      return { ...command, body: { ...command.body, decisionId } };
    case 'recompose':
      return { ...command, body: { ...command.body, decisionId } };
    case 'withdraw':
      return { ...command, body: { ...command.body, decisionId } };
    case 'cancel':
      return { ...command, body: { ...command.body, decisionId } };
    case 'resolve':
      return { ...command, body: { ...command.body, decisionId } };
  }
}

async function run(draft: DraftSummary, command: Command, expected: DraftStatus | undefined): Promise<CommandAnswer> {
  const { id, status } = draft;
  clearRefusal(id);
  // One approval of several leaves it where it is, but not for me.
  const approves = command.path === 'decisions' && command.body.decision === 'approve';
  const needs = (needsMe: boolean) => approves && { needsMe };
  if (expected !== undefined) move({ id, status: expected, ...needs(false) }, true);
  try {
    const answer = await sendPatiently(id, command);
    const { revision, digest, dueAt, holdUntil } = answer;
    patchRows([{ id, status: answer.status, revision, digest, dueAt, holdUntil, ...needs(false) }]);
    if (approves || answer.status !== status) movedByMe.set((moved) => new Set(moved).add(id));
    return answer;
  } catch (error) {
    if (expected !== undefined) move({ id, status, ...needs(true) }, false);
    const reason = error instanceof Error ? error.message : 'It did not work.';
    if (error instanceof Refused) refusals.set((all) => new Map(all).set(id, reason));
    throw error;
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['draft', id] });
    void queryClient.invalidateQueries({ queryKey: ['counts'] });
  }
}

function move(change: { id: string; status: DraftStatus; needsMe?: boolean }, mine: boolean): void {
  const { id, status } = change;
  movedByMe.set((moved) => {
    const next = new Set(moved);
    if (mine) next.add(id);
    else next.delete(id);
    return next;
  });
  patchRows([change]);
  queryClient.setQueryData<Draft>(queries.draft(id).queryKey, (draft) => draft && { ...draft, status, actions: [] });
}

async function sendPatiently(id: string, command: Command): Promise<CommandAnswer> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await api.command(id, command);
    } catch (error) {
      if (!isPassing(error) || attempt >= RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** attempt));
    }
  }
}

export function clearRefusal(id: string): void {
  refusals.set((all) => {
    if (!all.has(id)) return all;
    const next = new Map(all);
    next.delete(id);
    return next;
  });
}
