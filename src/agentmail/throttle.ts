import { ApplicationFailure } from '@temporalio/common';
import { failure, failureFactsSchema, isFailure } from './errors.ts';
import type { MailProvider } from './port.ts';

/** Until when the API key rests, in epoch ms. Workers of one key may share it through whatever both can see. */
export interface KeyGate {
  blockedUntilMs(): number;
  /** Never makes the rest shorter. */
  slowDown(untilMs: number): void;
  /** The same, of a rest that others know already: nobody is told. */
  learn(untilMs: number): void;
}

export interface ThrottleOptions {
  now?: () => number;
  /** Numbers from 0 to 1. */
  random?: () => number;
  /** What is left of the rest that other processes were asked for, in ms. Asked once a second at most; a failure is none. */
  sharedRestMs?: () => Promise<number>;
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
/** Those who waited come back spread over this, not all in the same millisecond. */
const SPREAD_MS = 1_000;
const SHARED_EVERY_MS = 1_000;

/** A gate for this process. `onSlowDown` hears each longer rest, to tell other workers. */
export function createKeyGate(onSlowDown?: (untilMs: number) => void): KeyGate {
  let blockedUntilMs = 0;
  return {
    blockedUntilMs: () => blockedUntilMs,
    slowDown: (untilMs) => {
      if (untilMs <= blockedUntilMs) return;
      blockedUntilMs = untilMs;
      onSlowDown?.(untilMs);
    },
    learn: (untilMs) => {
      blockedUntilMs = Math.max(blockedUntilMs, untilMs);
    },
  };
}

/**
 * AgentMail limits a key, not a draft: one 429 makes all calls of the key rest, as long as Retry-After says, else 2 s,
 * doubling to 60 s while it goes on. A call during the rest fails at once as `agentmail.rate_limited` (code
 * `key_throttled`) with the rest as its `nextRetryDelay`, and never reaches the service. Rests of other processes are
 * learned before a call, but not before a send: that has asked for its place, and must not wait once more.
 */
export function withKeyThrottle(mail: MailProvider, gate: KeyGate, options: ThrottleOptions = {}): MailProvider {
  const { now = Date.now, random = Math.random, sharedRestMs } = options;
  let consecutive = 0;
  let slowedAtMs = Number.NEGATIVE_INFINITY;

  const backoffMs = () => {
    const plainMs = FIRST_WAIT_MS * 2 ** Math.min(consecutive - 1, 10);
    return Math.min(LONGEST_WAIT_MS, plainMs * (0.75 + random() / 2));
  };

  /** What a 429 of a call begun at `startedMs` means. Of many calls under way at once, the first one counts. */
  const limited = (error: unknown, askedMs: number | undefined, startedMs: number) => {
    const sameBurst = startedMs <= slowedAtMs;
    const nowMs = now();
    if (!sameBurst) {
      consecutive += 1;
      slowedAtMs = nowMs;
    }
    if (askedMs !== undefined) gate.slowDown(nowMs + askedMs);
    else if (!sameBurst) gate.slowDown(nowMs + backoffMs());
    return askedMs === undefined ? failure('agentmail.rate_limited', factsOf(error), restMs(nowMs)) : error;
  };

  const restMs = (nowMs: number) =>
    Math.max(0, Math.ceil(gate.blockedUntilMs() - nowMs)) + Math.ceil(random() * SPREAD_MS);

  let askedAtMs = Number.NEGATIVE_INFINITY;
  let learning = Promise.resolve();
  /** Calls that come together wait for one question. */
  const learnShared = (): Promise<void> => {
    if (sharedRestMs && now() - askedAtMs >= SHARED_EVERY_MS) {
      askedAtMs = now();
      learning = sharedRestMs().then(
        (ms) => gate.learn(ms > 0 ? now() + ms : 0),
        () => undefined,
      );
    }
    return learning;
  };

  const guarded =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>, before = learnShared) =>
    async (...args: A): Promise<T> => {
      await before();
      const startedMs = now();
      if (gate.blockedUntilMs() > startedMs) {
        throw failure('agentmail.rate_limited', { code: 'key_throttled' }, restMs(startedMs));
      }
      try {
        const result = await call(...args);
        if (startedMs > slowedAtMs) consecutive = 0;
        return result;
      } catch (error) {
        if (!isFailure(error, 'agentmail.rate_limited')) throw error;
        throw limited(error, askedOf(error), startedMs);
      }
    };

  return {
    createDraft: guarded(mail.createDraft.bind(mail)),
    replaceDraft: guarded(mail.replaceDraft.bind(mail)),
    getDraft: guarded(mail.getDraft.bind(mail)),
    clearSendAt: guarded(mail.clearSendAt.bind(mail)),
    deleteDraft: guarded(mail.deleteDraft.bind(mail)),
    downloadDraftAttachment: guarded(mail.downloadDraftAttachment.bind(mail)),
    sendDraft: guarded(mail.sendDraft.bind(mail), () => Promise.resolve()),
    findMessageByLabel: guarded(mail.findMessageByLabel.bind(mail)),
    getMessage: guarded(mail.getMessage.bind(mail)),
    downloadMessageAttachment: guarded(mail.downloadMessageAttachment.bind(mail)),
    threadOf: guarded(mail.threadOf.bind(mail)),
    blockedRecipients: guarded(mail.blockedRecipients.bind(mail)),
    listInboxes: guarded(mail.listInboxes.bind(mail)),
    listDrafts: guarded(mail.listDrafts.bind(mail)),
    listMessages: guarded(mail.listMessages.bind(mail)),
    blockRecipient: guarded(mail.blockRecipient.bind(mail)),
    unblockRecipient: guarded(mail.unblockRecipient.bind(mail)),
    ensureWebhook: guarded(mail.ensureWebhook.bind(mail)),
  };
}

/** The wait AgentMail asked for, as the classifier put it into the failure. */
function askedOf(error: unknown): number | undefined {
  const delay = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  return typeof delay === 'number' ? delay : undefined;
}

function factsOf(error: unknown) {
  const facts = failureFactsSchema.safeParse(error instanceof ApplicationFailure ? error.details?.[0] : undefined);
  return facts.success ? facts.data : {};
}
