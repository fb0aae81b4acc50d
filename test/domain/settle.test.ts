import { describe, expect, it } from 'vitest';
import {
  type PostAnswer,
  type PostVerdict,
  postVerdict,
  type SendEvidence,
  type SettleStep,
  settleStep,
  unsentForSure,
} from '../../src/domain/settle.ts';

const HOUR_MS = 3_600_000;
const AGES_MS = [
  0,
  1,
  60_000,
  119_999,
  120_000,
  HOUR_MS,
  20 * HOUR_MS - 1,
  20 * HOUR_MS,
  30 * HOUR_MS,
  168 * HOUR_MS - 1,
  168 * HOUR_MS,
];
const LABELS = ['found', 'absent', 'unreadable'] as const;
const DRAFTS = ['present', 'sending', 'gone', 'unreadable'] as const;
const ANSWERS: PostAnswer[] = ['accepted', 'refused', 'not_found', 'unknown'];

/** Every combination of what AgentMail can show; the latest attempt is never older than the first. */
function* combinations(): Generator<SendEvidence> {
  for (const label of LABELS) {
    for (const draft of DRAFTS) {
      yield { priorAttempts: 0, firstAttemptAgeMs: 0, lastAttemptAgeMs: 0, label, draft };
      for (const priorAttempts of [1, 2, 7]) {
        for (const firstAttemptAgeMs of AGES_MS) {
          for (const lastAttemptAgeMs of AGES_MS) {
            if (lastAttemptAgeMs > firstAttemptAgeMs) continue;
            yield { priorAttempts, firstAttemptAgeMs, lastAttemptAgeMs, label, draft };
          }
        }
      }
    }
  }
}

/** The design's table, row by row, first match wins. `*` is anything. */
const ROWS: [prior: '0' | '1+', label: string, draft: string, keyAlive: string, step: SettleStep][] = [
  ['0', 'found', '*', '*', 'sent'],
  ['1+', 'found', '*', '*', 'sent'],
  ['0', '*', 'unreadable', '*', 'wait'],
  ['0', '*', 'gone', '*', 'vanished'],
  ['0', '*', 'present', '*', 'preflight_then_post'],
  ['0', '*', 'sending', '*', 'preflight_then_post'],
  ['1+', 'unreadable', '*', 'week', 'unknown'],
  ['1+', 'absent', 'unreadable', 'week', 'unknown'],
  ['1+', 'absent', 'sending', 'week', 'unknown'],
  ['1+', 'unreadable', '*', '*', 'wait'],
  ['1+', 'absent', 'unreadable', '*', 'wait'],
  ['1+', 'absent', 'sending', '*', 'wait'],
  ['1+', 'absent', 'present', '*', 'preflight_then_post'],
  ['1+', 'absent', 'gone', 'yes', 'repeat_identical'],
  ['1+', 'absent', 'gone', 'no', 'unknown'],
  ['1+', 'absent', 'gone', 'week', 'unknown'],
];

function expectedStep({ priorAttempts, label, draft, firstAttemptAgeMs }: SendEvidence): SettleStep {
  const prior = priorAttempts === 0 ? '0' : '1+';
  const keyAlive = firstAttemptAgeMs < 20 * HOUR_MS ? 'yes' : firstAttemptAgeMs < 168 * HOUR_MS ? 'no' : 'week';
  const matches = (wanted: string, actual: string) => wanted === '*' || wanted === actual;
  const row = ROWS.find(
    ([p, l, d, k]) => p === prior && matches(l, label) && matches(d, draft) && matches(k, keyAlive),
  );
  if (!row) throw new Error(`no row for ${prior} ${label} ${draft} ${keyAlive}`);
  return row[4];
}

function expectedVerdict(answer: PostAnswer, evidence: SendEvidence): PostVerdict {
  const { priorAttempts, label, draft, firstAttemptAgeMs, lastAttemptAgeMs } = evidence;
  if (answer === 'accepted') return 'sent';
  if (answer === 'unknown') return 'retry';
  if (priorAttempts === 0) return answer === 'refused' ? 'not_sent' : 'vanished';
  if (answer === 'not_found') return firstAttemptAgeMs < 20 * HOUR_MS ? 'vanished' : 'retry';
  return label === 'absent' && draft === 'present' && lastAttemptAgeMs >= 120_000 ? 'not_sent' : 'retry';
}

const evidence = [...combinations()];
const tell = (one: SendEvidence) => JSON.stringify(one);

describe('settling a send', () => {
  it('follows the table for every combination of evidence', () => {
    expect(evidence.length).toBeGreaterThan(1_500);
    for (const one of evidence) expect(settleStep(one), tell(one)).toBe(expectedStep(one));
  });

  it('never posts when the mail is there, or when nobody could look', () => {
    for (const one of evidence) {
      const posts = ['preflight_then_post', 'repeat_identical'].includes(settleStep(one));
      if (one.label === 'found') expect(posts, tell(one)).toBe(false);
      if (one.draft === 'unreadable') expect(posts, tell(one)).toBe(false);
      if (one.label === 'unreadable' && one.priorAttempts > 0) expect(posts, tell(one)).toBe(false);
    }
  });

  it('calls nothing vanished or unknown that a request of ours may have taken', () => {
    for (const one of evidence) {
      const step = settleStep(one);
      if (step === 'vanished') expect(one.priorAttempts, tell(one)).toBe(0);
      if (step === 'unknown') expect(one.firstAttemptAgeMs, tell(one)).toBeGreaterThanOrEqual(20 * HOUR_MS);
      if (step === 'repeat_identical') expect(one.firstAttemptAgeMs, tell(one)).toBeLessThan(20 * HOUR_MS);
    }
  });

  it('reads every answer of a post in the light of what may have left before', () => {
    for (const one of evidence) {
      for (const answer of ANSWERS) {
        expect(postVerdict(answer, one), `${answer} ${tell(one)}`).toBe(expectedVerdict(answer, one));
      }
    }
  });

  it('unlocks only what is unsent for sure', () => {
    for (const one of evidence) {
      const sure = unsentForSure(one);
      if (one.priorAttempts === 0) expect(sure).toBe(true);
      else if (sure) {
        expect(one).toMatchObject({ draft: 'present', label: 'absent' });
        expect(one.lastAttemptAgeMs).toBeGreaterThanOrEqual(120_000);
      }
      if (postVerdict('refused', one) === 'not_sent') expect(sure, tell(one)).toBe(true);
      if (sure && one.label === 'found') expect(one.priorAttempts).toBe(0);
    }
  });
});
