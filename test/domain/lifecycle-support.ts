import fc from 'fast-check';
import type { DraftEvent } from '../../src/domain/draft-event.ts';
import { type Oversight, PLAIN_REVIEW } from '../../src/domain/oversight.ts';
import { REASONS, type ReasonCode } from '../../src/domain/reasons.ts';
import type { Schedule } from '../../src/domain/schedule.ts';
import type { DraftState } from '../../src/domain/state.ts';

export const CREATOR = 'key_creator';
export const AGENT_ID = 'key_agent';
export const PERSON_ID = 'key_person';
export const OTHER_ID = 'key_other';
export const DAY_MS = 86_400_000;
export const REVIEW_MS = 7 * DAY_MS;

export function freshState(given: Partial<DraftState> = {}): DraftState {
  return {
    status: 'composing',
    source: 'content',
    creatorId: CREATOR,
    revision: 0,
    digest: null,
    blocked: false,
    task: { kind: 'initial' },
    approvals: [],
    oversight: PLAIN_REVIEW,
    authorId: null,
    schedule: { kind: 'now' },
    dueAtMs: 0,
    holdMs: 0,
    holdUntilMs: null,
    notBeforeMs: null,
    reviewTimeoutMs: REVIEW_MS,
    reviewDeadlineMs: null,
    remindAtMs: null,
    escalateAtMs: null,
    reason: null,
    steppedIn: false,
    round: 0,
    threadSeen: null,
    messageId: null,
    threadId: null,
    ...given,
  };
}

/** One step of a random life: the event is completed with the state's own revision and digest, or with wrong ones. */
export type Step = (state: DraftState, nowMs: number) => DraftEvent;

const by = fc.constantFrom(
  { id: PERSON_ID, kind: 'person' as const, groups: [] },
  { id: OTHER_ID, kind: 'person' as const, groups: ['finance'] },
  { id: CREATOR, kind: 'person' as const, groups: ['finance'] },
  { id: AGENT_ID, kind: 'agent' as const, groups: [] },
  { id: 'policy:autonomous', kind: 'policy' as const, groups: [] },
  { id: 'unverified:x', kind: 'unverified' as const, groups: [] },
);
/** Right three times in four: a life of refusals alone would show little. */
const aim = fc.constantFrom(0, 0, 0, -1);
const reason = fc.constantFrom(...(Object.keys(REASONS) as ReasonCode[]));
const schedule: fc.Arbitrary<{ schedule: Schedule; inMs: number | null }> = fc.constantFrom(
  { schedule: { kind: 'now' }, inMs: 0 },
  { schedule: { kind: 'at', at: '2026-01-01T00:00:00Z' }, inMs: DAY_MS },
  { schedule: { kind: 'held' }, inMs: null },
);
const hindrance = fc.oneof(
  fc.record({ kind: fc.constant('not_sent' as const), reason }),
  fc.record({ kind: fc.constant('held' as const), reason, untilMs: fc.integer({ min: 0, max: 30 * DAY_MS }) }),
  fc.record({ kind: fc.constant('drop' as const), reason }),
);
const outcome = fc.oneof(
  fc.constant({ kind: 'sent' as const, messageId: 'm1', threadId: null }),
  hindrance,
  fc.record({ kind: fc.constant('not_due' as const), dueAtMs: fc.integer({ min: 0, max: 30 * DAY_MS }) }),
  fc.constant({ kind: 'unknown' as const }),
);
const action = fc.oneof(
  fc.constant({ kind: 'mark_sent' as const, messageId: 'm1', threadId: null }),
  fc.constant({ kind: 'give_up' as const }),
  fc.record({ kind: fc.constant('retry' as const), keyAlive: fc.boolean(), acceptDuplicateRisk: fc.boolean() }),
);

/** Plain four times in six: a life of refusals alone would show little. */
const oversight: fc.Arbitrary<Oversight> = fc.constantFrom(
  ...[PLAIN_REVIEW, PLAIN_REVIEW, PLAIN_REVIEW, { ...PLAIN_REVIEW, editorMayApprove: true }],
  {
    ...PLAIN_REVIEW,
    needs: [
      { group: 'finance', count: 1 },
      { group: null, count: 1 },
    ],
  },
  { ...PLAIN_REVIEW, kind: 'monitor', holdMs: DAY_MS },
  { ...PLAIN_REVIEW, kind: 'refuse' },
);

/** Seldom: it lasts for the rest of a life. */
const sentOutside = fc.constantFrom(true, ...Array.from({ length: 9 }, () => false));

let writes = 0;
const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(fc.boolean(), oversight, sentOutside).map(([blocked, said, left]) => (_state, nowMs) => {
    writes += 1;
    const written = { digest: `digest-${writes}`, blocked, threadSeen: null, oversight: said, sentOutside: left };
    return { type: 'composed', ...written, nowMs };
  }),
  reason.map((why) => (_state, nowMs) => ({ type: 'compose_failed', reason: why, nowMs })),
  fc.tuple(by, aim, fc.boolean(), fc.boolean()).map(([who, off, wrong, timed]) => (state, nowMs) => ({
    type: 'approve',
    by: who,
    created: who.id === CREATOR,
    decisionId: 'd',
    revision: state.revision + off,
    digest: wrong && off === -1 ? 'other' : (state.digest ?? 'none'),
    nowMs,
    dueAtMs: state.dueAtMs,
    schedule: timed ? (off === -1 ? { kind: 'held' } : state.schedule) : null,
  })),
  aim.map((off) => (state) => ({ type: 'reject', revision: state.revision + off })),
  aim.map((off) => (state, nowMs) => ({
    type: 'request_changes',
    revision: state.revision + off,
    commentRef: null,
    nowMs,
  })),
  aim.map((off) => (state, nowMs) => ({ type: 'revoke', revision: state.revision + off, nowMs })),
  aim.map((off) => (state) => ({
    type: 'edit',
    baseRevision: state.revision + off,
    contentRef: 'ref',
    by: PERSON_ID,
    decisionId: 'e',
  })),
  schedule.map((given) => (_state, nowMs) => ({
    type: 'reschedule',
    schedule: given.schedule,
    dueAtMs: given.inMs === null ? null : nowMs + given.inMs,
    nowMs,
  })),
  fc.constant(() => ({ type: 'withdraw' })),
  fc.constant(() => ({ type: 'cancel' })),
  fc.constant((_state, nowMs) => ({ type: 'expire', nowMs })),
  fc.constant((_state, nowMs) => ({ type: 'send_started', nowMs })),
  outcome.map((how) => (_state, nowMs) => ({ type: 'settled', outcome: how, nowMs })),
  oversight.map((said) => (_state, nowMs) => ({ type: 'overseen', oversight: said, nowMs })),
  aim.map((off) => (state) => ({ type: 'recompose', revision: state.revision + off, commentRef: null })),
  fc.constant(() => ({ type: 'recheck' })),
  fc.option(hindrance).map((found) => (_state, nowMs) => ({ type: 'looked', found, nowMs })),
  action.map((how) => (_state, nowMs) => ({ type: 'resolve', action: how, nowMs })),
];

const weights = [24, 2, 24, 1, 4, 3, 6, 6, 1, 1, 4, 24, 12, 3, 3, 2, 6, 6];

export interface Tick {
  step: Step;
  /** How long after the one before, in ms. */
  afterMs: number;
}
export const life: fc.Arbitrary<Tick[]> = fc.array(
  fc.record({
    step: fc.oneof(...steps.map((arbitrary, index) => ({ arbitrary, weight: weights[index] ?? 1 }))),
    afterMs: fc.constantFrom(0, 1, 1_000, 3_600_000, DAY_MS, 8 * DAY_MS),
  }),
  // Without this fast-check prefers lives too short to get anywhere.
  { minLength: 1, maxLength: 60, size: 'max' },
);
export const start: fc.Arbitrary<DraftState> = fc
  .record({
    source: fc.constantFrom('recipe' as const, 'content' as const, 'adopted' as const),
    holdMs: fc.constantFrom(0, 60_000, DAY_MS),
    timing: schedule,
  })
  .map(({ source, holdMs, timing }) => freshState({ source, holdMs, schedule: timing.schedule, dueAtMs: timing.inMs }));
