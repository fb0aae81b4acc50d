import { expect, it } from 'vitest';
import { runStorm } from '../../bench/storm/run.ts';

/** `npm run storm` in small: no kill in the middle of a long wait, so that it ends within the patience of a test run. */
it('a storm over 60 drafts harms none of them', { timeout: 420_000 }, async () => {
  const progress: string[] = [];
  const result = await runStorm({
    drafts: 60,
    seed: 20_261_122,
    workers: 2,
    engine: 'dev',
    spreadMs: 15_000,
    maxDelayMs: 12_000,
    weather: {
      mailFaultMs: 500,
      workerKillMs: 9_000,
      otherKillMs: 6_000,
      pauses: 2,
      pauseEveryMs: 4_000,
      verySlow: false,
    },
    leastTried: { suppressed: 1, paused: 1 },
    calmShare: 0.6,
    stuckMs: 240_000,
    aftermathMs: 3_000,
    report: (line) => progress.push(line),
  });
  const told = progress.join('\n');
  expect(result.surprises, told).toEqual([]);
  expect(result.bad, `${told}\n${JSON.stringify(result.findings, null, 2)}`).toEqual({
    duplicates: 0,
    lost: 0,
    'sent without approval of that content': 0,
    'sent to suppressed': 0,
    'sent while paused': 0,
    'sent early': 0,
    stuck: 0,
  });
  expect(result.findings.sentOnce).toBeGreaterThan(35);
  expect(result.findings.sentOnce + result.findings.endedUnsent).toBe(60);
  // A storm without wind proves nothing.
  expect(result.findings.tried.suppressed, told).toBeGreaterThan(0);
  expect(result.findings.tried.paused, told).toBeGreaterThan(0);
  expect(result.ok).toBe(true);
  for (const part of ['worker', 'API', 'emulator', 'Temporal', 'PostgreSQL']) {
    expect(result.faults[`${part} killed`], part).toBeGreaterThan(0);
  }
  expect(result.faults.lose_response).toBeGreaterThan(0);
});
