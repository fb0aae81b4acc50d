import { ApplicationFailure, Context } from '@temporalio/activity';
import type { DraftRow, RevisionRecord, Store } from '../store/types.ts';

/** The draft this activity belongs to: its workflow's id. */
export function currentDraftId(): string {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw ApplicationFailure.nonRetryable('not called by a workflow', 'internal');
  return workflowExecution.workflowId;
}

export async function loadDraft(store: Store): Promise<DraftRow> {
  const draftId = currentDraftId();
  const row = await store.getDraft(draftId);
  if (!row) throw ApplicationFailure.nonRetryable('the draft is not in the store', 'store.missing');
  return row;
}

export async function loadRevision(store: Store, draftId: string, revision: number): Promise<RevisionRecord> {
  const record = await store.getRevision(draftId, revision);
  if (!record) throw ApplicationFailure.nonRetryable(`revision ${revision} is not in the store`, 'store.missing');
  return record;
}

/** The type of our own failures, null for anything else. */
export function failureType(error: unknown): string | null {
  return error instanceof ApplicationFailure ? (error.type ?? null) : null;
}

const BEAT_MS = 2_000;

/** How long an attempt was silent at most, in ms: a process that stood still may have a successor already. */
export type LongestSilence = () => number;

/** Keeps telling the server that this attempt lives, so that a dead worker's attempt is given away in seconds. */
export async function withHeartbeat<T>(work: (longestSilenceMs: LongestSilence) => Promise<T>): Promise<T> {
  const context = Context.current();
  // Two clocks: the process's own stands still while its machine does, the wall clock may be stepped back.
  const read = () => [performance.now(), Date.now()] as const;
  let last = read();
  let longest = 0;
  const beat = () => {
    const now = read();
    longest = Math.max(longest, now[0] - last[0], now[1] - last[1]);
    last = now;
    return longest;
  };
  const timer = setInterval(() => {
    beat();
    context.heartbeat();
  }, BEAT_MS);
  try {
    return await work(beat);
  } finally {
    clearInterval(timer);
  }
}

/** Milliseconds left before this attempt's deadline; the attempt after it may be running already then. */
export function remainingMs(startedAtMs: number): number {
  const { startToCloseTimeoutMs } = Context.current().info;
  // Monotonic process time: neither a test's clock nor a stepped system clock moves the deadline.
  return startToCloseTimeoutMs - (performance.now() - startedAtMs);
}
