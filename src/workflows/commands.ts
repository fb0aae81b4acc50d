import type { CommandFacts } from '../activities/types.ts';
import type { AuditType } from '../domain/audit.ts';
import type { DraftEvent } from '../domain/draft-event.ts';

/** Who gives a command. `created`: they asked for the draft themselves, or their agent did. */
export type Approver = Pick<Extract<DraftEvent, { type: 'approve' }>, 'by' | 'created'>;

/** What a command means for the lifecycle. A resolve is prepared from evidence instead. */
export function eventOf(command: CommandFacts, { by, created }: Approver, dueAtMs: number | null): DraftEvent {
  const nowMs = Date.now();
  switch (command.name) {
    case 'decide': {
      const { decision, revision, digest, commandId, commentRef, schedule = null, threadSeen } = command.input;
      if (decision === 'approve') {
        const seen = typeof threadSeen === 'string' ? { threadSeen } : {};
        const approved = { by, created, decisionId: commandId, revision, digest, nowMs, dueAtMs, schedule };
        return { type: 'approve', ...approved, ...seen };
      }
      if (decision === 'reject') return { type: 'reject', revision };
      return { type: 'request_changes', revision, commentRef: commentRef ?? null, nowMs };
    }
    case 'revoke':
      return { type: 'revoke', revision: command.input.revision, nowMs };
    case 'edit':
    case 'revise': {
      const { baseRevision, contentRef, commandId } = command.input;
      return { type: 'edit', baseRevision, contentRef, by: by.id, decisionId: commandId };
    }
    case 'reschedule':
      return { type: 'reschedule', schedule: command.input.schedule, dueAtMs, nowMs };
    case 'recompose': {
      const { revision, commentRef } = command.input;
      return { type: 'recompose', revision, commentRef: commentRef ?? null };
    }
    case 'recheck':
      return { type: 'recheck' };
    case 'withdraw':
      return { type: 'withdraw' };
    case 'cancel':
      return { type: 'cancel' };
    case 'resolve':
      throw new Error('a resolve is prepared from evidence');
  }
}

export function auditTypeOf(command: CommandFacts): AuditType {
  switch (command.name) {
    case 'decide':
      return ({ approve: 'approved', reject: 'rejected', request_changes: 'changes_requested' } as const)[
        command.input.decision
      ];
    case 'revoke':
      return 'approval_revoked';
    case 'edit':
      return 'edited';
    case 'revise':
      return 'revised';
    case 'reschedule':
      return 'rescheduled';
    case 'recompose':
      return 'recompose_asked';
    case 'recheck':
      return 'rechecked';
    case 'withdraw':
      return 'withdrawn';
    case 'cancel':
      return 'cancelled';
    case 'resolve':
      return 'resolved';
  }
}

/** The small facts of a command that belong into the record. */
export function auditDataOf(command: CommandFacts, event: DraftEvent) {
  if (event.type === 'reschedule') return { schedule: event.schedule, dueAtMs: event.dueAtMs };
  if (event.type === 'resolve') {
    const { action } = event;
    return { code: action.kind, ...(action.kind === 'mark_sent' && { messageId: action.messageId, verified: true }) };
  }
  if (command.name === 'recompose' || command.name === 'recheck') {
    const { operationId } = command.input;
    const commentRef = command.name === 'recompose' ? command.input.commentRef : undefined;
    return { ...(commentRef && { commentRef }), ...(operationId && { operation: operationId }) };
  }
  if (command.name === 'decide') {
    const { commentRef, reasonCode, schedule } = command.input;
    return { ...(commentRef && { commentRef }), ...(reasonCode && { reasonCode }), ...(schedule && { schedule }) };
  }
  return {};
}

/** The revision a command was given for; null for those that mean the draft as a whole. */
export function revisionNamedBy(command: CommandFacts): number | null {
  switch (command.name) {
    case 'decide':
    case 'revoke':
    case 'recompose':
      return command.input.revision;
    case 'edit':
    case 'revise':
      return command.input.baseRevision;
    default:
      return null;
  }
}
