import type { Actor } from '../domain/actor.ts';
import type { AuditEntry, AuditType, DraftProjection } from '../domain/audit.ts';
import { groupOf, type ReviewRoute } from '../domain/oversight.ts';
import { mayUseInbox } from '../domain/permissions.ts';
import type { RoutingOutcome } from '../domain/routing.ts';
import type { Absence, DraftRow, RoutingAsk, Store } from '../store/types.ts';

export interface RoutingDeps {
  store: Store;
  /** Configured keys of people who may review: they have no account. Absent: none. */
  reviewerKeys?: readonly Pick<Actor, 'id' | 'inboxes'>[];
}

/** After these a draft waits for people to read it. */
const WAITS: readonly AuditType[] = ['revision_written', 'sent_back', 'approval_revoked', 'resolved'];

/**
 * Gives a revision that people are to read to whoever policy asks first, and answers what the audit log is to tell of it.
 * Done before what led to it is recorded: who reads of the revision finds it assigned. Repeated, it answers the same.
 */
export async function routeReview(
  deps: RoutingDeps,
  draftId: string,
  { entries, projection }: { entries: readonly AuditEntry[]; projection: DraftProjection },
): Promise<AuditEntry[]> {
  const { status, route, revision, digest, toldAtMs: atMs } = projection;
  if (status !== 'in_review' || !route || !entries.some(({ type }) => WAITS.includes(type))) return [];
  const row = await deps.store.getDraft(draftId);
  if (row === null) return [];
  const routing = await deps.store.route(await askOf(deps, row, { route, revision, nowMs: atMs }));
  if (routing === null || routing.outcome === 'kept') return [];
  const { personId, groupName, outcome } = routing;
  const entry = {
    ...{ origin: `route:${revision}:${routing.round}`, sequence: 0, atMs: routing.atMs },
    ...{ actorId: 'system', commandId: null, revision, digest },
  };
  const data = { code: outcome, ...(groupName !== null && { group: groupName }) };
  return personId === null
    ? [{ ...entry, type: 'routed', data }]
    : [{ ...entry, type: 'assigned', data: { ...data, person: personId } }];
}

async function askOf(
  deps: RoutingDeps,
  row: DraftRow,
  { route, revision, nowMs }: { route: ReviewRoute; revision: number; nowMs: number },
): Promise<RoutingAsk> {
  const base = {
    ...{ draftId: row.draftId, revision, round: 0, group: groupOf(route), nowMs },
    excluded: await ownWorkOf(deps.store, row, revision),
    keys: keysFor(deps, row.inboxId),
    inTurn: 'inTurn' in route,
  };
  const nobody = { people: [], outcome: 'named', cause: { kind: 'route' } } as const;
  if (!('person' in route)) return { ...base, named: nobody, otherwise: base.inTurn ? 'nobody_there' : 'group' };
  const { person } = route;
  const absence = (await deps.store.absentAt(nowMs)).get(person);
  if (absence === undefined) return { ...base, named: { ...nobody, people: [person] }, otherwise: 'not_able' };
  return { ...base, named: standIn(absence), otherwise: 'away' };
}

/** Whoever stands in for somebody who is away. */
const standIn = ({ personId, standInId }: Absence): RoutingAsk['named'] => ({
  people: standInId === null ? [] : [standInId],
  outcome: 'stand_in',
  cause: { kind: 'stand_in', person: personId },
});

/** Whoever asked for a draft, owns the agent that did, or wrote the revision does not review it first. */
async function ownWorkOf(store: Store, row: DraftRow, revision: number): Promise<string[]> {
  const { id, ownerId } = row.creator;
  const authorId = (await store.getRevision(row.draftId, revision))?.authorId;
  return [id, ...(ownerId === undefined ? [] : [ownerId]), ...(authorId === undefined ? [] : [authorId])];
}

/** People without an account, by their configured keys, as far as those reach the inbox. */
const keysFor = ({ reviewerKeys = [] }: RoutingDeps, inboxId: string): string[] =>
  reviewerKeys.filter((key) => mayUseInbox(key, inboxId)).map(({ id }) => id);

/**
 * What somebody has who is away goes to whoever stands in, else to the next of the group it came to them from in turn, else
 * back to nobody. The draft and its row in the audit log change together, and only while it is still theirs: this may be
 * done by several at once, and again.
 */
export async function relieve(deps: RoutingDeps, nowMs: number, limit: number): Promise<number> {
  const { store } = deps;
  const held = await store.heldByAbsent(nowMs, limit);
  const routings = await store.routingsOf(held.map(({ draftId }) => draftId));
  for (const { draftId, absence } of held) {
    const row = await store.getDraft(draftId);
    if (row === null) continue;
    const last = routings.get(draftId);
    const revision = row.projection?.revision ?? 0;
    await store.route({
      ...{ draftId, revision, group: last?.groupName ?? null, nowMs, otherwise: 'away' },
      round: last?.revision === revision ? last.round + 1 : 1,
      // A group whose people do not take turns is asked as a whole again.
      inTurn: last !== undefined && IN_TURN.includes(last.outcome),
      named: standIn(absence),
      excluded: await ownWorkOf(store, row, revision),
      keys: keysFor(deps, row.inboxId),
      from: { personId: absence.personId, digest: row.projection?.digest ?? null },
    });
  }
  return held.length;
}

/** What a routing to the people of a group in turn comes to. */
const IN_TURN: readonly RoutingOutcome[] = ['turn', 'again', 'nobody_there'];
