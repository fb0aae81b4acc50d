import { REFUSALS, type RefusalCode } from './reasons.ts';
import type { DraftStatus } from './state.ts';

/** What an operation does to each of its drafts. */
export const OPERATION_ACTIONS = ['pause', 'resume', 'recheck', 'recompose', 'reassign'] as const;
export type OperationAction = (typeof OPERATION_ACTIONS)[number];

/**
 * `previewed`: its drafts are fixed, nothing was done. `starting`: confirmed, its workflow was asked for. Then the
 * workflow tells: `running`, and the ends `finished` (every draft has its result) and `cancelled`.
 */
export const OPERATION_STATUSES = ['previewed', 'starting', 'running', 'finished', 'cancelled'] as const;
export type OperationStatus = (typeof OPERATION_STATUSES)[number];

/** `waiting` for its turn, `done`, `skipped` (it cannot take it, or moved on), `failed` (nobody confirmed it). */
export const ITEM_STATES = ['waiting', 'done', 'skipped', 'failed'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** The drafts an operation can be about: nothing of them has left, and none is over. */
export const WAITING_STATUSES = ['composing', 'in_review', 'changes_requested', 'scheduled'] as const;
export const isWaiting = (status: DraftStatus): boolean => WAITING_STATUSES.some((one) => one === status);

/** Drafts of one operation. More are several operations, with a filter each. */
export const MAX_OPERATION_DRAFTS = 50_000;
/** A preview that was not confirmed by then says too little of what is there now. */
export const PREVIEW_LIFE_MS = 60 * 60_000;

/** Why a draft was left as it is, besides the refusals a single command may get. */
const LEFT = {
  already_paused: 'It was paused already.',
  not_paused: 'It is not paused by itself.',
  paused_anew: 'Somebody paused it again after this was begun.',
  already_theirs: 'They have it already.',
  nobody_has_it: 'Nobody has it.',
  assignee_changed: 'Somebody else has it now than when this was previewed.',
  moved_on: 'It moved on after this was previewed.',
  not_confirmed: 'No worker confirmed it in time. It may still take effect; look at the draft.',
} as const;
export type ItemCode = keyof typeof LEFT | RefusalCode;

const SENTENCES: Record<string, string> = { ...REFUSALS, ...LEFT };
/** What a code says to people; codes of a newer version speak for themselves. */
export const itemSentence = (code: string): string =>
  Object.hasOwn(SENTENCES, code) ? (SENTENCES[code] ?? code) : code;

/** Origin of the audit rows that an operation writes itself: one of each kind and draft. */
export const operationOrigin = (operationId: string): string => `operation:${operationId}`;
