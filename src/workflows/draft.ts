import {
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow';
import { jsonDigest } from '../domain/digest.ts';
import type { SendOutcome } from '../domain/draft-event.ts';
import { isDue, sendableAtMs } from '../domain/state.ts';
import { composeTask, first } from './composition.ts';
import { registerHandlers } from './handlers.ts';
import { checksOf, lookAround, wantsLook } from './look.ts';
import type { DraftInput, DraftOutcome, ResumeState } from './messages.ts';
import { irreversible, look, own, patient, quick } from './proxies.ts';
import { DraftRun } from './run.ts';

/**
 * The life of one email: compose it, wait for a person and for its time, send it once, keep the proof.
 * Cancelling the workflow cancels the draft, unless a send may be in the air: that is settled first.
 */
export async function draft(input: DraftInput): Promise<DraftOutcome> {
  let run: DraftRun | null = null;
  registerHandlers(() => run);
  const cancel = watchCancellation();
  return CancellationScope.nonCancellable(async () => {
    run = input.resume ? DraftRun.resumed(goingOn(input.resume)) : await begin(input);
    while (!run.ended) {
      if (cancel.requested && run.apply({ type: 'cancel' }) === null) {
        run.journal.tell('cancelled', run.state, { actorId: 'temporal' });
      } else {
        await live(run, cancel);
      }
    }
    await finish(run);
    if (cancel.requested && run.state.status === 'cancelled') throw new CancelledFailure('the draft was cancelled');
    return run.outcome();
  });
}

/** Only the run before can hand a state over: whoever starts one by hand has none. */
function goingOn(state: ResumeState): ResumeState {
  if (workflowInfo().continuedFromExecutionRunId !== undefined) return state;
  throw ApplicationFailure.nonRetryable('a draft is not started with a state of its own', 'invalid_input');
}

async function begin(input: DraftInput): Promise<DraftRun> {
  const { firstExecutionRunId: firstRunId } = workflowInfo();
  const start = await own.claimDraft({ input, firstRunId, nowMs: Date.now() });
  const run = DraftRun.fresh(start);
  run.journal.tell('created', run.state, { actorId: start.facts.creatorId, data: { schedule: start.schedule } });
  if (start.refused && run.apply({ type: 'compose_failed', reason: 'compose_failed', nowMs: Date.now() }) === null) {
    run.journal.tell('compose_failed', run.state, { data: { reason: 'compose_failed', code: start.refused } });
  }
  return run;
}

/** One step of the life: do what the status asks for, or rest until something changes. */
async function live(run: DraftRun, cancel: Cancellation): Promise<void> {
  if (wantsLook(run)) return lookAround(run);
  switch (run.state.status) {
    case 'composing':
      return composeTask(run);
    case 'in_review': {
      const seen = run.changes;
      const approved = await approvedByPolicy(run);
      // What an Update changed while the policy was asked is lived first: a rest would wait for the next change.
      return approved || run.changes !== seen ? undefined : rest(run, cancel);
    }
    case 'scheduled':
      if (run.apply({ type: 'send_started', nowMs: Date.now() }) !== null) return rest(run, cancel);
      run.journal.tell('send_started', run.state);
      return;
    case 'sending':
      return send(run);
    default:
      return rest(run, cancel);
  }
}

/**
 * Policy's own approval. Asked once for each time a revision falls due, at that moment: a mode or a rule that was changed
 * while the draft waited counts as it is then. What is only to be monitored is asked about at once: its hold begins.
 */
async function approvedByPolicy(run: DraftRun): Promise<boolean> {
  const { revision, digest, dueAtMs, reason, steppedIn, approvals, oversight } = run.state;
  const due = isDue(run.state, Date.now());
  const asked = `${revision} ${due ? dueAtMs : 'before'}`;
  if (steppedIn || reason !== null || digest === null || approvals.length > 0 || run.policyAsked === asked)
    return false;
  if (!due && oversight?.kind !== 'monitor') return false;
  if (Date.now() < run.askPolicyAtMs) return false;
  const seen = run.changes;
  const answer = await first(
    run,
    () => quick.oversee({ revision }),
    () => look.oversee({ revision }),
  ).catch(asActivityFailure);
  if (answer === null) {
    // People can decide meanwhile: nobody waits for AgentMail to come back.
    run.askPolicyAtMs = Date.now() + POLICY_AGAIN_MS;
    return false;
  }
  const { oversight: now, mode } = answer;
  // What somebody just decided comes before what policy says.
  await condition(() => run.underWay === 0);
  // Another time, revision or decision came meanwhile: this answer was not about them.
  if (run.changes !== seen) return false;
  run.policyAsked = asked;
  run.inboxMode = mode;
  if (jsonDigest(now) !== jsonDigest(oversight)) run.apply({ type: 'overseen', oversight: now, nowMs: Date.now() });
  if (run.ended) {
    const { rule, version } = now;
    run.journal.tell('rejected', run.state, {
      actorId: 'system',
      data: { reason: 'policy_refused', ...(rule !== null && { rule, ruleVersion: version ?? 0 }) },
    });
    return true;
  }
  if (now.kind !== 'auto' && now.kind !== 'monitor') return false;
  const by = { id: `policy:${now.rule ?? mode}`, kind: 'policy' as const, groups: [] };
  const decisionId = `policy:${now.rule ?? mode}:r${revision}`;
  const approval = { by, created: false, decisionId, revision, digest, dueAtMs, schedule: null };
  if (run.apply({ type: 'approve', ...approval, nowMs: Date.now() }) !== null) return false;
  run.journal.tell('approved', run.state, {
    actorId: by.id,
    data: { policy: mode, ...(now.rule && { rule: now.rule }) },
  });
  return true;
}

/** When policy is asked once more after it could not be. */
const POLICY_AGAIN_MS = 5 * 60_000;

function asActivityFailure(error: unknown): null {
  if (error instanceof ActivityFailure || error instanceof ApplicationFailure) return null;
  throw error;
}

/** Waits for a change or the next time that matters, with everything told and visible. */
async function rest(run: DraftRun, cancel: Cancellation): Promise<void> {
  const seen = run.changes;
  run.show();
  await run.flush();
  // A cancel request must wait for the person who settles an unknown outcome.
  const cancellable = run.state.status !== 'needs_attention';
  const changed = () => run.changes !== seen || (cancellable && cancel.requested);
  // A next run would not know of a cancel request.
  if (workflowInfo().continueAsNewSuggested && !cancel.requested && !changed()) {
    await condition(allHandlersFinished);
    if (!changed() && !cancel.requested && run.journal.isEmpty)
      await continueAsNew<typeof draft>({ resume: run.resume() });
  }
  const alarm = nextAlarm(run);
  if (alarm === null) await condition(changed);
  else await condition(changed, Math.max(1, alarm.atMs - Date.now()), { summary: alarm.summary });
  // The cancel request itself is handled by the life's loop; here only time is.
  passTime(run, Date.now());
}

/** What the clock alone does to a review: it reminds, asks others, and ends it. */
function passTime(run: DraftRun, nowMs: number): void {
  const actorId = 'system';
  const group = run.state.oversight?.times.escalateTo;
  if (run.apply({ type: 'expire', nowMs }) === null) run.journal.tell('expired', run.state, { actorId });
  if (run.apply({ type: 'remind', nowMs }) === null) run.journal.tell('reminded', run.state, { actorId });
  if (run.apply({ type: 'escalate', nowMs }) === null)
    run.journal.tell('escalated', run.state, { actorId, data: { ...(group && { group }) } });
}

function nextAlarm(run: DraftRun): Alarm | null {
  const { state } = run;
  if (state.status === 'scheduled') {
    const atMs = sendableAtMs(state);
    if (atMs === null) return null;
    if (atMs === state.notBeforeMs) return { atMs, summary: 'tried again after being held back' };
    return { atMs, summary: atMs === state.holdUntilMs ? 'end of the hold before sending' : 'send time' };
  }
  const { reviewDeadlineMs, remindAtMs, escalateAtMs, dueAtMs } = state;
  const dueLater = state.status === 'in_review' && dueAtMs !== null && dueAtMs > Date.now() ? dueAtMs : null;
  const alarms = [
    { atMs: reviewDeadlineMs, summary: 'review time-out' },
    { atMs: remindAtMs, summary: 'reminder to the reviewers' },
    { atMs: escalateAtMs, summary: 'others are asked as well' },
    { atMs: dueLater, summary: 'due' },
    { atMs: run.askPolicyAtMs > Date.now() ? run.askPolicyAtMs : null, summary: 'policy is asked again' },
  ];
  return alarms.reduce<Alarm | null>((first, { atMs, summary }) => {
    return atMs === null || (first !== null && first.atMs <= atMs) ? first : { atMs, summary };
  }, null);
}

interface Alarm {
  atMs: number;
  /** Shown beside the timer in the Temporal Web UI. */
  summary: string;
}

/** Shortest pause before a send that was not due is tried again. */
const NOT_DUE_PAUSE_MS = 1_000;

/** From here to its settlement the draft is locked; nothing cancels this. */
async function send(run: DraftRun): Promise<void> {
  const { revision, digest, approvals, oversight, schedule, dueAtMs, threadSeen, notBeforeMs } = run.state;
  if (oversight === null || digest === null || dueAtMs === null) throw new Error('sending without an approval');
  run.show();
  const recorded = run.takeRecorded();
  const { sendId } = run.facts;
  const input = {
    sendId,
    revision,
    digest,
    approvals,
    oversight,
    schedule,
    dueAtMs,
    threadSeen,
    hasTurn: notBeforeMs !== null,
    recorded,
  };
  const outcome = later(await irreversible.sendDraft(input));
  run.apply({ type: 'settled', outcome, nowMs: Date.now() });
  switch (outcome.kind) {
    case 'sent': {
      const { messageId, threadId } = outcome;
      return run.journal.tell('sent', run.state, { data: { messageId, ...(threadId && { threadId }) } });
    }
    case 'not_sent':
    case 'drop':
      return run.journal.tell('sent_back', run.state, { data: { reason: outcome.reason, ...checksOf(outcome) } });
    case 'held': {
      const { reason, untilMs } = outcome;
      return run.journal.tell('held_back', run.state, { data: { reason, untilMs, ...checksOf(outcome) } });
    }
    case 'not_due':
      return run.journal.tell('sent_back', run.state, { data: { reason: 'not_due', dueAtMs: outcome.dueAtMs } });
    case 'unknown':
      return run.journal.tell('outcome_unknown', run.state, {
        data: { ...(outcome.evidence && { evidence: outcome.evidence }) },
      });
  }
}

/** A worker whose clock is behind sees no window open yet; asking it again at once would go round until it does. */
function later(outcome: SendOutcome): SendOutcome {
  const soonest = Date.now() + NOT_DUE_PAUSE_MS;
  if (outcome.kind === 'not_due') return { ...outcome, dueAtMs: Math.max(outcome.dueAtMs, soonest) };
  return outcome.kind === 'held' ? { ...outcome, untilMs: Math.max(outcome.untilMs, soonest) } : outcome;
}

/** The end: the record is complete, our draft is gone, every caller has an answer. */
async function finish(run: DraftRun): Promise<void> {
  run.show();
  await run.flush();
  const { status, reason } = run.state;
  // A sent draft is deleted by AgentMail; one whose outcome is unknown is evidence.
  if (status !== 'sent' && reason !== 'gave_up') {
    const deleted = await first(
      run,
      () => quick.discardDraft(),
      () => patient.discardDraft(),
    ).catch(() => false);
    if (deleted) run.journal.tell('draft_deleted', run.state, { actorId: 'system' });
    await run.flush();
  }
  await condition(allHandlersFinished);
}

interface Cancellation {
  requested: boolean;
}

function watchCancellation(): Cancellation {
  const cancel = { requested: false };
  CancellationScope.current().cancelRequested.catch(() => {
    cancel.requested = true;
  });
  return cancel;
}
