import { jsonDigest } from './digest.ts';
import type { DraftEvent, Hindrance, ResolveAction, SendOutcome } from './draft-event.ts';
import { asksForOne, type Oversight, type ReviewTimes } from './oversight.ts';
import type { ReasonCode, RefusalCode } from './reasons.ts';
import {
  type Approval,
  approvalStands,
  approvalsMissing,
  type ComposeTask,
  type DraftState,
  isDue,
  isEnd,
  MAX_RECOMPOSE_ROUNDS,
  sendableAtMs,
  undoRoomMs,
} from './state.ts';

export type Transition = { ok: true; state: DraftState } | { ok: false; code: RefusalCode };

const ok = (state: DraftState, change: Partial<DraftState>): Transition => ({
  ok: true,
  state: { ...state, ...change },
});
const refuse = (code: RefusalCode): Transition => ({ ok: false, code });

const inReview = (state: DraftState, nowMs: number, change: Partial<DraftState> = {}): Transition => {
  const next: DraftState = {
    ...state,
    status: 'in_review',
    task: null,
    approvals: [],
    holdUntilMs: null,
    notBeforeMs: null,
    reason: null,
    ...change,
  };
  const { remindAfterMs, escalateAfterMs, expireAfterMs } = next.oversight?.times ?? NO_TIMES;
  const after = (ms: number | null) => (ms === null || next.status !== 'in_review' ? null : nowMs + ms);
  const times = { remindAtMs: after(remindAfterMs), escalateAtMs: after(escalateAfterMs) };
  const reviewDeadlineMs = nowMs + Math.min(next.reviewTimeoutMs, expireAfterMs ?? Number.POSITIVE_INFINITY);
  return { ok: true, state: { ...next, ...times, reviewDeadlineMs, waitingSinceMs: after(0), escalated: undefined } };
};
const NO_TIMES: Pick<ReviewTimes, 'remindAfterMs' | 'escalateAfterMs' | 'expireAfterMs'> = {
  remindAfterMs: null,
  escalateAfterMs: null,
};
/** Nobody is asked any more. */
const UNASKED = {
  reviewDeadlineMs: null,
  waitingSinceMs: null,
  remindAtMs: null,
  escalateAtMs: null,
  escalated: undefined,
} as const;

const compose = (state: DraftState, task: ComposeTask, change: Partial<DraftState> = {}): Transition =>
  ok(state, {
    status: 'composing',
    task,
    approvals: [],
    holdUntilMs: null,
    notBeforeMs: null,
    ...UNASKED,
    ...change,
  });

const end = (state: DraftState, status: DraftState['status'], change: Partial<DraftState> = {}): Transition =>
  ok(state, { status, task: null, ...UNASKED, holdUntilMs: null, notBeforeMs: null, ...change });

/** That the email has left already must be read before anybody lets it leave again, whatever else comes up. */
function tellingSent(before: DraftState, after: DraftState): DraftState {
  // States of earlier versions know it by their reason alone.
  const sentOutside = after.sentOutside === true || before.reason === 'sent_outside';
  if (!sentOutside) return after;
  const asked = after.status === 'in_review' || after.status === 'changes_requested';
  return { ...after, sentOutside, reason: asked ? 'sent_outside' : after.reason };
}

const reached = (atMs: number | null, nowMs: number) => atMs !== null && nowMs >= atMs;

/** The refusal common to everything that would disturb a send in the air, or a draft that is over. */
function locked(state: DraftState): RefusalCode | null {
  if (isEnd(state.status)) return 'already_ended';
  if (state.status === 'sending' || state.status === 'needs_attention') return 'locked_sending';
  return null;
}

/**
 * The whole life of a draft as one pure function. It never sees content; what it guards is
 * that `sending` is reached only through a standing approval of the current digest AND a due time,
 * and that nothing but evidence leaves `sending`.
 */
export function transition(state: DraftState, event: DraftEvent): Transition {
  const moved = move(state, event);
  return moved.ok ? { ok: true, state: tellingSent(state, moved.state) } : moved;
}

function move(state: DraftState, event: DraftEvent): Transition {
  switch (event.type) {
    case 'composed':
      return composed(state, event);
    case 'compose_failed':
      return composeFailed(state, event.reason, event.nowMs);
    case 'approve':
      return approve(state, event);
    case 'reject': {
      const refusal = undecidable(state, event.revision);
      return refusal ? refuse(refusal) : end(state, 'rejected', { approvals: [] });
    }
    case 'request_changes':
      return requestChanges(state, event);
    case 'revoke':
      if (locked(state)) return refuse(locked(state) ?? 'already_ended');
      if (state.status !== 'scheduled' && state.approvals.length === 0) return refuse('not_approved');
      return event.revision === state.revision
        ? inReview(state, event.nowMs, { steppedIn: true })
        : refuse('stale_revision');
    case 'edit':
      return edit(state, event);
    case 'reschedule':
      return reschedule(state, event);
    case 'recompose':
      return recompose(state, event);
    case 'recheck': {
      const refusal = locked(state) ?? (state.status === 'composing' ? 'not_ready' : null);
      return refusal ? refuse(refusal) : ok(state, {});
    }
    case 'withdraw':
    case 'cancel': {
      const refusal = locked(state);
      const status = event.type === 'withdraw' ? 'withdrawn' : 'cancelled';
      return refusal ? refuse(refusal) : end(state, status, { approvals: [] });
    }
    case 'expire':
      return reached(state.reviewDeadlineMs, event.nowMs)
        ? end(state, 'expired', { reason: 'review_timeout' })
        : refuse('not_ready');
    case 'remind':
      return reached(state.remindAtMs, event.nowMs) ? ok(state, { remindAtMs: null }) : refuse('not_ready');
    case 'escalate':
      return reached(state.escalateAtMs, event.nowMs)
        ? ok(state, { escalateAtMs: null, escalated: true })
        : refuse('not_ready');
    case 'send_started':
      return sendStarted(state, event.nowMs);
    case 'settled':
      return state.status === 'sending' ? settled(state, event.outcome, event.nowMs) : refuse('nothing_to_resolve');
    case 'overseen':
      return overseen(state, event);
    case 'looked':
      return looked(state, event.found, event.nowMs);
    case 'resolve':
      return state.status === 'needs_attention' ? resolve(state, event.action) : refuse('nothing_to_resolve');
  }
}

/** Policy's later word on a revision in review counts as its first would have. */
function overseen(state: DraftState, { oversight, nowMs }: Extract<DraftEvent, { type: 'overseen' }>): Transition {
  if (state.status === 'scheduled') return overseenWhenApproved(state, oversight, nowMs);
  if (state.status !== 'in_review' && state.status !== 'changes_requested') return refuse('not_in_review');
  if (oversight.kind === 'refuse')
    return end(state, 'rejected', { oversight, approvals: [], reason: 'policy_refused' });
  const asked = { ...state, oversight };
  // Rules that ask for less may be content with who approved already.
  if (state.status === 'in_review' && approvalStands(asked)) return approvedByAll(asked, undoRoomMs(asked), nowMs);
  return ok(asked, {});
}

const approvedByAll = (state: DraftState, holdMs: number, nowMs: number): Transition =>
  ok(state, { status: 'scheduled', reason: null, ...UNASKED, holdUntilMs: nowMs + holdMs, notBeforeMs: null });

/** What is approved goes back as preflight would send it; people's approvals stay where only more are needed. */
function overseenWhenApproved(state: DraftState, oversight: Oversight, nowMs: number): Transition {
  if (oversight.kind === 'refuse') return inReview(state, nowMs, { reason: 'policy_refused' });
  const people = state.approvals.filter(({ by }) => by.kind !== 'policy');
  const byPolicy = people.length < state.approvals.length;
  const stands = byPolicy
    ? oversight.kind === 'auto' || oversight.kind === 'monitor'
    : approvalsMissing({ ...state, oversight }).length === 0;
  if (stands) return ok(state, { oversight });
  return inReview({ ...state, oversight }, nowMs, { approvals: people, reason: 'policy_changed' });
}

function composed(state: DraftState, event: Extract<DraftEvent, { type: 'composed' }>): Transition {
  const { task } = state;
  if (state.status !== 'composing' || task === null) return refuse('not_ready');
  const sentBack = task.kind === 'drop' ? 'recipients_dropped' : 'reason' in task ? task.reason : null;
  // A recipe that makes nothing of the comment would ask the same question again: the agent or an editor is needed.
  const unchanged = task.kind === 'recompose' && !task.anew && event.digest === state.digest;
  const { oversight, sentOutside = false } = event;
  const revised = { revision: state.revision + 1, digest: event.digest, blocked: event.blocked, oversight };
  const authorId = authorOf(state, task);
  if (oversight.kind === 'refuse') return end(state, 'rejected', { ...revised, authorId, reason: 'policy_refused' });
  return inReview(state, event.nowMs, {
    status: event.blocked || unchanged ? 'changes_requested' : 'in_review',
    ...revised,
    authorId,
    threadSeen: event.threadSeen ?? state.threadSeen,
    // Its time alone, or policy, must not send the same once more.
    steppedIn: state.steppedIn || sentOutside,
    ...(sentOutside && { sentOutside }),
    reason: event.blocked ? 'check_failed' : unchanged ? 'recompose_unchanged' : sentBack,
  });
}

/** Written again is not written by somebody else. */
function authorOf({ authorId }: DraftState, task: ComposeTask): string | null {
  if (task.kind === 'edit') return task.by;
  return task.kind === 'restore' || task.kind === 'drop' ? authorId : null;
}

function composeFailed(state: DraftState, reason: ReasonCode, nowMs: number): Transition {
  if (state.status !== 'composing') return refuse('not_ready');
  // Nothing was ever readable: there is nothing to review. Otherwise the last revision stands, and asks again.
  if (state.revision === 0) return end(state, 'failed', { reason });
  const status = state.blocked ? 'changes_requested' : 'in_review';
  return inReview(state, nowMs, { status, reason });
}

/** Why a decision on `revision` cannot be taken now; null when it can. */
function undecidable(state: DraftState, revision: number): RefusalCode | null {
  const lock = locked(state);
  if (lock) return lock;
  if (state.status === 'scheduled') return 'already_decided';
  if (revision !== state.revision) return 'stale_revision';
  if (state.status === 'composing') return 'not_in_review';
  return null;
}

function approve(state: DraftState, event: Extract<DraftEvent, { type: 'approve' }>): Transition {
  const refusal = undecidable(state, event.revision);
  if (refusal) return refuse(refusal);
  if (event.digest !== state.digest) return refuse('digest_mismatch');
  if (state.blocked) return refuse('blocked_by_checks');
  if (state.status !== 'in_review') return refuse('not_in_review');
  const { oversight, approvals } = state;
  if (oversight === null) return refuse('not_ready');
  if (event.by.kind === 'agent') return refuse('agent_approval');
  if (event.by.kind === 'policy' && state.sentOutside) return refuse('not_ready');
  if (event.created && !oversight.creatorMayApprove) return refuse('self_approval');
  if (event.by.id === state.authorId && !oversight.editorMayApprove) return refuse('own_revision');
  if (approvals.some(({ by }) => by.id === event.by.id)) return refuse('already_approved');
  // A bare signal proves no name: it cannot be told from a second one of the same caller.
  if (event.by.kind === 'unverified' && !asksForOne(oversight.needs)) return refuse('unverified_signal');
  if (event.schedule !== null && jsonDigest(event.schedule) !== jsonDigest(state.schedule))
    return refuse('stale_schedule');
  const { by, decisionId, revision, digest, nowMs, schedule, threadSeen } = event;
  const given = { by, decisionId, revision, digest, atMs: nowMs, schedule };
  const approval: Approval = threadSeen === undefined ? given : { ...given, threadSeen };
  const approved = { ...state, approvals: [...approvals, approval] };
  if (approvalsMissing(approved).length > 0) return ok(approved, { reason: null });
  const holdMs = Math.max(undoRoomMs(state), by.kind === 'policy' ? oversight.holdMs : 0);
  return approvedByAll({ ...seenByAll(approved), dueAtMs: event.dueAtMs }, holdMs, nowMs);
}

/** What all who approved had on screen counts as seen; what only some of them had does not. */
function seenByAll(state: DraftState): DraftState {
  const [first, ...others] = state.approvals.map(({ threadSeen }) => threadSeen);
  const same = first !== undefined && others.every((seen) => seen === first);
  return same ? { ...state, threadSeen: first } : state;
}

/** A new time keeps the approval, unless that was given with the time. What held the draft back is looked at anew. */
function reschedule(state: DraftState, { schedule, dueAtMs, nowMs }: Extract<DraftEvent, { type: 'reschedule' }>) {
  const refusal = locked(state);
  if (refusal) return refuse(refusal);
  const change = { schedule, dueAtMs, notBeforeMs: null };
  if (state.status !== 'scheduled') {
    // Of several approvals some may be there already, and given with the time that was.
    const approvals = state.approvals.filter((approval) => approval.schedule === null);
    return ok(state, { ...change, approvals });
  }
  if (state.approvals.some((approval) => approval.schedule !== null))
    return inReview(state, nowMs, { ...change, reason: 'time_changed' });
  return ok(state, { ...change, reason: null });
}

function requestChanges(state: DraftState, event: Extract<DraftEvent, { type: 'request_changes' }>): Transition {
  const refusal = undecidable(state, event.revision);
  if (refusal) return refuse(refusal);
  const { commentRef, nowMs } = event;
  if (state.source === 'recipe' && state.round < MAX_RECOMPOSE_ROUNDS) {
    return compose(state, { kind: 'recompose', commentRef }, { round: state.round + 1, reason: null, steppedIn: true });
  }
  return inReview(state, nowMs, { status: 'changes_requested', steppedIn: true });
}

/** Not over what a person wrote or approved: that is theirs to take back. */
function recompose(state: DraftState, event: Extract<DraftEvent, { type: 'recompose' }>): Transition {
  const refusal = undecidable(state, event.revision);
  if (refusal) return refuse(refusal);
  if (state.source !== 'recipe') return refuse('no_recipe');
  if (state.authorId !== null) return refuse('edited_by_hand');
  const { commentRef } = event;
  return compose(
    state,
    { kind: 'recompose', commentRef, anew: true },
    { reason: null, steppedIn: state.steppedIn || commentRef !== null },
  );
}

function edit(state: DraftState, event: Extract<DraftEvent, { type: 'edit' }>): Transition {
  const lock = locked(state);
  if (lock) return refuse(lock);
  if (state.status === 'composing') return refuse(state.revision === 0 ? 'not_ready' : 'stale_revision');
  if (event.baseRevision !== state.revision) return refuse('stale_revision');
  const { contentRef, by, decisionId } = event;
  return compose(
    state,
    { kind: 'edit', contentRef, by, decisionId },
    { steppedIn: state.steppedIn || by !== state.creatorId },
  );
}

function sendStarted(state: DraftState, nowMs: number): Transition {
  if (state.status !== 'scheduled') return refuse('not_approved');
  if (!approvalStands(state)) return refuse('not_approved');
  const at = sendableAtMs(state);
  if (!isDue(state, nowMs) || at === null || nowMs < at) return refuse('not_ready');
  return ok(state, { status: 'sending', reason: null });
}

function settled(state: DraftState, outcome: SendOutcome, nowMs: number): Transition {
  switch (outcome.kind) {
    case 'sent':
      return end(state, 'sent', { messageId: outcome.messageId, threadId: outcome.threadId, reason: null });
    case 'unknown':
      return ok(state, { status: 'needs_attention', reason: 'outcome_unknown' });
    case 'not_due':
      return ok(state, { status: 'scheduled', dueAtMs: outcome.dueAtMs, notBeforeMs: null });
    default:
      return hindered(state, outcome, nowMs);
  }
}

function hindered(state: DraftState, found: Hindrance, nowMs: number): Transition {
  switch (found.kind) {
    case 'held':
      return ok(state, { status: 'scheduled', notBeforeMs: found.untilMs, reason: found.reason });
    case 'drop':
      return compose(state, { kind: 'drop', reason: found.reason }, { reason: found.reason });
    case 'not_sent':
      return notSent(state, found, nowMs);
  }
}

/** Reasons that a look at the circumstances sets and, when they are gone, takes away. */
const PASSING: readonly (ReasonCode | null)[] = [
  'recipient_suppressed',
  'recipient_asked_to_stop',
  'recipient_opted_out',
  'recipient_blocked',
];

/**
 * What a look found, between the steps of a draft's life. An approved draft is treated as if its time had come; one in
 * review only learns of it, unless AgentMail holds something else than what people read.
 */
function looked(state: DraftState, found: Hindrance | null, nowMs: number): Transition {
  switch (state.status) {
    case 'scheduled':
      if (found) return hindered(state, found, nowMs);
      // Its turn within the limits is its place in the queue.
      return state.reason === 'rate_limited' ? refuse('not_ready') : ok(state, { notBeforeMs: null, reason: null });
    case 'in_review':
    case 'changes_requested': {
      if (!found) return PASSING.includes(state.reason) ? ok(state, { reason: null }) : refuse('not_ready');
      const rewritten = found.kind === 'not_sent' && REWRITTEN.includes(found.reason);
      if (rewritten) return notSent(state, found, nowMs);
      // Whoever approved, or is about to, may not have seen it: preflight sends the draft back with it, and so do they.
      const approvals = found.reason === 'newer_inbound' ? [] : state.approvals;
      return ok(state, { reason: found.reason, approvals });
    }
    default:
      return refuse('not_ready');
  }
}

/** Reasons after which AgentMail's draft is read or written again, and a new revision tells what is there. */
const REWRITTEN: readonly ReasonCode[] = ['snapshot_changed', 'foreign_send_at', 'draft_vanished'];

function notSent(state: DraftState, outcome: Extract<SendOutcome, { kind: 'not_sent' }>, nowMs: number): Transition {
  const { reason } = outcome;
  switch (reason) {
    // What reviewers must see is what is in AgentMail now, so it becomes a revision of its own first.
    case 'snapshot_changed':
    case 'foreign_send_at':
      return compose(state, { kind: 'recapture', reason }, { reason });
    case 'draft_vanished':
      return compose(state, { kind: 'restore', reason }, { reason });
    default:
      return inReview(state, nowMs, { reason, threadSeen: outcome.threadSeen ?? state.threadSeen });
  }
}

function resolve(state: DraftState, action: ResolveAction): Transition {
  switch (action.kind) {
    case 'mark_sent':
      return end(state, 'sent', { messageId: action.messageId, threadId: action.threadId, reason: null });
    case 'give_up':
      return end(state, 'failed', { reason: 'gave_up' });
    case 'retry':
      if (action.keyAlive) return ok(state, { status: 'sending', reason: null });
      if (!action.acceptDuplicateRisk) return refuse('duplicate_risk');
      // The old key proves nothing any more: a restored draft, a new revision, a new approval.
      return compose(state, { kind: 'restore', reason: 'resolved_retry' });
  }
}
