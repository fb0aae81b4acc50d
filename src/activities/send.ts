import { ApplicationFailure, Context } from '@temporalio/activity';
import { answerOf } from '../agentmail/index.ts';
import type { ProviderDraft } from '../agentmail/port.ts';
import type { Hindrance, SendOutcome } from '../domain/draft-event.ts';
import { idempotencyKeyFor, sendIdFor, sendLabelFor } from '../domain/ids.ts';
import type { CheckResult } from '../domain/preflight.ts';
import { postVerdict, type SendEvidence, settleStep, unsentForSure } from '../domain/settle.ts';
import type { AuditRow, DraftRow, RevisionRecord } from '../store/types.ts';
import { type Attempts, attemptLog, readAttempts } from './attempts.ts';
import { failureType, type LongestSilence, loadDraft, loadRevision, remainingMs, withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { outOfPatience } from './patience.ts';
import { lastLook, lookAt, pauseTargetOf, preflight } from './preflight/index.ts';
import { proven } from './proof.ts';
import { refusedBy } from './refusal.ts';
import { later, paced, retryable } from './retry-delay.ts';
import { sendFails, sendsAgain } from './send-alerts.ts';
import { type Slot, takeSlot } from './slot.ts';
import type { DraftActivities, LookInput, SendInput } from './types.ts';

/** Time-out of the send request itself. */
export const POST_TIMEOUT_MS = 20_000;
/** An attempt with less than this left does not post: its successor may be running before the answer comes. */
const MIN_REMAINING_MS = POST_TIMEOUT_MS + 10_000;

/** An attempt that was silent for longer may have lost its heartbeat: its successor may have let the draft go back. */
const MAX_SILENCE_MS = 5_000;

/** How often a send that must not be repeated while sending is paused looks whether it still is. */
const PAUSED_POLL_MS = 30_000;

export interface Sending {
  input: SendInput;
  row: DraftRow;
  revision: RevisionRecord;
  key: string;
  label: string;
  attempts: Attempts;
  /** The draft's whole record. */
  events: readonly AuditRow[];
  /** This attempt has written, or tried to write, that it posts. */
  intended: boolean;
  /** How preflight's checks came out, for the record. */
  checks: CheckResult[];
  startedAtMs: number;
  longestSilenceMs: LongestSilence;
}

export function sendActivities(deps: ActivityDeps): Pick<DraftActivities, 'sendDraft' | 'lookAgain'> {
  const { store, mail, clock } = deps;

  /** One attempt to settle one send. Answers only what evidence shows; everything else is another attempt. */
  async function sendDraft(input: SendInput, longestSilenceMs: LongestSilence): Promise<SendOutcome> {
    const startedAtMs = performance.now();
    const row = await loadDraft(store);
    if (input.recorded) await store.record(row.draftId, input.recorded.entries, input.recorded.projection);
    // The name of a draft's send follows from who claimed it; a run that was started by force cannot choose another.
    const { namespace } = Context.current().info;
    if (input.sendId !== sendIdFor(namespace, row.draftId, row.firstRunId ?? ''))
      return { kind: 'not_sent', reason: 'approval_missing' };
    const key = idempotencyKeyFor(input.sendId, input.revision);
    const [revision, events] = await Promise.all([
      loadRevision(store, row.draftId, input.revision),
      store.listEvents(row.draftId),
    ]);
    const attempts = readAttempts(events, key);
    const label = sendLabelFor(input.sendId);
    const sending: Sending = {
      ...{ input, row, revision, key, label, attempts, events, startedAtMs, longestSilenceMs },
      intended: false,
      checks: [],
    };
    if (attempts.accepted) return proven(deps, sending, attempts.accepted);
    try {
      const outcome = await settle(sending);
      await fence(sending, outcome);
      await sendsAgain(deps, row, outcome);
      return outcome;
    } catch (error) {
      await sendFails(deps, row, error);
      const final = error instanceof ApplicationFailure && error.nonRetryable === true;
      if (!final && !(await outOfPatience(store, sending, error))) throw paced(error);
      // AgentMail will not let us look. Before the first request that is an answer for people; later it proves nothing.
      if (attempts.open > 0 || sending.intended) throw retryable(error);
      const outcome: SendOutcome = final
        ? await refusedBy(deps, row, error)
        : { kind: 'not_sent', reason: 'agentmail_unreachable' };
      await fence(sending, outcome);
      return outcome;
    }
  }

  /**
   * Before an outcome unlocks the draft or asks a person, the place of the next intent is taken: an attempt that was given
   * up, and does not know it, finds it taken and posts nothing. Should one have been quicker, the draft stays locked.
   */
  async function fence(sending: Sending, { kind }: SendOutcome): Promise<void> {
    const { input, row, key, attempts, intended, checks } = sending;
    if (intended || kind === 'sent') return;
    const log = attemptLog(store, row.draftId, key, input, clock);
    const told = checks.filter(({ result }) => result !== 'pass');
    if (!(await log.passed(attempts.total + 1, kind, told))) later('an earlier attempt is still under way');
  }

  async function settle(sending: Sending): Promise<SendOutcome> {
    const { attempts, row } = sending;
    const { maxAttempts, sendPatienceMs } = await store.getInbox(row.inboxId);
    const { evidence, draft, messageId } = await gather(sending);
    const step = settleStep(evidence, sendPatienceMs);
    if (step !== 'sent' && attempts.sinceWanted >= maxAttempts) return exhausted(evidence, 'too_many_attempts');
    // It can be read, and takes no send: patience ends that as it ends an outage of everything.
    const triedMs = attempts.tryingSinceMs === null ? 0 : clock() - attempts.tryingSinceMs;
    if (step === 'preflight_then_post' && triedMs >= sendPatienceMs && unsentForSure(evidence))
      return exhausted(evidence, 'agentmail_unreachable');
    switch (step) {
      case 'sent':
        return proven(deps, sending, {
          messageId,
          threadId: null,
          attempt: attempts.total,
          atMs: attempts.lastAtMs ?? clock(),
        });
      case 'preflight_then_post':
        return draft ? checkAndPost(sending, evidence, draft) : later('the draft could not be read');
      case 'repeat_identical':
        return postInTurn(sending, evidence);
      case 'vanished':
        return { kind: 'not_sent', reason: 'draft_vanished' };
      case 'unknown':
        return { kind: 'unknown', evidence };
      case 'wait':
        return later('AgentMail cannot say yet whether an earlier request was accepted');
    }
  }

  /** What AgentMail shows. On a first attempt only the draft counts, while it is there: nothing of ours can have left. */
  async function gather(sending: Sending) {
    const { row, label, attempts } = sending;
    const first = attempts.open === 0;
    const nowMs = clock();
    const labelled = () => readable(() => mail.findMessageByLabel(row.inboxId, label));
    const [known, draft] = await Promise.all([
      first && !attempts.elsewhere ? null : labelled(),
      row.providerDraftId === null ? null : readable(() => mail.getDraft(row.inboxId, row.providerDraftId ?? '')),
    ]);
    // A database of yesterday does not know what it sent.
    const message = known ?? (first && draft === null ? await labelled() : null);
    const evidence: SendEvidence = {
      priorAttempts: attempts.open,
      firstAttemptAgeMs: attempts.firstAtMs === null ? 0 : nowMs - attempts.firstAtMs,
      lastAttemptAgeMs: attempts.lastAtMs === null ? 0 : nowMs - attempts.lastAtMs,
      label: message === 'unreadable' ? 'unreadable' : message ? 'found' : 'absent',
      draft: draft === 'unreadable' ? 'unreadable' : draft === null ? 'gone' : isSending(draft) ? 'sending' : 'present',
    };
    const found = message === 'unreadable' || message === null ? '' : message.messageId;
    return { evidence, draft: draft === 'unreadable' ? null : draft, messageId: found };

    async function readable<T>(read: () => Promise<T>): Promise<T | 'unreadable'> {
      try {
        return await read();
      } catch (error) {
        // Without an earlier attempt the failure itself tells more than "unreadable", Retry-After included.
        if (first) throw error;
        deps.log.warn({ draftId: row.draftId, failure: failureType(error) }, 'send evidence is out of reach');
        return 'unreadable';
      }
    }
  }

  async function checkAndPost(sending: Sending, evidence: SendEvidence, draft: ProviderDraft): Promise<SendOutcome> {
    const { input, row, revision } = sending;
    const { schedule, threadSeen } = input;
    const { events } = sending;
    const { hindrance, results } = await preflight(deps, { row, revision, draft, schedule, threadSeen, events }, input);
    sending.checks = results;
    if (!hindrance) return postInTurn(sending, evidence);
    // A draft that is still shown for a moment after it was sent must not be unlocked.
    return unsentForSure(evidence) ? hindrance : later('waiting until an earlier request can no longer be hidden');
  }

  /** Posts when the limits have room, and gives the slot back however that ended. */
  async function postInTurn(sending: Sending, evidence: SendEvidence): Promise<SendOutcome> {
    const slot = await takeSlot(deps, sending);
    if (!slot.granted) {
      if (!unsentForSure(evidence)) later('waiting for a slot within the limits', slot.waitMs);
      const { waitMs } = slot;
      sending.checks.push({ check: 'rate', result: 'block', reason: 'rate_limited', evidence: { waitMs } });
      return { kind: 'held', reason: 'rate_limited', untilMs: clock() + waitMs };
    }
    try {
      return await post(sending, evidence, slot);
    } finally {
      await slot.release().catch((error: unknown) => {
        // It runs out by itself.
        deps.log.warn({ draftId: sending.row.draftId, failure: failureType(error) }, 'a slot could not be given back');
      });
    }
  }

  async function post(
    sending: Sending,
    evidence: SendEvidence,
    slot: Extract<Slot, { granted: true }>,
  ): Promise<SendOutcome> {
    const { input, row, revision, key, label, attempts, startedAtMs, longestSilenceMs } = sending;
    const log = attemptLog(store, row.draftId, key, input, clock);
    const attempt = attempts.total + 1;
    if (attempts.open > 0) await whilePaused(row);
    sending.intended = true;
    if (!(await log.intent(attempt, sending.checks))) return later('another attempt has this turn');
    // The last moment: whatever was paused or said no while this was prepared does not leave.
    const { schedule, threadSeen } = input;
    const hindrance = await lastLook(deps, { row, revision, schedule, threadSeen });
    if (hindrance) {
      if (!unsentForSure(evidence)) return later('somebody said stop', PAUSED_POLL_MS);
      await log.refused(attempt, hindrance.reason, hindrance.found);
      return hindrance;
    }
    // Nothing is awaited from here to the request: an attempt that waited too long for any of the above posts nothing.
    if (remainingMs(startedAtMs) < MIN_REMAINING_MS) return later('too little time was left to post');
    if (longestSilenceMs() > MAX_SILENCE_MS) return later('this attempt stood still and may have been given away');
    if (!slot.lasts(POST_TIMEOUT_MS)) return later('its place within the limits would run out while it posts');
    slot.used();
    const options = { idempotencyKey: key, label, timeoutMs: POST_TIMEOUT_MS };
    let answer: { messageId: string; threadId: string };
    try {
      answer = await mail.sendDraft(row.inboxId, row.providerDraftId ?? '', options);
    } catch (error) {
      const code = failureType(error) ?? 'unknown';
      const verdict = postVerdict(answerOf(error), evidence);
      if (verdict !== 'not_sent' && verdict !== 'vanished') {
        await log.unanswered(attempt, code);
        throw retryable(error);
      }
      const vanished: Hindrance = { kind: 'not_sent', reason: 'draft_vanished' };
      const outcome = verdict === 'vanished' ? vanished : await refusedBy(deps, row, error);
      await log.refused(attempt, code, outcome.found);
      return outcome;
    }
    await log.accepted(attempt, answer.messageId, answer.threadId);
    return proven(deps, sending, { ...answer, attempt, atMs: clock() });
  }

  /** A repeat may be the first to be accepted, so it waits for the end of a pause, too; the draft stays locked. */
  async function whilePaused(row: DraftRow): Promise<void> {
    const pauses = await store.pausesOn(pauseTargetOf(row));
    if (pauses.length > 0) later('sending is paused', PAUSED_POLL_MS);
  }

  async function lookAgain({ revision: number, schedule, threadSeen, cause }: LookInput): Promise<Hindrance | null> {
    const row = await loadDraft(store);
    const revision = await loadRevision(store, row.draftId, number);
    return lookAt(deps, { row, revision, schedule, threadSeen }, cause);
  }

  return {
    sendDraft: (input) => withHeartbeat((longestSilenceMs) => sendDraft(input, longestSilenceMs)),
    lookAgain: (input) => withHeartbeat(() => lookAgain(input)),
  };
}

/** As many requests, or as much time, as the inbox allows were not enough: people decide, on what the mailbox shows. */
function exhausted(evidence: SendEvidence, reason: 'too_many_attempts' | 'agentmail_unreachable'): SendOutcome {
  return unsentForSure(evidence) && evidence.draft === 'present'
    ? { kind: 'not_sent', reason }
    : { kind: 'unknown', evidence };
}

const isSending = (draft: ProviderDraft) => draft.sendStatus === 'sending';
