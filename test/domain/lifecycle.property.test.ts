import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DraftEvent } from '../../src/domain/draft-event.ts';
import { transition } from '../../src/domain/lifecycle.ts';
import { approvalStands, DRAFT_STATUSES, type DraftState, type DraftStatus, isEnd } from '../../src/domain/state.ts';
import { CREATOR, life, start } from './lifecycle-support.ts';

interface Move {
  before: DraftState;
  event: DraftEvent;
  after: DraftState;
  nowMs: number;
  refused: boolean;
}

/** Runs random lives and shows every move to `check`; answers how often each state was seen. */
function everyMove(check: (move: Move, earlier: Move[]) => void, numRuns = 500): Map<DraftStatus, number> {
  const seen = new Map<DraftStatus, number>();
  fc.assert(
    fc.property(start, life, (first, ticks) => {
      let before = first;
      let nowMs = 0;
      const moves: Move[] = [];
      for (const { step, afterMs } of ticks) {
        nowMs += afterMs;
        const event = step(before, nowMs);
        const frozen = JSON.stringify(before);
        const result = transition(before, event);
        expect(JSON.stringify(before)).toBe(frozen);
        const move = { before, event, after: result.ok ? result.state : before, nowMs, refused: !result.ok };
        check(move, moves);
        moves.push(move);
        before = move.after;
        seen.set(before.status, (seen.get(before.status) ?? 0) + 1);
      }
    }),
    { numRuns, seed: 20_260_101 },
  );
  return seen;
}

const IN_THE_AIR: DraftStatus[] = ['sending', 'needs_attention'];

describe('random lives of a draft', () => {
  it('visit every state, so that what follows is said of all of them', () => {
    const seen = everyMove(() => undefined);
    expect([...seen.keys()].sort()).toEqual([...DRAFT_STATUSES].sort());
    for (const status of DRAFT_STATUSES) expect(seen.get(status), status).toBeGreaterThan(20);
  });

  it('reach sending only approved, due and past the hold', () => {
    everyMove(({ before, event, after, nowMs, refused }, earlier) => {
      if (refused || after.status !== 'sending' || before.status === 'sending') return;
      const { approvals, oversight, authorId } = after;
      expect(after.digest).not.toBeNull();
      expect(after.blocked).toBe(false);
      expect(approvals.length).toBeGreaterThan(0);
      for (const { revision, digest, by } of approvals) {
        expect({ revision, digest }).toEqual({ revision: after.revision, digest: after.digest });
        expect(by.kind).not.toBe('agent');
        expect(by.id).not.toBe(CREATOR);
        if (!oversight?.editorMayApprove) expect(by.id).not.toBe(authorId);
      }
      const people = new Set(approvals.map(({ by }) => by.id));
      const byPolicy = approvals.some(({ by }) => by.kind === 'policy');
      const needed = oversight?.needs.reduce((sum, { count }) => sum + count, 0) ?? 1;
      if (!byPolicy) expect(people.size).toBeGreaterThanOrEqual(needed);
      const approving = earlier.findLast((move) => move.event.type === 'approve' && !move.refused);
      expect(approving?.event).toMatchObject({ revision: after.revision, digest: after.digest });
      if (event.type === 'resolve') return;
      expect(event.type).toBe('send_started');
      expect(before.schedule.kind).not.toBe('held');
      expect(before.dueAtMs ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(nowMs);
      expect((approving?.nowMs ?? Number.POSITIVE_INFINITY) + before.holdMs).toBeLessThanOrEqual(nowMs);
    });
  });

  it('lose their approval with every new revision, and with every way back to review', () => {
    everyMove(({ before, after, refused }) => {
      if (refused) return;
      if (after.revision !== before.revision) expect(after.approvals).toEqual([]);
      if (['composing', 'changes_requested'].includes(after.status)) expect(after.approvals).toEqual([]);
      if (['composing', 'in_review', 'changes_requested'].includes(after.status)) {
        expect(approvalStands(after)).toBe(false);
        expect(after.holdUntilMs).toBeNull();
      }
      if (after.status === 'scheduled') expect(approvalStands(after)).toBe(true);
    });
  });

  it('refuse whatever would disturb a send in the air', () => {
    const disturbing = ['approve', 'reject', 'request_changes', 'revoke', 'edit', 'reschedule', 'withdraw', 'cancel'];
    everyMove(({ before, event, refused }) => {
      if (IN_THE_AIR.includes(before.status) && [...disturbing, 'expire', 'composed'].includes(event.type)) {
        expect(refused, `${event.type} in ${before.status}`).toBe(true);
      }
    });
  });

  it('leave sending by evidence alone, and an unknown outcome by a person alone', () => {
    everyMove(({ before, event, after, refused }) => {
      if (refused) return;
      if (before.status === 'sending') expect(event.type).toBe('settled');
      if (before.status === 'needs_attention') expect(event.type).toBe('resolve');
      if (after.status === 'sent') expect(['settled', 'resolve']).toContain(event.type);
      if (after.status === 'needs_attention') expect(before.status).toBe('sending');
    });
  });

  it('lose an approval that was given with its time when that time changes', () => {
    everyMove(({ before, event, after, refused }) => {
      if (refused || event.type !== 'reschedule' || before.status !== 'scheduled') return;
      const timed = before.approvals.some(({ schedule }) => schedule !== null);
      expect(after.status).toBe(timed ? 'in_review' : 'scheduled');
      expect(approvalStands(after)).toBe(!timed);
    });
  });

  it('start no send before what holds them back is over', () => {
    everyMove(({ before, event, nowMs, refused }) => {
      if (refused || event.type !== 'send_started') return;
      expect(nowMs).toBeGreaterThanOrEqual(before.notBeforeMs ?? 0);
    });
    everyMove(({ after }) => {
      if (after.notBeforeMs !== null) expect([...IN_THE_AIR, 'scheduled']).toContain(after.status);
    }, 200);
  });

  it('tell people that the email left from outside, whenever it waits for them, and let no policy approve it then', () => {
    const waits: DraftStatus[] = ['in_review', 'changes_requested'];
    let told = 0;
    everyMove(({ event, after, refused }, earlier) => {
      const moves = [...earlier, { event, refused }];
      const left = moves.some((move) => !move.refused && move.event.type === 'composed' && move.event.sentOutside);
      if (!left) return;
      if (event.type === 'approve' && event.by.kind === 'policy') expect(refused).toBe(true);
      if (!waits.includes(after.status)) return;
      told += 1;
      expect(after).toMatchObject({ reason: 'sent_outside', steppedIn: true });
    });
    expect(told).toBeGreaterThan(100);
  });

  it('end for good', () => {
    everyMove(({ before, refused }) => {
      if (isEnd(before.status)) expect(refused, before.status).toBe(true);
    });
  });

  it('expire only while people are asked, after the time-out, and never into a send', () => {
    everyMove(({ before, event, after, nowMs, refused }) => {
      if (event.type !== 'expire' || refused) return;
      expect(['in_review', 'changes_requested']).toContain(before.status);
      expect(nowMs).toBeGreaterThanOrEqual(before.reviewDeadlineMs ?? Number.POSITIVE_INFINITY);
      expect(after.status).toBe('expired');
    });
    everyMove(({ after }) => {
      const asked = ['in_review', 'changes_requested'].includes(after.status);
      expect(after.reviewDeadlineMs !== null, after.status).toBe(asked);
    }, 200);
  });

  it('keep the revision, and with it the key, while a request may be out', () => {
    everyMove(({ before, event, after, refused }) => {
      if (refused || after.revision === before.revision) return;
      expect(event.type).toBe('composed');
      expect(after.revision).toBe(before.revision + 1);
      expect(before.status).toBe('composing');
    });
    everyMove(({ before, event, after, refused }) => {
      if (refused || !IN_THE_AIR.includes(before.status)) return;
      expect(after.revision).toBe(before.revision);
      expect(after.digest).toBe(before.digest);
      const unlocks = after.status === 'composing' || after.status === 'in_review';
      if (!unlocks) return;
      const proven = event.type === 'settled' && ['not_sent', 'drop'].includes(event.outcome.kind);
      const accepted = event.type === 'resolve' && event.action.kind === 'retry' && event.action.acceptDuplicateRisk;
      expect(proven || accepted).toBe(true);
    });
  });
});
