import { describe, expect, it } from 'vitest';
import type { DraftEvent } from '../../src/domain/draft-event.ts';
import { transition } from '../../src/domain/lifecycle.ts';
import { PLAIN_REVIEW } from '../../src/domain/oversight.ts';
import { approvalsMissing, DRAFT_STATUSES, type DraftState, type DraftStatus } from '../../src/domain/state.ts';
import { DAY_MS, freshState, PERSON_ID } from './lifecycle-support.ts';

const NOW = 10 * DAY_MS;
const APPROVAL = {
  revision: 1,
  digest: 'd1',
  by: { id: PERSON_ID, kind: 'person' as const, groups: [] },
  decisionId: 'x',
  atMs: NOW,
  schedule: null,
};
const ended: Partial<DraftState> = { task: null, revision: 1, digest: 'd1' };

/** A typical draft of each state. */
const STATES: Record<DraftStatus, DraftState> = {
  composing: freshState({ revision: 1, digest: 'd1', task: { kind: 'recompose', commentRef: null } }),
  in_review: freshState({ ...ended, status: 'in_review', reviewDeadlineMs: NOW, remindAtMs: NOW, escalateAtMs: NOW }),
  changes_requested: freshState({ ...ended, status: 'changes_requested', reviewDeadlineMs: NOW }),
  scheduled: freshState({ ...ended, status: 'scheduled', approvals: [APPROVAL], holdUntilMs: NOW }),
  sending: freshState({ ...ended, status: 'sending', approvals: [APPROVAL], holdUntilMs: NOW }),
  needs_attention: freshState({
    ...ended,
    status: 'needs_attention',
    approvals: [APPROVAL],
    reason: 'outcome_unknown',
  }),
  sent: freshState({ ...ended, status: 'sent', messageId: 'm1' }),
  rejected: freshState({ ...ended, status: 'rejected' }),
  withdrawn: freshState({ ...ended, status: 'withdrawn' }),
  cancelled: freshState({ ...ended, status: 'cancelled' }),
  expired: freshState({ ...ended, status: 'expired' }),
  failed: freshState({ ...ended, status: 'failed' }),
};

const EVENTS = {
  composed: { type: 'composed', digest: 'd2', blocked: false, threadSeen: null, oversight: PLAIN_REVIEW, nowMs: NOW },
  composed_blocked: {
    type: 'composed',
    digest: 'd2',
    blocked: true,
    threadSeen: null,
    oversight: PLAIN_REVIEW,
    nowMs: NOW,
  },
  compose_failed: { type: 'compose_failed', reason: 'source_failed', nowMs: NOW },
  approve: {
    ...{ type: 'approve', by: APPROVAL.by, created: false, decisionId: 'x', revision: 1, digest: 'd1' },
    ...{ nowMs: NOW, dueAtMs: 0, schedule: null },
  },
  reject: { type: 'reject', revision: 1 },
  request_changes: { type: 'request_changes', revision: 1, commentRef: null, nowMs: NOW },
  revoke: { type: 'revoke', revision: 1, nowMs: NOW },
  edit: { type: 'edit', baseRevision: 1, contentRef: 'r', by: PERSON_ID, decisionId: 'e' },
  reschedule: { type: 'reschedule', schedule: { kind: 'held' }, dueAtMs: null, nowMs: NOW },
  withdraw: { type: 'withdraw' },
  cancel: { type: 'cancel' },
  expire: { type: 'expire', nowMs: NOW },
  remind: { type: 'remind', nowMs: NOW },
  escalate: { type: 'escalate', nowMs: NOW },
  send_started: { type: 'send_started', nowMs: NOW },
  settled_sent: { type: 'settled', outcome: { kind: 'sent', messageId: 'm', threadId: 't' }, nowMs: NOW },
  settled_refused: { type: 'settled', outcome: { kind: 'not_sent', reason: 'provider_refused' }, nowMs: NOW },
  settled_changed: { type: 'settled', outcome: { kind: 'not_sent', reason: 'snapshot_changed' }, nowMs: NOW },
  settled_send_at: { type: 'settled', outcome: { kind: 'not_sent', reason: 'foreign_send_at' }, nowMs: NOW },
  settled_vanished: { type: 'settled', outcome: { kind: 'not_sent', reason: 'draft_vanished' }, nowMs: NOW },
  settled_not_due: { type: 'settled', outcome: { kind: 'not_due', dueAtMs: NOW + 1 }, nowMs: NOW },
  settled_held: { type: 'settled', outcome: { kind: 'held', reason: 'paused', untilMs: NOW + 1 }, nowMs: NOW },
  settled_drop: { type: 'settled', outcome: { kind: 'drop', reason: 'recipient_suppressed' }, nowMs: NOW },
  looked_fine: { type: 'looked', found: null, nowMs: NOW },
  looked_suppressed: { type: 'looked', found: { kind: 'not_sent', reason: 'recipient_suppressed' }, nowMs: NOW },
  looked_vanished: { type: 'looked', found: { kind: 'not_sent', reason: 'draft_vanished' }, nowMs: NOW },
  looked_held: { type: 'looked', found: { kind: 'held', reason: 'paused', untilMs: NOW + 1 }, nowMs: NOW },
  settled_unknown: { type: 'settled', outcome: { kind: 'unknown' }, nowMs: NOW },
  mark_sent: { type: 'resolve', action: { kind: 'mark_sent', messageId: 'm', threadId: null }, nowMs: NOW },
  retry_alive: {
    type: 'resolve',
    action: { kind: 'retry', keyAlive: true, acceptDuplicateRisk: false },
    nowMs: NOW,
  },
  retry_expired: {
    type: 'resolve',
    action: { kind: 'retry', keyAlive: false, acceptDuplicateRisk: false },
    nowMs: NOW,
  },
  retry_risky: { type: 'resolve', action: { kind: 'retry', keyAlive: false, acceptDuplicateRisk: true }, nowMs: NOW },
  give_up: { type: 'resolve', action: { kind: 'give_up' }, nowMs: NOW },
} satisfies Record<string, DraftEvent>;
type EventName = keyof typeof EVENTS;

const RESOLVES: EventName[] = ['mark_sent', 'retry_alive', 'retry_expired', 'retry_risky', 'give_up'];
const SETTLED = (Object.keys(EVENTS) as EventName[]).filter((name) => name.startsWith('settled'));
const LOOKED = (Object.keys(EVENTS) as EventName[]).filter((name) => name.startsWith('looked'));
const COMPOSED: EventName[] = ['composed', 'composed_blocked', 'compose_failed'];
const COMMANDS: EventName[] = [
  'approve',
  'reject',
  'request_changes',
  'revoke',
  'edit',
  'reschedule',
  'withdraw',
  'cancel',
];

type Row = Partial<Record<EventName, string>>;
const all = (names: EventName[], answer: string): Row => Object.fromEntries(names.map((name) => [name, answer]));
const NOT_WORKING: Row = {
  ...all(COMPOSED, '!not_ready'),
  ...all([...SETTLED, ...RESOLVES], '!nothing_to_resolve'),
  ...all(LOOKED, '!not_ready'),
  expire: '!not_ready',
  remind: '!not_ready',
  escalate: '!not_ready',
  send_started: '!not_approved',
};
const ENDED: Row = { ...NOT_WORKING, ...all(COMMANDS, '!already_ended') };
const LOCKED: Row = { ...NOT_WORKING, ...all(COMMANDS, '!locked_sending') };
const OPEN: Row = { ...NOT_WORKING, reschedule: 'same', withdraw: 'withdrawn', cancel: 'cancelled' };

const SEEN_IN_REVIEW: Row = { looked_suppressed: 'same', looked_held: 'same', looked_vanished: 'composing' };

/** What becomes of each state at each event: the next state, `same`, or `!` and the code of the refusal. */
const TABLE: Record<DraftStatus, Row> = {
  composing: {
    ...OPEN,
    composed: 'in_review',
    composed_blocked: 'changes_requested',
    compose_failed: 'in_review',
    approve: '!not_in_review',
    reject: '!not_in_review',
    request_changes: '!not_in_review',
    revoke: '!not_approved',
    edit: '!stale_revision',
  },
  in_review: {
    ...OPEN,
    ...SEEN_IN_REVIEW,
    approve: 'scheduled',
    reject: 'rejected',
    request_changes: 'changes_requested',
    revoke: '!not_approved',
    edit: 'composing',
    expire: 'expired',
    remind: 'same',
    escalate: 'same',
  },
  changes_requested: {
    ...OPEN,
    ...SEEN_IN_REVIEW,
    approve: '!not_in_review',
    reject: 'rejected',
    request_changes: 'changes_requested',
    revoke: '!not_approved',
    edit: 'composing',
    expire: 'expired',
  },
  scheduled: {
    ...OPEN,
    looked_fine: 'same',
    looked_suppressed: 'in_review',
    looked_held: 'same',
    looked_vanished: 'composing',
    approve: '!already_decided',
    reject: '!already_decided',
    request_changes: '!already_decided',
    revoke: 'in_review',
    edit: 'composing',
    send_started: 'sending',
  },
  sending: {
    ...LOCKED,
    settled_sent: 'sent',
    settled_refused: 'in_review',
    settled_changed: 'composing',
    settled_send_at: 'composing',
    settled_vanished: 'composing',
    settled_not_due: 'scheduled',
    settled_held: 'scheduled',
    settled_drop: 'composing',
    settled_unknown: 'needs_attention',
  },
  needs_attention: {
    ...LOCKED,
    mark_sent: 'sent',
    retry_alive: 'sending',
    retry_expired: '!duplicate_risk',
    retry_risky: 'composing',
    give_up: 'failed',
  },
  sent: ENDED,
  rejected: ENDED,
  withdrawn: ENDED,
  cancelled: ENDED,
  expired: ENDED,
  failed: ENDED,
};

describe.each(DRAFT_STATUSES)('a draft in %s', (status) => {
  it.each(Object.keys(EVENTS) as EventName[])('at %s', (name) => {
    const expected = TABLE[status][name];
    if (expected === undefined) throw new Error(`the table says nothing of ${name} in ${status}`);
    const result = transition(STATES[status], EVENTS[name]);
    const actual = result.ok ? result.state.status : `!${result.code}`;
    expect(actual).toBe(expected === 'same' ? status : expected);
  });
});

describe('details of the lifecycle', () => {
  const review = STATES.in_review;
  const code = (state: DraftState, event: DraftEvent) => {
    const result = transition(state, event);
    return result.ok ? result.state.status : result.code;
  };

  it('an approval must name this revision, this digest, and come from somebody who may', () => {
    expect(code(review, { ...EVENTS.approve, revision: 0 })).toBe('stale_revision');
    expect(code(review, { ...EVENTS.approve, digest: 'd0' })).toBe('digest_mismatch');
    expect(code({ ...review, blocked: true }, EVENTS.approve)).toBe('blocked_by_checks');
    expect(code(review, { ...EVENTS.approve, by: { id: 'a', kind: 'agent', groups: [] } })).toBe('agent_approval');
    expect(code(review, { ...EVENTS.approve, created: true })).toBe('self_approval');
    expect(code({ ...review, authorId: PERSON_ID }, EVENTS.approve)).toBe('own_revision');
    const lenient = { ...PLAIN_REVIEW, creatorMayApprove: true, editorMayApprove: true };
    const own = { ...review, authorId: PERSON_ID, oversight: lenient };
    expect(code(own, { ...EVENTS.approve, created: true })).toBe('scheduled');
  });

  it('nothing is due that is held, and nothing goes before its hold is over', () => {
    const { scheduled } = STATES;
    expect(code({ ...scheduled, schedule: { kind: 'held' } }, EVENTS.send_started)).toBe('not_ready');
    expect(code({ ...scheduled, dueAtMs: null }, EVENTS.send_started)).toBe('not_ready');
    expect(code({ ...scheduled, dueAtMs: NOW + 1 }, EVENTS.send_started)).toBe('not_ready');
    expect(code({ ...scheduled, holdUntilMs: NOW + 1 }, EVENTS.send_started)).toBe('not_ready');
    expect(code({ ...scheduled, digest: 'd0' }, EVENTS.send_started)).toBe('not_approved');
  });

  it('a check that holds an approved draft back keeps the approval, and its end lets it go', () => {
    const held = transition(STATES.sending, EVENTS.settled_held);
    if (!held.ok) throw new Error(held.code);
    expect(held.state).toMatchObject({ reason: 'paused', approvals: [APPROVAL] });
    expect(code(held.state, EVENTS.send_started)).toBe('not_ready');
    const seen = transition(held.state, EVENTS.looked_fine);
    if (!seen.ok) throw new Error(seen.code);
    expect(seen.state).toMatchObject({ reason: null, notBeforeMs: null });
    expect(code(seen.state, EVENTS.send_started)).toBe('sending');
  });

  it('a place in the queue for the limits is not lost by a look', () => {
    const waiting = { ...STATES.scheduled, reason: 'rate_limited' as const, notBeforeMs: NOW + 5 };
    expect(code(waiting, EVENTS.looked_fine)).toBe('not_ready');
  });

  it('a suppression is told to reviewers, and its end takes the reason away', () => {
    const told = transition(review, EVENTS.looked_suppressed);
    if (!told.ok) throw new Error(told.code);
    expect(told.state).toMatchObject({ status: 'in_review', reason: 'recipient_suppressed' });
    const gone = transition(told.state, EVENTS.looked_fine);
    expect(gone.ok && gone.state.reason).toBe(null);
  });

  it('an approval given with a time is of that time alone', () => {
    const { scheduled } = STATES;
    const timed = { ...EVENTS.approve, schedule: { kind: 'held' as const } };
    expect(code(review, timed)).toBe('stale_schedule');
    expect(code({ ...review, schedule: { kind: 'held' } }, timed)).toBe('scheduled');
    const approvals = [{ ...APPROVAL, schedule: { kind: 'now' as const } }];
    expect(code({ ...scheduled, approvals }, EVENTS.reschedule)).toBe('in_review');
  });

  it('where several are to approve, each counts once, and it leaves with the last', () => {
    const needs = [
      { group: 'finance', count: 1 },
      { group: null, count: 1 },
    ];
    const two = { ...review, oversight: { ...PLAIN_REVIEW, needs } };
    const first = transition(two, EVENTS.approve);
    if (!first.ok) throw new Error(first.code);
    expect(first.state).toMatchObject({ status: 'in_review', approvals: [{ by: { id: PERSON_ID } }] });
    expect(approvalsMissing(first.state)).toEqual([{ group: 'finance', count: 1 }]);
    expect(code(first.state, EVENTS.approve)).toBe('already_approved');
    expect(code(first.state, EVENTS.send_started)).toBe('not_approved');
    const other = { ...EVENTS.approve, by: { id: 'key_other', kind: 'person' as const, groups: [] } };
    const notFinance = transition(first.state, other);
    expect(notFinance.ok && notFinance.state.status).toBe('in_review');
    const finance = transition(first.state, { ...other, by: { ...other.by, groups: ['finance'] } });
    expect(finance.ok && finance.state.status).toBe('scheduled');
    const revoked = transition(first.state, EVENTS.revoke);
    expect(revoked.ok && revoked.state.approvals).toEqual([]);
  });

  it('a review reminds and escalates once each, begins anew when sent back, and stops when nobody is asked', () => {
    const times = { remindAfterMs: 5, escalateAfterMs: 9, escalateTo: 'leads' };
    const composed = transition(STATES.composing, { ...EVENTS.composed, oversight: { ...PLAIN_REVIEW, times } });
    if (!composed.ok) throw new Error(composed.code);
    expect(composed.state).toMatchObject({ remindAtMs: NOW + 5, escalateAtMs: NOW + 9 });
    expect(code(composed.state, EVENTS.remind)).toBe('not_ready');
    const reminded = transition(composed.state, { type: 'remind', nowMs: NOW + 5 });
    if (!reminded.ok) throw new Error(reminded.code);
    expect(reminded.state).toMatchObject({ status: 'in_review', remindAtMs: null, escalateAtMs: NOW + 9 });
    const approved = transition(reminded.state, { ...EVENTS.approve, revision: 2, digest: 'd2' });
    if (!approved.ok) throw new Error(approved.code);
    expect(approved.state).toMatchObject({ remindAtMs: null, escalateAtMs: null });
    const back = transition(approved.state, { type: 'revoke', revision: 2, nowMs: NOW + 20 });
    expect(back.ok && back.state).toMatchObject({ remindAtMs: NOW + 25, escalateAtMs: NOW + 29 });
  });

  it('news of a newer mail takes approvals away, and nobody counts as having seen it', () => {
    const found = { kind: 'not_sent', reason: 'newer_inbound', threadSeen: 'm2' } as const;
    const half = { ...review, approvals: [APPROVAL], threadSeen: 'm1' };
    const told = transition(half, { type: 'looked', found, nowMs: NOW });
    expect(told.ok && told.state).toMatchObject({ status: 'in_review', approvals: [], threadSeen: 'm1' });
  });

  it('an approval says which message its giver had on screen; of several, only what all of them had counts as seen', () => {
    const told = { ...review, threadSeen: 'm1' };
    const silent = transition(told, EVENTS.approve);
    expect(silent.ok && silent.state.threadSeen).toBe('m1');
    const seen = transition(told, { ...EVENTS.approve, threadSeen: 'm2' });
    expect(seen.ok && seen.state).toMatchObject({ status: 'scheduled', threadSeen: 'm2' });
    const two = { ...told, oversight: { ...PLAIN_REVIEW, needs: [{ group: null, count: 2 }] } };
    const other = { ...APPROVAL.by, id: 'person-2' };
    const both = (first: string | undefined, second: string | undefined) => {
      const half = transition(two, { ...EVENTS.approve, ...(first && { threadSeen: first }) });
      const full =
        half.ok && transition(half.state, { ...EVENTS.approve, by: other, ...(second && { threadSeen: second }) });
      return full !== false && full.ok ? [full.state.status, full.state.threadSeen] : null;
    };
    expect(both('m2', 'm2')).toEqual(['scheduled', 'm2']);
    expect(both(undefined, 'm2')).toEqual(['scheduled', 'm1']);
    expect(both('m2', undefined)).toEqual(['scheduled', 'm1']);
    expect(both('m2', 'm3')).toEqual(['scheduled', 'm1']);
  });

  it('a rule that refuses later ends a draft in review, too', () => {
    const refuses = { ...PLAIN_REVIEW, kind: 'refuse' as const, rule: 'late' };
    const refused = transition(review, { type: 'overseen', oversight: refuses, nowMs: 0 });
    expect(refused.ok && refused.state).toMatchObject({ status: 'rejected', reason: 'policy_refused' });
  });

  it('asked again, the rules may want more of what is approved; what people approved stays', () => {
    const two = { ...PLAIN_REVIEW, needs: [{ group: null, count: 2 }] };
    const approved = STATES.scheduled;
    const more = transition(approved, { type: 'overseen', oversight: two, nowMs: NOW });
    expect(more.ok && more.state).toMatchObject({
      status: 'in_review',
      reason: 'policy_changed',
      approvals: [APPROVAL],
    });
    const half = { ...review, approvals: [APPROVAL], oversight: two };
    const less = transition(half, { type: 'overseen', oversight: PLAIN_REVIEW, nowMs: NOW });
    expect(less.ok && less.state).toMatchObject({ status: 'scheduled', approvals: [APPROVAL], holdUntilMs: NOW });
    const enough = transition(approved, { type: 'overseen', oversight: { ...PLAIN_REVIEW, rule: 'r' }, nowMs: NOW });
    expect(enough.ok && enough.state).toMatchObject({ status: 'scheduled', oversight: { rule: 'r' } });
    const byPolicy = {
      ...approved,
      approvals: [{ ...APPROVAL, by: { id: 'policy:x', kind: 'policy' as const, groups: [] } }],
    };
    const no = transition(byPolicy, { type: 'overseen', oversight: PLAIN_REVIEW, nowMs: NOW });
    expect(no.ok && no.state).toMatchObject({ status: 'in_review', reason: 'policy_changed', approvals: [] });
    const refused = transition(approved, {
      type: 'overseen',
      oversight: { ...PLAIN_REVIEW, kind: 'refuse' },
      nowMs: NOW,
    });
    expect(refused.ok && refused.state).toMatchObject({ status: 'in_review', reason: 'policy_refused', approvals: [] });
  });

  it('is composed anew only from its recipe, and not over what people wrote or approved', () => {
    const made = { ...review, source: 'recipe' as const };
    const anew = { type: 'recompose', revision: 1, commentRef: null } as const;
    const composing = transition(made, anew);
    expect(composing.ok && composing.state).toMatchObject({ status: 'composing', round: 0, steppedIn: false });
    expect(code(review, anew)).toBe('no_recipe');
    expect(code({ ...made, authorId: PERSON_ID }, anew)).toBe('edited_by_hand');
    expect(code({ ...STATES.scheduled, source: 'recipe' }, anew)).toBe('already_decided');
    expect(code(made, { ...anew, revision: 0 })).toBe('stale_revision');
    const told = transition(made, { ...anew, commentRef: 'c' });
    expect(told.ok && told.state.steppedIn).toBe(true);
    if (!composing.ok) throw new Error('it composes');
    // The same email again is what was asked for.
    const composed = { ...EVENTS.composed, digest: 'd1' } as const;
    expect(code(composing.state, composed)).toBe('in_review');
  });

  it('a bare signal counts only where one approval is enough', () => {
    const by = { id: 'unverified:a', kind: 'unverified' as const, groups: [] };
    expect(code(review, { ...EVENTS.approve, by })).toBe('scheduled');
    const two = { ...review, oversight: { ...PLAIN_REVIEW, needs: [{ group: null, count: 2 }] } };
    expect(code(two, { ...EVENTS.approve, by })).toBe('unverified_signal');
  });

  it('writing a revision again does not make it somebody else’s', () => {
    for (const task of [
      { kind: 'restore', reason: 'draft_vanished' },
      { kind: 'drop', reason: 'recipient_suppressed' },
    ] as const) {
      const composing = { ...STATES.composing, authorId: PERSON_ID, task };
      const again = transition(composing, EVENTS.composed);
      expect(again.ok && again.state.authorId).toBe(PERSON_ID);
    }
  });

  it('that it left from outside outlasts edits, looks and half an approval, and leaves the rest to people', () => {
    const restoring = { ...STATES.composing, task: { kind: 'restore', reason: 'draft_vanished' } as const };
    const told = transition(restoring, { ...EVENTS.composed, sentOutside: true });
    if (!told.ok) throw new Error(told.code);
    expect(told.state).toMatchObject({ status: 'in_review', reason: 'sent_outside', steppedIn: true, approvals: [] });
    const looked = transition(told.state, EVENTS.looked_suppressed);
    expect(looked.ok && looked.state.reason).toBe('sent_outside');
    const edited = transition(told.state, { ...EVENTS.edit, baseRevision: told.state.revision });
    const written = edited.ok && transition(edited.state, { ...EVENTS.composed, digest: 'd3' });
    expect(written !== false && written.ok && written.state).toMatchObject({ reason: 'sent_outside', steppedIn: true });
    const two = { ...told.state, oversight: { ...PLAIN_REVIEW, needs: [{ group: null, count: 2 }] } };
    const { revision } = two;
    const half = transition(two, { ...EVENTS.approve, revision, digest: 'd2' });
    expect(half.ok && half.state).toMatchObject({ status: 'in_review', reason: 'sent_outside' });
  });

  describe('that it left from outside is what people read again', () => {
    const told = { sentOutside: true, reason: 'sent_outside', steppedIn: true } as const;
    const waiting = { ...review, ...told };
    const approvals = [APPROVAL];
    const approved = { ...STATES.scheduled, ...told, reason: null };
    const sending = { ...STATES.sending, ...told, reason: null };
    const vanished = { kind: 'restore', reason: 'draft_vanished' } as const;
    const two = { ...PLAIN_REVIEW, needs: [{ group: null, count: 2 }] };
    const lives: Record<string, [DraftState, ...DraftEvent[]]> = {
      'after a revocation': [approved, EVENTS.revoke],
      'after half an approval was revoked': [{ ...waiting, approvals }, EVENTS.revoke],
      'after half an approval': [{ ...waiting, oversight: two }, EVENTS.approve],
      'when changes are requested': [waiting, EVENTS.request_changes],
      'when changes are requested of its recipe': [
        { ...waiting, source: 'recipe' },
        EVENTS.request_changes,
        EVENTS.composed,
      ],
      'composed anew': [
        { ...waiting, source: 'recipe' },
        { type: 'recompose', revision: 1, commentRef: null },
        EVENTS.composed,
      ],
      'with an edit that the checks block': [waiting, EVENTS.edit, EVENTS.composed_blocked],
      'with the clean edit after that': [
        waiting,
        EVENTS.edit,
        EVENTS.composed_blocked,
        { ...EVENTS.edit, baseRevision: 2 },
        EVENTS.composed,
      ],
      'with an edit that fails': [waiting, EVENTS.edit, EVENTS.compose_failed],
      'when its draft is gone once more': [waiting, EVENTS.looked_vanished, EVENTS.composed],
      'when a look finds a suppression': [waiting, EVENTS.looked_suppressed],
      'when its draft is gone as it is sent': [sending, EVENTS.settled_vanished, EVENTS.composed],
      'when its draft was changed as it is sent': [sending, EVENTS.settled_changed, EVENTS.composed],
      'when its draft has a send time as it is sent': [sending, EVENTS.settled_send_at, EVENTS.composed],
      'when recipients are left out': [sending, EVENTS.settled_drop, EVENTS.composed],
      'when AgentMail refuses it': [sending, EVENTS.settled_refused],
      'approved, and then something comes up': [
        waiting,
        EVENTS.approve,
        { type: 'looked', found: { kind: 'not_sent', reason: 'newer_inbound' }, nowMs: NOW },
      ],
      'approved with its time, which changes': [
        { ...approved, approvals: [{ ...APPROVAL, schedule: { kind: 'now' } }] },
        EVENTS.reschedule,
      ],
      'approved, and the rules ask for more': [approved, { type: 'overseen', oversight: two, nowMs: NOW }],
      'after a retry at somebody’s risk': [
        { ...STATES.needs_attention, ...told, reason: 'outcome_unknown' },
        EVENTS.retry_risky,
        EVENTS.composed,
      ],
      'found in the mailbox while the checks block what replaces it': [
        { ...STATES.composing, task: vanished },
        { ...EVENTS.composed_blocked, sentOutside: true },
      ],
      'known to a state of an earlier version by its reason alone': [
        { ...review, reason: 'sent_outside', steppedIn: true },
        EVENTS.approve,
        EVENTS.revoke,
      ],
    };
    it.each(Object.entries(lives))('%s', (_name, [first, ...events]) => {
      const last = events.reduce((state, event) => {
        const next = transition(state, event);
        if (!next.ok) throw new Error(`${event.type}: ${next.code}`);
        return next.state;
      }, first);
      expect(['in_review', 'changes_requested']).toContain(last.status);
      expect(last).toMatchObject(told);
    });

    it('and no policy approves it', () => {
      const by = { id: 'policy:autonomous', kind: 'policy' as const, groups: [] };
      expect(code(waiting, { ...EVENTS.approve, by })).toBe('not_ready');
      expect(code(waiting, EVENTS.approve)).toBe('scheduled');
    });
  });

  it('a rule that refuses ends it, and one that monitors lets it go after a hold', () => {
    const refused = transition(STATES.composing, {
      ...EVENTS.composed,
      oversight: { ...PLAIN_REVIEW, kind: 'refuse', rule: 'no-crypto' },
    });
    expect(refused.ok && refused.state).toMatchObject({ status: 'rejected', reason: 'policy_refused' });
    const monitored = { ...review, oversight: { ...PLAIN_REVIEW, kind: 'monitor' as const, holdMs: 5_000 } };
    const by = { id: 'policy:monitor', kind: 'policy' as const, groups: [] };
    const going = transition(monitored, { ...EVENTS.approve, by });
    expect(going.ok && going.state).toMatchObject({ status: 'scheduled', holdUntilMs: NOW + 5_000 });
  });

  it('a recipe recomposes a bounded number of times, then waits', () => {
    let state: DraftState = { ...review, source: 'recipe' };
    for (let round = 1; round <= 5; round += 1) {
      const asked = transition(state, { ...EVENTS.request_changes, revision: state.revision });
      if (!asked.ok) throw new Error(asked.code);
      expect(asked.state).toMatchObject({ status: 'composing', round, task: { kind: 'recompose' } });
      const done = transition(asked.state, EVENTS.composed);
      if (!done.ok) throw new Error(done.code);
      state = done.state;
    }
    expect(code(state, { ...EVENTS.request_changes, revision: state.revision })).toBe('changes_requested');
  });

  it('a first composition that fails ends the draft, a later one leaves the last revision', () => {
    expect(code(freshState(), EVENTS.compose_failed)).toBe('failed');
    expect(code(freshState(), EVENTS.edit)).toBe('not_ready');
    const blocked = { ...STATES.composing, blocked: true };
    expect(code(blocked, EVENTS.compose_failed)).toBe('changes_requested');
  });
});
