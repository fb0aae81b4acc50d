import type { Actor } from '../domain/actor.ts';
import type { Schedule } from '../domain/schedule.ts';

/**
 * `uploading`: rows come in. `starting`: all rows are here, its workflow was asked for. Then the workflow tells:
 * `running`, `paused`, and the ends `finished` (every row is started or bad) and `cancelled`.
 */
export const BATCH_STATUSES = ['uploading', 'starting', 'running', 'paused', 'finished', 'cancelled'] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** What was asked for, written once. Every draft of the batch gets the same of all this but its input. */
export interface BatchCreation {
  batchId: string;
  /** SHA-256 of the whole request: a repeated request id with another body is a conflict. */
  requestDigest: string;
  name: string;
  creator: Actor;
  inboxId: string;
  recipe: string;
  category: string | null;
  priority: number;
  schedule: Schedule;
  holdMs: number;
  reviewTimeoutMs: number;
  format: 'csv' | 'jsonl';
  /** CSV column to input path; null: the columns are named by their paths. */
  mapping: Record<string, string> | null;
  createdAtMs: number;
}

/** How a CSV is read, known once its first line is complete. */
export interface BatchHeader {
  delimiter: string;
  columns: string[];
}

export interface BatchRecord extends BatchCreation {
  status: BatchStatus;
  /** Bytes of the file that are here; the next chunk begins there. */
  uploadedBytes: number;
  /** CRC-32 of those bytes; null where it is not known. */
  uploadedCrc: number | null;
  header: BatchHeader | null;
  /** Rows read so far, bad ones included. */
  rowCount: number;
  /** Who cancelled it, and whether its undecided drafts are to end as well. */
  cancelledBy: (Actor & { name: string }) | null;
  withdrawDrafts: boolean;
  startedAtMs: number | null;
  endedAtMs: number | null;
}

/** `waiting` for its draft, `bad` (never gets one), `started`. */
export type BatchRowState = 'waiting' | 'bad' | 'started';

export interface NewBatchRow {
  /** The recipe's input; of a bad row what was read of it. */
  input: unknown;
  /** Null for a row that can be started. */
  problem: { code: string; message: string } | null;
}

export interface BatchRow {
  /** From 1, in the order of the file; the header and empty lines do not count. */
  row: number;
  state: BatchRowState;
  /** Null once the draft has it. */
  input: unknown;
  draftId: string | null;
  errorCode: string | null;
  error: string | null;
}

/** A row with what became of its draft. */
export interface BatchResultRow extends Omit<BatchRow, 'input'> {
  /** Reference of the input in the store. */
  inputRef: string | null;
  draftStatus: string | null;
  draftReason: string | null;
  messageId: string | null;
  sentAtMs: number | null;
}

/** One chunk of the file, read. */
export interface BatchUpload {
  /** Bytes that were here before this chunk, and that are here with it. */
  fromBytes: number;
  toBytes: number;
  /** CRC-32 of all that is here with it; null where it is not known of what was before. */
  crc: number | null;
  /** The beginning of a row whose end is not here yet. */
  carry: Uint8Array;
  header: BatchHeader | null;
  rows: NewBatchRow[];
  /** Set with the last rows: no more come. */
  seal: boolean;
}

export interface BatchCounts {
  waiting: number;
  bad: number;
  started: number;
}

export interface BatchStore {
  /** Writes the creation unless the id is taken; answers the stored one. */
  createBatch(creation: BatchCreation): Promise<{ created: boolean; stored: BatchRecord }>;
  getBatch(batchId: string): Promise<BatchRecord | null>;
  /** Newest first. */
  listBatches(query: {
    creatorId?: string;
    /** Only batches of these inboxes. */
    inboxIds?: readonly string[];
    limit: number;
    cursor?: string;
  }): Promise<{ items: BatchRecord[]; nextCursor: string | null }>;
  /** Batches that were to start before `beforeMs`, did not, and are still wanted; the oldest first. */
  startingBatches(beforeMs: number, limit: number): Promise<BatchRecord[]>;
  /** Those that run or are paused, the oldest first. */
  batchesUnderWay(limit: number): Promise<BatchRecord[]>;
  /** The bytes kept of a row that is not complete. */
  batchCarry(batchId: string): Promise<Uint8Array>;
  /** Takes a chunk in, all or nothing; false when the batch is not `uploading` or not at `fromBytes`. */
  appendBatchRows(batchId: string, upload: BatchUpload): Promise<boolean>;
  /** Moves the batch from one of `from`; false when it is in none of them. */
  moveBatch(
    batchId: string,
    from: readonly BatchStatus[],
    change: Partial<Pick<BatchRecord, 'status' | 'cancelledBy' | 'withdrawDrafts' | 'startedAtMs' | 'endedAtMs'>>,
  ): Promise<boolean>;
  /** Drops rows and kept bytes of a batch that never started. */
  clearBatchRows(batchId: string): Promise<void>;
  listBatchRows(
    batchId: string,
    query: { state?: BatchRowState; afterRow: number; limit: number },
  ): Promise<BatchRow[]>;
  /** Notes what became of a waiting row; a row that is not waiting stays as it is. */
  settleBatchRow(
    batchId: string,
    row: number,
    outcome: { draftId: string } | { code: string; message: string },
  ): Promise<void>;
  countBatchRows(batchId: string): Promise<BatchCounts>;
  /** Drafts of the batch by status. */
  countBatchDrafts(batchId: string): Promise<Record<string, number>>;
  listBatchResults(batchId: string, afterRow: number, limit: number): Promise<BatchResultRow[]>;
  /** Drafts of the batch in these statuses, by id, after `afterId`. */
  listBatchDraftIds(
    batchId: string,
    query: { statuses: readonly string[]; afterId: string; limit: number },
  ): Promise<string[]>;
}
