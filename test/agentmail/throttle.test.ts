import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAgentMail, createKeyGate, type MailProvider, withKeyThrottle } from '../../src/agentmail/index.ts';
import { json, startServer } from './http-server.ts';

const LIMITED = { name: 'RateLimitError', code: 'rate_limit_exceeded', message: 'slow down' };
const INBOXES = { count: 0, inboxes: [] };

/** A service that answers as the test says, and a provider of a key that rests when told so. */
async function throttled(run: (bench: Bench) => Promise<void>) {
  let next: { status: number; retryAfter?: string } = { status: 200 };
  const server = await startServer((_, response) => {
    const headers: Record<string, string> = next.retryAfter === undefined ? {} : { 'retry-after': next.retryAfter };
    json(response, next.status, next.status === 200 ? INBOXES : LIMITED, headers);
  });
  let nowMs = 1_000_000;
  const rests: number[] = [];
  const gate = createKeyGate((untilMs) => rests.push(untilMs - nowMs));
  const plain = createAgentMail({ apiKey: 'k', baseUrl: server.baseUrl });
  const mail = withKeyThrottle(plain, gate, { now: () => nowMs, random: () => 0.5 });
  try {
    await run({
      mail,
      gate,
      rests,
      calls: () => server.received.length,
      answer: (status, retryAfter) => {
        next = { status, retryAfter };
      },
      pass: (ms) => {
        nowMs += ms;
      },
    });
  } finally {
    await server.close();
  }
}

interface Bench {
  mail: MailProvider;
  gate: ReturnType<typeof createKeyGate>;
  rests: number[];
  calls(): number;
  answer(status: number, retryAfter?: string): void;
  pass(ms: number): void;
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );

describe('a key that was told to slow down', () => {
  test('rests for Retry-After in all its calls, then goes on', () =>
    throttled(async ({ mail, rests, calls, answer, pass }) => {
      answer(429, '7');
      expect(await failureOf(mail.getDraft('a@x.test', 'd1'))).toMatchObject({
        type: 'agentmail.rate_limited',
        nextRetryDelay: 7_000,
      });
      answer(200);
      pass(3_000);
      for (const call of [
        () => mail.listInboxes(),
        () => mail.getDraft('b@x.test', 'd2'),
        () => mail.sendDraft('b@x.test', 'd2', { idempotencyKey: 'k', label: 'l', timeoutMs: 1_000 }),
        () => mail.blockRecipient('c@x.test', {}),
      ]) {
        expect(await failureOf(call())).toMatchObject({
          type: 'agentmail.rate_limited',
          nonRetryable: false,
          nextRetryDelay: 4_500,
          details: [{ status: null, code: 'key_throttled', sendList: false }],
        });
      }
      expect(calls()).toBe(1);
      pass(4_000);
      await expect(mail.listInboxes()).resolves.toEqual([]);
      expect(rests).toEqual([7_000]);
    }));

  test('without Retry-After rests 2 s, doubling to 60 s, and 2 s again after a success', () =>
    throttled(async ({ mail, rests, answer, pass }) => {
      answer(429);
      for (let n = 0; n < 7; n += 1) {
        expect(await failureOf(mail.listInboxes())).toMatchObject({ type: 'agentmail.rate_limited' });
        pass(60_000);
      }
      expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
      answer(200);
      await mail.listInboxes();
      answer(429);
      const failure = await failureOf(mail.listInboxes());
      expect(failure).toMatchObject({ nextRetryDelay: 2_500, details: [{ status: 429 }] });
      expect(rests.at(-1)).toBe(2_000);
    }));

  test('counts calls that were under way together once', () =>
    throttled(async ({ mail, rests, answer }) => {
      answer(429);
      await Promise.all(Array.from({ length: 8 }, () => failureOf(mail.listInboxes())));
      expect(rests).toEqual([2_000]);
    }));

  test('other failures and answers slow nothing down', () =>
    throttled(async ({ mail, gate, calls, answer }) => {
      answer(503, '30');
      expect(await failureOf(mail.listInboxes())).toMatchObject({ type: 'agentmail.unavailable' });
      answer(404);
      expect(await mail.getDraft('a@x.test', 'd')).toBeNull();
      expect(gate.blockedUntilMs()).toBe(0);
      expect(calls()).toBe(2);
    }));
});

describe('a gate', () => {
  test('never makes a rest shorter, and tells each longer one', () => {
    const told: number[] = [];
    const gate = createKeyGate((untilMs) => told.push(untilMs));
    for (const untilMs of [500, 300, 500, 900]) gate.slowDown(untilMs);
    expect(gate.blockedUntilMs()).toBe(900);
    expect(told).toEqual([500, 900]);
  });

  test('shared by two workers stops both', () =>
    throttled(async ({ mail, gate, calls, answer }) => {
      const other = withKeyThrottle(mail, gate, { now: () => 1_000_000, random: () => 0 });
      answer(429, '5');
      await failureOf(mail.listInboxes());
      expect(await failureOf(other.listInboxes())).toMatchObject({ nextRetryDelay: 5_000 });
      expect(calls()).toBe(1);
    }));
});

describe('a rest that another process was asked for', () => {
  const SEND = { idempotencyKey: 'k', label: 'l', timeoutMs: 1_000 };

  /** A process that asks for the rest of others, with a clock of its own. */
  async function sharing(rest: () => Promise<number>, run: (other: Sharing) => Promise<void>) {
    const server = await startServer((_, response) => json(response, 200, INBOXES));
    let nowMs = 1_000_000;
    let asked = 0;
    const told: number[] = [];
    const plain = createAgentMail({ apiKey: 'k', baseUrl: server.baseUrl });
    const gate = createKeyGate((untilMs) => told.push(untilMs));
    const sharedRestMs = () => {
      asked += 1;
      return rest();
    };
    const mail = withKeyThrottle(plain, gate, { now: () => nowMs, random: () => 0.5, sharedRestMs });
    const pass = (ms: number) => {
      nowMs += ms;
    };
    try {
      await run({ mail, told, asked: () => asked, calls: () => server.received.length, pass });
    } finally {
      await server.close();
    }
  }
  interface Sharing {
    mail: MailProvider;
    told: number[];
    asked(): number;
    calls(): number;
    pass(ms: number): void;
  }

  test('is kept before anything is asked of AgentMail, and told to nobody', () =>
    sharing(
      async () => 5_000,
      async ({ mail, told, asked, calls, pass }) => {
        const together = await Promise.all([failureOf(mail.listInboxes()), failureOf(mail.getDraft('a@x.test', 'd'))]);
        for (const error of together)
          expect(error).toMatchObject({ type: 'agentmail.rate_limited', nextRetryDelay: 5_500 });
        expect([asked(), calls(), told]).toEqual([1, 0, []]);
        pass(999);
        await failureOf(mail.listInboxes());
        expect(asked()).toBe(1);
        pass(1);
        await failureOf(mail.listInboxes());
        expect([asked(), calls()]).toEqual([2, 0]);
      },
    ));

  test('is not asked for by a send, which has its place, and counts for none when it cannot be asked', () =>
    sharing(
      () => Promise.reject(new Error('down')),
      async ({ mail, asked, calls }) => {
        await failureOf(mail.sendDraft('a@x.test', 'd', SEND));
        expect([asked(), calls()]).toEqual([0, 1]);
        await expect(mail.listInboxes()).resolves.toEqual([]);
        expect([asked(), calls()]).toEqual([1, 2]);
      },
    ));
});

describe('a key that AgentMail refuses', () => {
  let mail: MailProvider;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const body = { name: 'UnauthorizedError', code: 'unknown_api_key', message: 'no' };
    const server = await startServer((_, response) => json(response, 401, body));
    mail = createAgentMail({ apiKey: 'old', baseUrl: server.baseUrl });
    close = server.close;
    return () => close();
  });

  const inActivity = (ageMs: number) => {
    const info = { scheduledTimestampMs: 5_000, currentAttemptScheduledTimestampMs: 5_000 + ageMs };
    const activity = new MockActivityEnvironment(info);
    return activity.run(() => failureOf(mail.getDraft('a@x.test', 'd')));
  };

  test('is asked again for ten minutes of an activity, then no more', async () => {
    const type = 'agentmail.unauthorized';
    const details = [{ status: 401, code: 'unknown_api_key', sendList: false }];
    const again = { type, details, nonRetryable: false, nextRetryDelay: 60_000 };
    expect(await inActivity(0)).toMatchObject(again);
    expect(await inActivity(599_999)).toMatchObject(again);
    expect(await inActivity(600_000)).toMatchObject({ type, details, nonRetryable: true });
  });

  test('is plainly told outside activities', async () => {
    const failure = await failureOf(mail.getDraft('a@x.test', 'd'));
    expect(failure).toMatchObject({ type: 'agentmail.unauthorized', nonRetryable: false });
    expect(failure).toHaveProperty('nextRetryDelay', undefined);
  });
});
