import { describe, expect, it } from 'vitest';
import { measureRate, peakOf } from '../../bench/support/rate-run.ts';

describe('a limit that several workers share', () => {
  it('is never passed at AgentMail, and a busy inbox starves no quiet one', { timeout: 240_000 }, async () => {
    const told: string[] = [];
    const options = { drafts: 60, workers: 3, perSecond: 5, leadMs: 25_000, engine: 'dev' } as const;
    const { busy, quiet, peakOfBoth } = await measureRate(
      { ...options, report: (line) => told.push(line) },
      'organization',
    );
    expect(busy, told.join('\n')).toMatchObject({ sent: 60, doubled: 0, early: 0 });
    expect(quiet).toMatchObject({ sent: 6, doubled: 0, early: 0 });
    expect(peakOfBoth).toBeLessThanOrEqual(5);
    expect(quiet.lastMs).toBeLessThan(busy.lastMs / 2);
  });

  it('is measured over any second, not over those of the clock', () => {
    expect(peakOf([0, 999, 1_000])).toBe(2);
    expect(peakOf([900, 950, 1_800, 1_899])).toBe(4);
    expect(peakOf([])).toBe(0);
  });
});
