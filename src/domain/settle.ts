/**
 * What AgentMail's mailbox shows about a draft's earlier send attempts. `unreadable` means the question could not be
 * asked, which is different from an answer.
 */
export interface SendEvidence {
  /** Requests that may have left before this one, by their durable intents. */
  priorAttempts: number;
  /** Age of the first of them in ms (0 when there is none). */
  firstAttemptAgeMs: number;
  /** Age of the latest of them in ms (0 when there is none). */
  lastAttemptAgeMs: number;
  /** A message that carries our label. */
  label: 'found' | 'absent' | 'unreadable';
  draft: 'present' | 'sending' | 'gone' | 'unreadable';
}

export type SettleStep =
  /** The label is on a message: the mail left. */
  | 'sent'
  /** Nothing has left; check everything, then post. */
  | 'preflight_then_post'
  /** Something may have left; the same request with the same key is answered by the original. */
  | 'repeat_identical'
  /** No way to tell yet; ask again later, post nothing. */
  | 'wait'
  /** The draft is gone and no request of ours could have taken it. */
  | 'vanished'
  /** Beyond the key's life without proof, or beyond all patience without an answer: a person decides. */
  | 'unknown';

/** AgentMail forgets a key 24 h after the send completes; we stop relying on it well before. */
export const KEY_TRUSTED_MS = 20 * 3_600_000;
/** How long we keep asking a mailbox that cannot be read, before a person is asked: longer than any outage of a day. */
export const UNREADABLE_PATIENCE_MS = 7 * 86_400_000;
/** A draft may stay readable for a moment after it was sent; only after this does "still there" mean "unsent". */
export const SETTLE_GRACE_MS = 120_000;

/** The first question at every attempt: post, repeat, wait, or stop. Pure and total. */
export function settleStep(evidence: SendEvidence, patienceMs: number = UNREADABLE_PATIENCE_MS): SettleStep {
  const { priorAttempts, firstAttemptAgeMs, label, draft } = evidence;
  if (label === 'found') return 'sent';
  if (priorAttempts === 0) {
    if (draft === 'unreadable') return 'wait';
    return draft === 'gone' ? 'vanished' : 'preflight_then_post';
  }
  if (label === 'unreadable' || draft === 'unreadable' || draft === 'sending') {
    return firstAttemptAgeMs < patienceMs ? 'wait' : 'unknown';
  }
  if (draft === 'present') return 'preflight_then_post';
  return firstAttemptAgeMs < KEY_TRUSTED_MS ? 'repeat_identical' : 'unknown';
}

/** The answer to a posted send. `not_found` is AgentMail's 404; `refused` any other definite no; `unknown` everything else. */
export type PostAnswer = 'accepted' | 'refused' | 'not_found' | 'unknown';

export type PostVerdict = 'sent' | 'not_sent' | 'vanished' | 'retry';

/**
 * What an answer means, given what may have left before it. A refusal is believed at once only when nothing of ours
 * can have been accepted earlier; later it counts once an accepted send could no longer be hiding behind a lag.
 */
export function postVerdict(answer: PostAnswer, evidence: SendEvidence): PostVerdict {
  switch (answer) {
    case 'accepted':
      return 'sent';
    case 'unknown':
      return 'retry';
    case 'refused':
      return unsentForSure(evidence) ? 'not_sent' : 'retry';
    case 'not_found':
      // With a live key an accepted send would have been answered with the original, so 404 says it never was.
      return evidence.priorAttempts === 0 || evidence.firstAttemptAgeMs < KEY_TRUSTED_MS ? 'vanished' : 'retry';
  }
}

/** Whether a failed preflight or a refusal may unlock the draft: true only when no earlier request can have been accepted. */
export function unsentForSure(evidence: SendEvidence): boolean {
  if (evidence.priorAttempts === 0) return true;
  return evidence.draft === 'present' && evidence.label === 'absent' && evidence.lastAttemptAgeMs >= SETTLE_GRACE_MS;
}
