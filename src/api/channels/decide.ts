import type { RejectionReason } from '../../domain/rejection.ts';
import type { ReviewDoor } from '../../domain/review-notice.ts';
import type { DraftRow, RevisionRecord, UserRow } from '../../store/types.ts';
import { giveCommand } from '../commands.ts';
import type { Api } from '../context.ts';
import type { Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import type { CommandAnswer, Decision } from '../schemas/index.ts';

/** The person behind a link, a reply or a button, as far as they may still act. */
export function callerFor(user: UserRow | null, via: ReviewDoor): Caller | null {
  if (user === null || user.disabledAtMs !== null || !user.roles.includes('reviewer')) return null;
  const { userId, name, roles, groups } = user;
  return { id: userId, name, kind: 'person', roles: [...roles], ...(groups.length > 0 && { groups }), via };
}

/** What can be decided of a draft now; `stale` when it is another revision, `over` when there is nothing to decide. */
export type Standing =
  | { kind: 'open'; revision: RevisionRecord }
  | { kind: 'stale'; revision: RevisionRecord | null }
  | { kind: 'over' };

export async function standingOf(
  { store }: Pick<Api, 'store'>,
  row: DraftRow,
  asked: { revision: number; isOf(digest: string): boolean },
): Promise<Standing> {
  const { projection } = row;
  if (projection === null) return { kind: 'over' };
  const current = await store.getRevision(row.draftId, projection.revision);
  const same = current !== null && projection.revision === asked.revision && asked.isOf(current.digest);
  if (!same) return { kind: 'stale', revision: current };
  return projection.status === 'in_review' ? { kind: 'open', revision: current } : { kind: 'over' };
}

export interface DoorDecision {
  row: DraftRow;
  caller: Caller;
  decision: Decision;
  revision: number;
  digest: string;
  comment: string | undefined;
  /** Of a rejection, where it was said. */
  reasonCode?: RejectionReason | undefined;
  /** The same for every attempt at this very decision. */
  decisionId: string;
}
export type DoorAnswer =
  | { kind: 'done'; answer: CommandAnswer }
  /** Nothing was decided, and why. */
  | { kind: 'refused'; message: string }
  /** Recorded, but not confirmed in time: the same again is safe. */
  | { kind: 'later'; message: string };

/** Decides as that person, the way the desk does. Only faults of the server are thrown. */
export async function decideAs(api: Api, given: DoorDecision): Promise<DoorAnswer> {
  const { decision, revision, digest, reasonCode, ...rest } = given;
  try {
    const answer = await giveCommand(api, {
      name: 'decide',
      facts: { decision, revision, digest, reasonCode },
      ...rest,
    });
    const { draftId } = given.row;
    api.log?.info({ draftId, decision, personId: given.caller.id, via: given.caller.via }, 'decided outside the desk');
    return { kind: 'done', answer };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status >= 500) return { kind: 'later', message: error.message };
    return { kind: 'refused', message: error.message };
  }
}

/** What became of a draft, in one sentence. */
export async function whatHappened({ store, names }: Api, draftId: string): Promise<string> {
  const row = await store.getDraft(draftId);
  const events = await store.listEvents(draftId);
  const told = events.findLast(({ type }) => Object.hasOwn(SENTENCES, type));
  const status = row?.projection?.status ?? 'composing';
  const now = `It is ${status.replaceAll('_', ' ')} now.`;
  if (told === undefined) return now;
  const by = told.actorId === null || told.actorId === 'system' ? '' : ` by ${names(told.actorId).name}`;
  return `${SENTENCES[told.type] ?? ''}${by} on ${new Date(told.atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC. ${now}`;
}

const SENTENCES: Record<string, string> = {
  approved: 'The draft was approved',
  rejected: 'The draft was rejected',
  changes_requested: 'Changes were requested',
  approval_revoked: 'An approval was taken back',
  edited: 'The draft was edited',
  revised: 'The agent wrote a new revision',
  withdrawn: 'The draft was withdrawn',
  cancelled: 'The draft was cancelled',
  expired: 'The draft expired without a decision',
  sent: 'The message was sent',
};
