import type { AuditData, AuditEntry, DraftProjection } from '../../domain/audit.ts';
import type { ReasonCode } from '../../domain/reasons.ts';
import type { EndStatus } from '../../domain/state.ts';
import type { DraftRow, Store } from '../../store/types.ts';
import type { DraftView } from '../../workflows/messages.ts';

/** The audit row of a repair; one kind of it has one `sequence` within a run. */
export function repaired(
  told: { run: string; nowMs: number; sequence: number; code: string; revision?: number; digest?: string | null },
  data: AuditData = {},
): AuditEntry {
  const { run, nowMs, sequence, code, revision = 0, digest = null } = told;
  return {
    origin: `watchdog:${run}`,
    sequence,
    type: 'repaired',
    atMs: nowMs,
    actorId: 'system',
    commandId: null,
    revision,
    digest,
    data: { code, ...data },
  };
}

/** An end that is proven, and by what. */
export interface ProvenEnd {
  status: EndStatus;
  reason: ReasonCode | null;
  messageId: string | null;
  threadId: string | null;
  by: 'record' | 'result' | 'send_answer' | 'engine_ended';
}

/**
 * Moves the row of a draft whose workflow is over to its end. Its time is not before anything told of it, so that it
 * counts; a workflow that is reset later tells later still.
 */
export async function repairEnd(store: Store, row: DraftRow, end: ProvenEnd, told: { run: string; nowMs: number }) {
  const { status, reason, messageId, threadId, by } = end;
  const base = row.projection ?? neverTold(row);
  const projection: DraftProjection = {
    ...base,
    toldAtMs: Math.max(told.nowMs, base.toldAtMs),
    sequence: base.sequence + 1,
    ...{ status, reason, messageId, threadId },
    reviewDeadlineMs: null,
    holdUntilMs: null,
  };
  const { revision, digest } = base;
  const data: AuditData = {
    status,
    ...(reason && { reason }),
    ...(messageId && { messageId }),
    ...(threadId && { threadId }),
  };
  const entry = repaired({ ...told, sequence: 2, code: by, revision, digest }, data);
  await store.record(row.draftId, [entry], projection);
}

/**
 * Moves the row of a living draft to what its workflow answers. It counts as told at the time of what it replaces, so that
 * whatever the workflow tells itself, before or after, comes last.
 */
export async function repairRow(
  store: Store,
  { draftId, row, view }: { draftId: string; row: DraftProjection; view: DraftView },
  told: { run: string; nowMs: number },
) {
  const { status, revision, digest, blocked, schedule, reason, messageId, approvals } = view;
  const { dueAtMs, holdUntilMs, notBeforeMs, reviewDeadlineMs } = view;
  const projection: DraftProjection = {
    ...row,
    ...reviewOf(view),
    sequence: row.sequence + 1,
    ...{ status, revision, digest, blocked, schedule, dueAtMs, holdUntilMs, notBeforeMs, reviewDeadlineMs, reason },
    messageId,
    approvedBy: approvals.at(-1)?.by.id ?? null,
    route: status === 'in_review' ? (row.route ?? null) : null,
  };
  const entry = repaired({ ...told, sequence: 3, code: 'workflow', revision, digest }, { status });
  await store.record(draftId, [entry], projection);
}

/**
 * The review as its workflow shows it, nothing of what was told of another revision. Whose approval would count it does not
 * show: without that the draft is hidden from nobody, until the workflow tells itself.
 */
function reviewOf({ oversight, waitingSinceMs, escalated }: DraftView) {
  return {
    asks: undefined,
    priority: oversight?.priority ?? undefined,
    waitingSinceMs: waitingSinceMs ?? undefined,
    escalated,
    escalatedTo: (escalated && oversight?.times.escalateTo) ?? undefined,
  } satisfies Partial<DraftProjection>;
}

/** The row of a draft of which nothing was told yet. */
export function neverTold({ schedule, createdAtMs }: DraftRow): DraftProjection {
  return {
    toldAtMs: createdAtMs,
    sequence: 0,
    status: 'composing',
    revision: 0,
    digest: null,
    blocked: false,
    schedule,
    dueAtMs: null,
    holdUntilMs: null,
    reviewDeadlineMs: null,
    reason: null,
    approvedBy: null,
    messageId: null,
    threadId: null,
    inboxMode: 'review_all',
  };
}
