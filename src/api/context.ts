import type { Context } from 'hono';
import { isAgent, mayUseInbox } from '../domain/permissions.ts';
import { isEnd } from '../domain/state.ts';
import type { DraftRow } from '../store/types.ts';
import type { DraftView } from '../workflows/messages.ts';
import type { ApiDeps, ApiEnv, Caller } from './deps.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { ApiProblem, draftNotFound } from './problems.ts';
import type { Problem } from './schemas/index.ts';
import { type Aside, liveSummary, type Names } from './views.ts';

/** What every route works with. */
export interface Api extends ApiDeps {
  engine: Engine;
  names: Names;
  directory: Directory;
  now: () => number;
}

/** The authenticated caller; routes are guarded, so its absence is a fault of the route. */
export function callerOf(c: Context<ApiEnv>): Caller {
  const { caller } = c.var;
  if (caller === null) throw new ApiProblem('unauthenticated', 'Send your API key: `Authorization: Bearer KEY`.');
  return caller;
}

/** Agents see the drafts they made, people see all; and a key that is bound to inboxes only what is in those. */
export const maySee = (caller: Caller, { creator, inboxId }: Pick<DraftRow, 'creator' | 'inboxId'>) =>
  mayUseInbox(caller, inboxId) && (!isAgent(caller) || caller.id === creator.id);

/** The same as `maySee`, for lists: what the caller asked for within what it may see. */
export const visibleOnly = (caller: Caller, createdBy?: string) => ({
  creatorId: isAgent(caller) ? caller.id : createdBy,
  ...(caller.inboxes !== undefined && { inboxIds: caller.inboxes }),
});

/** @throws ApiProblem `not_found`, also for a draft the caller may not see: its existence is no agent's business */
export async function visibleDraft(api: Api, caller: Caller, draftId: string): Promise<DraftRow> {
  const row = await api.store.getDraft(draftId);
  if (row === null || !maySee(caller, row)) throw draftNotFound(draftId);
  return row;
}

/** Who has each of these drafts, and which of them are paused one by one. */
export async function asides(api: Api, draftIds: readonly string[]): Promise<(draftId: string) => Aside> {
  const [assigned, held] = await Promise.all([
    api.store.assignmentsOf(draftIds, api.now()),
    api.store.draftPausesOf(draftIds),
  ]);
  return (id) => ({ assigned: assigned.get(id), held: held.get(id) });
}

/** The engine's state of a draft that is still alive; an ended one no longer changes, so its record is the truth. */
export async function liveView(api: Api, row: DraftRow): Promise<DraftView | null> {
  if (row.projection !== null && isEnd(row.projection.status)) return null;
  return api.engine.view(row.draftId);
}

export async function currentState(api: Api, draftId: string): Promise<Problem['current']> {
  const row = await api.store.getDraft(draftId);
  if (row === null) return undefined;
  const { status, revision, digest, reason } = liveSummary(row, await liveView(api, row), api.names);
  return { status, revision, digest, reason };
}
