import type { Actor } from '../domain/actor.ts';
import type { ItemCode, ItemState, OperationAction, OperationStatus } from '../domain/operations.ts';
import type { DraftStatus } from '../domain/state.ts';
import type { DraftListQuery } from './types.ts';

/** One draft kept from leaving by itself, whatever else is paused. */
export interface DraftPause {
  draftId: string;
  reason: string;
  by: string;
  atMs: number;
  operationId: string | null;
}

/** Which drafts: named one by one, or by the filters of the draft list. */
export type OperationTarget =
  | { draftIds: string[] }
  | Omit<DraftListQuery, 'limit' | 'cursor' | 'order' | 'inboxIds' | 'assignee'>;

export interface OperationCreation {
  operationId: string;
  action: OperationAction;
  /** As it was asked for, for people to read again. */
  filter: Record<string, unknown>;
  /** `reassign`: to whom; null: to nobody. */
  personId: string | null;
  /** A pause's reason, or what a recomposition is to heed. */
  comment: string | null;
  actor: Actor & { name: string };
  createdAtMs: number;
}

export interface OperationRecord extends OperationCreation {
  status: OperationStatus | 'freezing';
  /** Drafts that matched. */
  total: number;
  /** All inboxes its drafts are in. */
  inboxIds: string[];
  startedAtMs: number | null;
  endedAtMs: number | null;
  cancelledBy: string | null;
}

export interface OperationCounts extends Record<ItemState, number> {
  /** Of those done, how many the operation left otherwise than it found them. */
  changed: number;
}

export interface OperationItem {
  position: number;
  draftId: string;
  /** As previewed. */
  revision: number;
  assigneeId: string | null;
  state: ItemState;
  code: ItemCode | null;
  changed: boolean | null;
  attempts: number;
  settledAtMs: number | null;
}

/** An item with the draft as it is now. */
export interface OperationResult extends Omit<OperationItem, 'attempts' | 'revision' | 'assigneeId'> {
  inboxId: string;
  subject: string;
  recipients: string[];
  status: DraftStatus;
}

export type ItemOutcome =
  | { state: 'done'; changed: boolean }
  | { state: 'skipped'; code: ItemCode }
  | { state: 'failed'; code: ItemCode };

/** What operations know of themselves, and the pauses of single drafts. */
export interface OperationStore {
  /** Keeps a draft from leaving. False when it was kept already; then nothing changes. */
  pauseDraft(pause: DraftPause): Promise<boolean>;
  /** Ends a pause that is not younger than `notAfterMs`; false when there was none such. */
  resumeDraft(draftId: string, notAfterMs: number): Promise<boolean>;
  draftPausesOf(draftIds: readonly string[]): Promise<Map<string, DraftPause>>;
  countDraftPauses(): Promise<number>;

  /**
   * Fixes the drafts of a new operation: those waiting drafts that match now, within `inboxIds`. Those that cannot take
   * it are `skipped` from the start, with the reason.
   * @throws StoreConflict when there are more than an operation may have
   */
  previewOperation(
    creation: OperationCreation,
    target: OperationTarget,
    within: { inboxIds?: readonly string[]; assignee?: DraftListQuery['assignee']; nowMs: number },
  ): Promise<OperationRecord>;
  getOperation(operationId: string): Promise<OperationRecord | null>;
  /** Operations that were begun, newest first; with `inboxIds` only those that stay within, or that `actorId` began. */
  listOperations(query: {
    inboxIds?: readonly string[];
    limit: number;
    cursor?: string;
  }): Promise<{ items: OperationRecord[]; nextCursor: string | null }>;
  /** Moves the operation from one of `from`; false when it is in none of them. */
  moveOperation(
    operationId: string,
    from: readonly OperationStatus[],
    change: Partial<Pick<OperationRecord, 'status' | 'actor' | 'startedAtMs' | 'endedAtMs' | 'cancelledBy'>>,
  ): Promise<boolean>;
  /** Drops previews that were made before then and not confirmed. */
  dropPreviews(beforeMs: number): Promise<void>;

  countItems(operationId: string): Promise<OperationCounts>;
  /** How many were left, or failed, for each reason. */
  itemCodes(operationId: string): Promise<{ code: ItemCode; count: number }[]>;
  /** The next that wait; those that were tried least come first. */
  waitingItems(operationId: string, limit: number): Promise<OperationItem[]>;
  /** Its drafts that are being composed at its wish. */
  countComposing(operationId: string): Promise<number>;
  /** Writes down what came of it, once. */
  settleItem(operationId: string, draftId: string, outcome: ItemOutcome, atMs: number): Promise<void>;
  /** Notes a try that nobody answered; how many there were. */
  triedItem(operationId: string, draftId: string): Promise<number>;
  listItems(
    operationId: string,
    query: { states?: readonly ItemState[]; after: number; limit: number },
  ): Promise<OperationResult[]>;
}
