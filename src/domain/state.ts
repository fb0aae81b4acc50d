import type { Actor } from './actor.ts';
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
export type EndStatus = (typeof END_STATUSES)[number];
export type DraftStatus = (typeof DRAFT_STATUSES)[number];

export function isEnd(status: DraftStatus): status is EndStatus {
  return (END_STATUSES as readonly string[]).includes(status);
}

/** Where a draft's content comes from: decides what "changes requested" waits for. */
export type DraftSource = 'recipe' | 'content' | 'adopted';

/** A countersignature: it stands only for this revision and this digest. */
export interface Approval {
  revision: number;
  digest: string;
  by: Pick<Actor, 'id' | 'kind'>;
  decisionId: string;
  atMs: number;
}

/** The write that `composing` is waiting for. Content travels by reference into the store. */
export type ComposeTask =
  | { kind: 'initial' }
  | { kind: 'recompose'; commentRef: string | null }
  | { kind: 'edit'; contentRef: string; by: string; decisionId: string }
  | { kind: 'recapture'; reason: ReasonCode }
  | { kind: 'restore'; reason: ReasonCode };

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
  approval: Approval | null;
  schedule: Schedule;
  /** Absolute instant; null while held or before a window was resolved. */
  dueAtMs: number | null;
  /** Pause between approval and send, the room for undo. */
  holdMs: number;
  /** Absolute end of that pause; null when there is no approval. */
  holdUntilMs: number | null;
  reviewTimeoutMs: number;
  /** Absolute end of the review; null outside in_review and changes_requested. */
  reviewDeadlineMs: number | null;
  /** Why the draft is where it is, when that needs a word: sent back, failed, unknown outcome. */
  reason: ReasonCode | null;
  /** A person asked for changes, edited or revoked: from then on only a person approves, whatever the inbox's mode. */
  steppedIn: boolean;
  /** Recompositions asked for so far. */
  round: number;
  /** A resolve that accepted, by name, that the mail may arrive twice. */
  duplicateRiskAccepted: boolean;
  /** Newest inbound message of the thread the reviewer has been told about. */
  threadSeen: string | null;
  messageId: string | null;
  threadId: string | null;
}

/** Rounds a recipe recomposes by itself before it waits for the agent or an edit. */
export const MAX_RECOMPOSE_ROUNDS = 5;

/** True when the standing approval is of exactly what would be sent. */
export function approvalStands(state: DraftState): boolean {
  const { approval } = state;
  return (
    approval !== null && !state.blocked && approval.revision === state.revision && approval.digest === state.digest
  );
}

/** Due is about time alone: a held draft is never due. */
export function isDue(state: DraftState, nowMs: number): boolean {
  return state.schedule.kind !== 'held' && state.dueAtMs !== null && nowMs >= state.dueAtMs;
}

/** When an approved draft may go: its time and the end of its hold, whichever is later. Null: not by itself. */
export function sendableAtMs(state: DraftState): number | null {
  if (state.schedule.kind === 'held' || state.dueAtMs === null) return null;
  return Math.max(state.dueAtMs, state.holdUntilMs ?? 0);
}
