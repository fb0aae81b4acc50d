import { ApplicationFailure } from '@temporalio/activity';
import { answerOf, messageDifferences, refusalReason } from '../agentmail/index.ts';
import type { ProviderDraft, ProviderMessage } from '../agentmail/port.ts';
import type { SendOutcome } from '../domain/draft-event.ts';
import { idempotencyKeyFor, sendLabelFor } from '../domain/ids.ts';
import { postVerdict, type SendEvidence, settleStep, unsentForSure } from '../domain/settle.ts';
import type { DraftRow, RevisionRecord } from '../store/types.ts';
import { type Attempts, attemptLog, readAttempts } from './attempts.ts';
import { failureType, type LongestSilence, loadDraft, loadRevision, remainingMs, withHeartbeat } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { preflight } from './preflight.ts';
import type { DraftActivities, SendInput } from './types.ts';

/** Time-out of the send request itself. */
export const POST_TIMEOUT_MS = 20_000;
/** An attempt with less than this left does not post: its successor may be running before the answer comes. */
const MIN_REMAINING_MS = POST_TIMEOUT_MS + 10_000;

/** An attempt that was silent for longer may have lost its heartbeat: its successor may have let the draft go back. */
const MAX_SILENCE_MS = 5_000;

/** How long we try to read back a sent message, to compare it with what was approved. */
const READ_BACK_MS = 10 * 60_000;

type Accepted = NonNullable<Attempts['accepted']>;

interface Sending {
  input: SendInput;
  row: DraftRow;
  revision: RevisionRecord;
  key: string;
  label: string;
  attempts: Attempts;
  startedAtMs: number;
  longestSilenceMs: LongestSilence;
}

export function sendActivities(deps: ActivityDeps): Pick<DraftActivities, 'sendDraft'> {
  const { store, mail, clock } = deps;

  /** One attempt to settle one send. Answers only what evidence shows; everything else is another attempt. */
  async function sendDraft(input: SendInput, longestSilenceMs: LongestSilence): Promise<SendOutcome> {
    const startedAtMs = performance.now();
    const row = await loadDraft(store);
    if (input.recorded) await store.record(row.draftId, input.recorded.entries, input.recorded.projection);
    const key = idempotencyKeyFor(input.sendId, input.revision);
    const [revision, events] = await Promise.all([
      loadRevision(store, row.draftId, input.revision),
      store.listEvents(row.draftId),
    ]);
    const attempts = readAttempts(events, key);
    const label = sendLabelFor(input.sendId);
    const sending: Sending = { input, row, revision, key, label, attempts, startedAtMs, longestSilenceMs };
    if (attempts.accepted) return proven(sending, attempts.accepted);
    try {
      return await settle(sending);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || !error.nonRetryable) throw error;
      // AgentMail will not let us look. Before the first request that is an answer for people; later it proves nothing.
      if (attempts.open === 0) return { kind: 'not_sent', reason: refusalReason(error) };
      throw retryable(error);
    }
  }

  async function settle(sending: Sending): Promise<SendOutcome> {
    const { attempts } = sending;
    const { evidence, draft, messageId } = await gather(sending);
    switch (settleStep(evidence)) {
      case 'sent':
        return proven(sending, {
          messageId,
          threadId: null,
          attempt: attempts.total,
          atMs: attempts.lastAtMs ?? clock(),
        });
      case 'preflight_then_post':
        return draft ? checkAndPost(sending, evidence, draft) : later('the draft could not be read');
      case 'repeat_identical':
        return post(sending, evidence);
      case 'vanished':
        return { kind: 'not_sent', reason: 'draft_vanished' };
      case 'unknown':
        return { kind: 'unknown' };
      case 'wait':
        return later('AgentMail cannot say yet whether an earlier request was accepted');
    }
  }

  /** What AgentMail shows. On a first attempt only the draft counts: nothing of ours can have left. */
  async function gather(sending: Sending) {
    const { row, label, attempts } = sending;
    const first = attempts.open === 0;
    const nowMs = clock();
    const [message, draft] = await Promise.all([
      first && !attempts.elsewhere ? null : readable(() => mail.findMessageByLabel(row.inboxId, label)),
      row.providerDraftId === null ? null : readable(() => mail.getDraft(row.inboxId, row.providerDraftId ?? '')),
    ]);
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
    const result = await preflight(deps, { input, row, revision, draft });
    if (result.kind === 'pass') return post(sending, evidence);
    // A draft that is still shown for a moment after it was sent must not be unlocked.
    if (!unsentForSure(evidence)) return later('waiting until an earlier request can no longer be hidden');
    if (result.kind === 'not_due') return result;
    const { reason, threadSeen } = result;
    return { kind: 'not_sent', reason, ...(threadSeen && { threadSeen }) };
  }

  async function post(sending: Sending, evidence: SendEvidence): Promise<SendOutcome> {
    const { input, row, key, label, attempts, startedAtMs, longestSilenceMs } = sending;
    const log = attemptLog(store, row.draftId, key, input, clock);
    const attempt = attempts.total + 1;
    await log.intent(attempt);
    if (remainingMs(startedAtMs) < MIN_REMAINING_MS) return later('too little time was left to post');
    if (longestSilenceMs() > MAX_SILENCE_MS) return later('this attempt stood still and may have been given away');
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
      await log.refused(attempt, code);
      return { kind: 'not_sent', reason: verdict === 'vanished' ? 'draft_vanished' : refusalReason(error) };
    }
    await log.accepted(attempt, answer.messageId, answer.threadId);
    return proven(sending, { ...answer, attempt, atMs: clock() });
  }

  /** The message as it left, compared with what was approved. Whatever it says, the mail is sent. */
  async function proven(sending: Sending, accepted: Accepted): Promise<SendOutcome> {
    const { row, revision, key, input } = sending;
    const { messageId, threadId, attempt, atMs } = accepted;
    const sent = (thread: string | null): SendOutcome => ({ kind: 'sent', messageId, threadId: thread });
    const message = await mail.getMessage(row.inboxId, messageId).catch(() => null);
    if (!message && clock() - atMs < READ_BACK_MS) later('the sent message cannot be read back yet');
    if (!message) {
      deps.log.warn({ draftId: row.draftId }, 'the sent message could not be read back');
      return sent(threadId);
    }
    const differences = await unexplained(row, revision, message);
    if (differences.length > 0) {
      deps.log.error({ draftId: row.draftId, alert: 'content_mismatch', differences }, 'sent other than approved');
      const log = attemptLog(store, row.draftId, key, input, clock);
      await log.mismatch(attempt, messageId, differences.join(','));
      await store.putPause({ kind: 'inbox', id: row.inboxId, reason: 'content_mismatch', by: 'system', atMs: clock() });
    }
    return sent(message.threadId);
  }

  /** What differs from the approved revision, but for the footer the inbox declares. */
  async function unexplained(row: DraftRow, { content }: RevisionRecord, message: ProviderMessage): Promise<string[]> {
    const differences = messageDifferences(content, message, null);
    if (differences.length === 0) return differences;
    const { declaredFooter } = await store.getInbox(row.inboxId);
    return messageDifferences(content, message, declaredFooter);
  }

  return { sendDraft: (input) => withHeartbeat((longestSilenceMs) => sendDraft(input, longestSilenceMs)) };
}

const isSending = (draft: ProviderDraft) => draft.sendStatus === 'sending';

/** Another attempt, with the patience of the retry policy. */
function later(why: string): never {
  throw ApplicationFailure.retryable(why, 'send.unsettled');
}

/** Whatever the post said, only evidence may end a send: no failure of it is final for Temporal. */
function retryable(error: unknown): ApplicationFailure {
  if (!(error instanceof ApplicationFailure)) return ApplicationFailure.retryable('the send failed', 'send.failed');
  const { message, type, nextRetryDelay } = error;
  return ApplicationFailure.create({ message, type, nonRetryable: false, ...(nextRetryDelay && { nextRetryDelay }) });
}
