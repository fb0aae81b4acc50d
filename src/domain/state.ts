import type { Actor } from './actor.ts';
import {
  type ApprovalNeed,
  type Approver,
  groupsThatCount,
  missingApprovals,
  ONE_APPROVAL,
  type Oversight,
  type ReviewRoute,
} from './oversight.ts';
import type { ReasonCode } from './reasons.ts';
import type { Schedule } from './schedule.ts';

export const OPEN_STATUSES = [
  'composing',
  'in_review',
  'changes_requested',
  'scheduled',
  'sending',
  'needs_attention',
] as const;
export const END_STATUSES = ['sent', 'rejected', 'withdrawn', 'cancelled', 'expired', 'failed'] as const;
export const DRAFT_STATUSES = [...OPEN_STATUSES, ...END_STATUSES] as const;
/** Of lists. `urgent`: by priority, then the nearest time to keep, then the oldest first. */
export const DRAFT_ORDERS = ['newest', 'oldest', 'due', 'urgent'] as const;
export type DraftOrder = (typeof DRAFT_ORDERS)[number];
export type EndStatus = (typeof END_STATUSES)[number];
export type DraftStatus = (typeof DRAFT_STATUSES)[number];

export function isEnd(status: DraftStatus): status is EndStatus {
  return (END_STATUSES as readonly string[]).includes(status);
}

/** Where a draft's content comes from: decides what "changes requested" waits for. */
export type DraftSource = 'recipe' | 'content' | 'adopted';

/** One person's countersignature: it stands only for this revision and this digest. */
export interface Approval {
  revision: number;
  digest: string;
  by: Approver & Pick<Actor, 'kind'>;
  decisionId: string;
  atMs: number;
  /** The time it was given with; null when it stands for the content at whatever time. */
  schedule: Schedule | null;
  /** The latest message of the thread that whoever gave it had on screen; absent: they did not say. */
  threadSeen?: string;
}

/** The write that `composing` is waiting for. Content travels by reference into the store. */
export type ComposeTask =
  | { kind: 'initial' }
  /** `anew`: planned again, too; the same email is no surprise then. */
  | { kind: 'recompose'; commentRef: string | null; anew?: true }
  | { kind: 'edit'; contentRef: string; by: string; decisionId: string }
  | { kind: 'recapture'; reason: ReasonCode }
  | { kind: 'restore'; reason: ReasonCode }
  | { kind: 'drop'; reason: ReasonCode };

/** All the engine knows of a draft. Plain JSON, no content, no address: it travels through continue-as-new. */
export interface DraftState {
  status: DraftStatus;
  source: DraftSource;
  creatorId: string;
  /** 0 until the first revision is written. */
  revision: number;
  digest: string | null;
  /** Errors of the recipe's checks make a revision readable but not approvable. */
  blocked: boolean;
  task: ComposeTask | null;
  /** Given so far to this revision; it may leave when nothing is missing of what `oversight` asks for. */
  approvals: Approval[];
  /** What policy says of this revision; null until it is written. */
  oversight: Oversight | null;
  /** Who wrote this revision; null for composition and for what came from outside. */
  authorId: string | null;
  schedule: Schedule;
  /** Absolute instant; null while held or before a window was resolved. */
  dueAtMs: number | null;
  /** Pause between approval and send, the room for undo. */
  holdMs: number;
  /** Absolute end of that pause; null when there is no approval. */
  holdUntilMs: number | null;
  /** Not tried before this instant: a check holds it back, or its turn within the limits comes then. */
  notBeforeMs: number | null;
  reviewTimeoutMs: number;
  /** Absolute end of the review; null outside in_review and changes_requested. */
  reviewDeadlineMs: number | null;
  /** Since when it has waited for people, without a break; null when it does not. Absent in states of earlier versions. */
  waitingSinceMs?: number | null;
  /** When reviewers are reminded, and when others are asked as well; null when that is done or never to be. */
  remindAtMs: number | null;
  escalateAtMs: number | null;
  /** Others were asked as well, in this review. */
  escalated?: true;
  /** Why the draft is where it is, when that needs a word: sent back, failed, unknown outcome. */
  reason: ReasonCode | null;
  /** AgentMail has this email, or one of its revisions, as sent past us. Never taken back; the message is on record. */
  sentOutside?: true;
  /** A person asked for changes, edited or revoked: from then on only a person approves, whatever the inbox's mode. */
  steppedIn: boolean;
  /** Recompositions asked for so far. */
  round: number;
  /** Latest message of the thread that reviewers have been told about, or had on screen when they approved. */
  threadSeen: string | null;
  messageId: string | null;
  threadId: string | null;
}

/** Rounds a recipe recomposes by itself before it waits for the agent or an edit. */
export const MAX_RECOMPOSE_ROUNDS = 5;

/** Approvals this revision still needs; those of anything else than what would be sent do not count. */
export function approvalsMissing({ approvals, oversight, revision, digest }: DraftState): ApprovalNeed[] {
  if (oversight === null) return [...ONE_APPROVAL];
  const standing = approvals.filter((approval) => approval.revision === revision && approval.digest === digest);
  // What policy approves by itself needs nobody else.
  if (standing.some(({ by }) => by.kind === 'policy')) return [];
  return missingApprovals(
    oversight.needs,
    standing.map(({ by }) => by),
  );
}

/** Whose approval a draft in review waits for, for lists. */
export interface Asks {
  /** People of these; null among them: anybody. */
  groups: (string | null)[];
  /** Ids of those whose approval it has, or who wrote it and may not approve it therefore. */
  notBy: string[];
  /** Whoever asked for it may approve it, too. */
  byCreator: boolean;
}

export function asksOf({ status, approvals, oversight, authorId }: DraftState): Asks | null {
  if (status !== 'in_review' || oversight === null) return null;
  const approvers = approvals.map(({ by }) => by);
  const author = authorId === null || oversight.editorMayApprove ? [] : [authorId];
  const notBy = [...new Set([...approvers.map(({ id }) => id), ...author])];
  return { groups: groupsThatCount(oversight.needs, approvers), notBy, byCreator: oversight.creatorMayApprove };
}

/** True when people, or policy, have approved exactly what would be sent. */
export function approvalStands(state: DraftState): boolean {
  return state.approvals.length > 0 && !state.blocked && approvalsMissing(state).length === 0;
}

/** Who is asked first, while people are asked at all: not of what policy lets go, as long as that holds. */
export function askedFirst({ status, oversight, steppedIn, reason }: DraftState): ReviewRoute | null {
  if (status !== 'in_review' || oversight === null) return null;
  return oversight.kind === 'review' || steppedIn || reason !== null ? (oversight.route ?? null) : null;
}

/** Room for undo between an approval and the send, in ms: the draft's own, or what policy asks for, whichever is longer. */
export const undoRoomMs = ({ holdMs, oversight }: DraftState): number => Math.max(holdMs, oversight?.undoMs ?? 0);

/** Due is about time alone: a held draft is never due. */
export function isDue(state: DraftState, nowMs: number): boolean {
  return state.schedule.kind !== 'held' && state.dueAtMs !== null && nowMs >= state.dueAtMs;
}

/** When an approved draft may go: its time, the end of its hold and of what holds it back, whichever is last. Null: not by itself. */
export function sendableAtMs(state: DraftState): number | null {
  if (state.schedule.kind === 'held' || state.dueAtMs === null) return null;
  return Math.max(state.dueAtMs, state.holdUntilMs ?? 0, state.notBeforeMs ?? 0);
}
