import { isEnd } from '../../domain/state.ts';
import type { AuditRow, DraftRow } from '../../store/types.ts';
import type { DraftEnding } from '../../temporal/draft-endings.ts';
import { readAttempts } from '../attempts.ts';
import { type Compared, compareRunning } from './behind.ts';
import type { Look } from './check.ts';
import { type ProvenEnd, repairEnd } from './repair.ts';

/**
 * `agreed`: the record is right, or nothing can be said yet. `unknown`: a send of an ended workflow was never answered.
 * `gone`: Temporal knows nothing of the draft, which may as well be the wrong Temporal. `failing`: it runs, and its
 * workers cannot carry it on.
 */
export type Reconciled = Compared | 'repaired' | 'unknown' | 'gone' | 'failing';

/**
 * An attempt to send outlives its workflow by its own time-out at most. Only then does an ended workflow prove that
 * nothing of it will be sent any more.
 */
const LAST_ATTEMPT_MS = 180_000;
/** A worker that died, or an older version beside a newer one, fails a task or two. So many in a row take some minutes. */
const FAILED_TASKS = 10;

/** Compares one draft's record with its workflow, and puts the record right where something proves what is right. */
export async function reconcile(look: Look, draftId: string): Promise<Reconciled> {
  const { store, endings } = look.deps;
  const ending = await endings(draftId);
  if (ending.failedTasks >= FAILED_TASKS) return 'failing';
  if (ending.state === 'running') return compareRunning(look, draftId);
  // Read after the engine was asked: what the workflow told before its end is there by now.
  const row = await store.getDraft(draftId);
  if (row === null || isEnd(row.projection?.status ?? 'composing')) return 'agreed';
  const events = await store.listEvents(draftId);
  const end = provenEnd(row, events, ending, look.nowMs);
  if (typeof end === 'string') return end;
  await repairEnd(store, row, end, { run: look.run, nowMs: look.nowMs });
  return 'repaired';
}

/** What proves how a draft ended, the strongest first. */
export function provenEnd(
  row: DraftRow,
  events: AuditRow[],
  ending: DraftEnding,
  nowMs: number,
): ProvenEnd | 'agreed' | 'unknown' | 'gone' {
  const recorded = recordedEnd(events);
  if (recorded) return recorded;
  const { outcome, closedAtMs, state } = ending;
  if (outcome) {
    const { status, reason, messageId, threadId } = outcome;
    return { status, reason, messageId, threadId, by: 'result' };
  }
  // Never claimed: it was not started yet, and that is looked after elsewhere.
  if (state === 'gone') return row.firstRunId === null ? 'agreed' : 'gone';
  if (closedAtMs === null || nowMs - closedAtMs < LAST_ATTEMPT_MS) return 'agreed';
  return endedByForce(row, events);
}

/** The last thing the draft's workflow told was an end. */
function recordedEnd(events: AuditRow[]): ProvenEnd | null {
  const told = events.filter(({ origin, data }) => !/^(send|watchdog|outside|event):/.test(origin) && data.status);
  const last = told.at(-1);
  const status = last?.data.status;
  if (!last || !status || !isEnd(status)) return null;
  const { reason = null, messageId = null, threadId = null } = last.data;
  return { status, reason, messageId, threadId, by: 'record' };
}

/** Terminated, failed or cancelled in Temporal: it will do nothing more, so only what left before counts. */
function endedByForce(row: DraftRow, events: AuditRow[]): ProvenEnd | 'unknown' {
  const keys = new Set(
    events.flatMap(({ origin, data }) => (origin.startsWith('send:') && data.key ? [data.key] : [])),
  );
  const sends = [...keys].map((key) => readAttempts(events, key));
  const accepted = sends.find((send) => send.accepted)?.accepted;
  if (accepted) {
    const { messageId, threadId } = accepted;
    return { status: 'sent', reason: null, messageId, threadId, by: 'send_answer' };
  }
  const inTheAir = row.projection?.status === 'sending' || row.projection?.status === 'needs_attention';
  if (inTheAir || sends.some(({ open }) => open > 0)) return 'unknown';
  return { status: 'failed', reason: 'engine_ended', messageId: null, threadId: null, by: 'engine_ended' };
}
