import { ApplicationFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { later, paced, retryable } from '../../src/activities/retry-delay.ts';

/** How an attempt fails that began `ageMs` after the first one. */
async function failed(ageMs: number, attempt: number, work: () => unknown): Promise<ApplicationFailure> {
  const info = { scheduledTimestampMs: 1_000, currentAttemptScheduledTimestampMs: 1_000 + ageMs, attempt };
  const error: unknown = await new MockActivityEnvironment(info).run(async () => work()).catch((thrown) => thrown);
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`not an ApplicationFailure: ${String(error)}`);
}

const fails = (error: unknown) => () => {
  throw error;
};
const outage = () => ApplicationFailure.create({ type: 'agentmail.network', details: [{ code: 'x' }] });

describe('the pause before a send is tried again', () => {
  it('is as long again as it has taken so far, between a second and fifteen minutes', async () => {
    for (const [ageMs, wantedMs] of [
      [0, 1_000],
      [40_000, 40_000],
      [86_400_000, 900_000],
    ] as const) {
      const { nextRetryDelay } = await failed(ageMs, 2, () => fails(retryable(outage()))());
      expect(nextRetryDelay).toBeGreaterThanOrEqual(wantedMs * 0.75);
      expect(nextRetryDelay).toBeLessThanOrEqual(wantedMs * 1.25);
    }
  });

  it('does not grow with attempts that only waited for a rest of the key', async () => {
    const { nextRetryDelay } = await failed(8_000, 12, () => fails(retryable(outage()))());
    expect(nextRetryDelay).toBeLessThanOrEqual(10_000);
  });

  it('is at most five minutes where there is only something to be seen', async () => {
    const { nextRetryDelay } = await failed(86_400_000, 2, () => later('not yet'));
    expect(nextRetryDelay).toBeLessThanOrEqual(375_000);
    expect(await failed(86_400_000, 2, () => later('not yet', 1_234))).toMatchObject({ nextRetryDelay: 1_234 });
  });

  it('is what AgentMail asked for where that is longer, and says what failed', async () => {
    const limited = ApplicationFailure.create({ type: 'agentmail.rate_limited', nextRetryDelay: 60_000 });
    const { nextRetryDelay } = await failed(0, 1, () => fails(retryable(limited))());
    expect(nextRetryDelay).toBeGreaterThanOrEqual(60_000);
    expect(await failed(0, 1, () => fails(paced(limited))())).toMatchObject({ nextRetryDelay: 60_000 });
    const told = await failed(0, 1, () => fails(paced(outage()))());
    expect(told).toMatchObject({ type: 'agentmail.network', details: [{ code: 'x' }], nonRetryable: false });
    expect(told.nextRetryDelay).toBeGreaterThan(0);
  });
});
