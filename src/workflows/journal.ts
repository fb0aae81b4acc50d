import { workflowInfo } from '@temporalio/workflow';
import type { Recorded } from '../activities/types.ts';
import type { AuditEntry, AuditType, DraftProjection } from '../domain/audit.ts';
import { askedFirst, asksOf, type DraftState } from '../domain/state.ts';

type Told = Partial<Pick<AuditEntry, 'actorId' | 'commandId' | 'data'>>;

/** What happened and is not yet in the audit log. It is recorded before every rest, so a waiting draft's record is complete. */
export class Journal {
  private pending: AuditEntry[] = [];
  private sequence: number;

  constructor(sequence: number) {
    this.sequence = sequence;
  }

  get lastSequence(): number {
    return this.sequence;
  }

  get isEmpty(): boolean {
    return this.pending.length === 0;
  }

  tell(type: AuditType, state: Pick<DraftState, 'revision' | 'digest' | 'status'>, told: Told = {}): void {
    this.sequence += 1;
    this.pending.push({
      origin: workflowInfo().runId,
      sequence: this.sequence,
      type,
      atMs: Date.now(),
      actorId: told.actorId ?? null,
      commandId: told.commandId ?? null,
      revision: state.revision,
      digest: state.digest,
      data: { status: state.status, ...told.data },
    });
  }

  /** Hands over what is pending, to be recorded; null when there is nothing. */
  take(state: DraftState, inboxMode: string): Recorded | null {
    if (this.pending.length === 0) return null;
    const entries = this.pending;
    this.pending = [];
    return { entries, projection: project(state, this.sequence, inboxMode) };
  }
}

function project(state: DraftState, sequence: number, inboxMode: string): DraftProjection {
  const { status, revision, digest, blocked, schedule, dueAtMs, holdUntilMs, notBeforeMs, reviewDeadlineMs, reason } =
    state;
  return {
    toldAtMs: Date.now(),
    sequence,
    status,
    revision,
    digest,
    blocked,
    schedule,
    dueAtMs,
    holdUntilMs,
    notBeforeMs,
    reviewDeadlineMs,
    reason,
    approvedBy: state.approvals.at(-1)?.by.id ?? null,
    messageId: state.messageId,
    threadId: state.threadId,
    inboxMode,
    route: askedFirst(state),
    ...reviewOf(state),
  };
}

/** What lists tell of its review. */
function reviewOf(state: DraftState): Partial<DraftProjection> {
  const { oversight, waitingSinceMs, escalated } = state;
  const { priority, times } = oversight ?? {};
  const asks = asksOf(state);
  return {
    ...(asks && { asks }),
    ...(typeof priority === 'number' && { priority }),
    ...(typeof waitingSinceMs === 'number' && { waitingSinceMs }),
    ...(escalated && { escalated, ...(times?.escalateTo && { escalatedTo: times.escalateTo }) }),
  };
}
