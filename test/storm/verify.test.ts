import { describe, expect, it } from 'vitest';
import { type Entry, Ledger, type Pause, printOf } from '../../bench/storm/ledger.ts';
import { planStorm } from '../../bench/storm/plan.ts';
import { badCounts, type Shown, verify } from '../../bench/storm/verify.ts';
import type { OutboxRecord } from '../../emulator/state/records.ts';
import type { Draft, DraftEventView } from '../../src/client/index.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const iso = (ms: number) => new Date(ms).toISOString();
const MAIL = {
  to: ['d000000@people.example'],
  cc: [],
  bcc: [],
  subject: 'Storm',
  text: 'Hello',
  html: '',
  attachments: [],
};

const message = (change: Partial<OutboxRecord> = {}): OutboxRecord => ({
  ...MAIL,
  seq: 1,
  acceptedAt: iso(AT),
  inboxId: 'storm-0@countersign.test',
  threadId: 'thread',
  messageId: '<one@test>',
  labels: [],
  idempotencyKey: 'send.r1',
  route: 'draft_send',
  ...change,
});

const draft: Draft = {
  ...{ id: 'draft-0', status: 'sent', source: 'content', recipe: null, inboxId: 'storm-0@countersign.test' },
  ...{ inboxMode: 'review_all', subject: 'Storm', recipients: [], revision: 1, digest: null, blocked: false },
  ...{ warningCount: 0, reason: null, schedule: { kind: 'now' }, dueAt: null, holdUntil: null, reviewDeadline: null },
  ...{ approvedBy: null, messageId: null, threadId: null, createdBy: { id: 'agent', name: 'agent' } },
  ...{ createdAt: iso(AT), updatedAt: iso(AT), details: null, engine: 'recorded', current: null, approval: null },
  ...{ actions: [], holdMs: 0, reviewTimeoutMs: 0, providerDraftId: null, temporalUrl: null },
  ...{
    category: 'transactional',
    batchId: null,
    priority: 3,
    urgency: 3,
    escalated: false,
    approvals: [],
    approvalsMissing: [],
    notBefore: null,
  },
  ...{ waitingSince: null, assignee: null, routing: null, paused: null, cannotApprove: null, found: null },
  ...{ rejection: null },
};

const event = (type: DraftEventView['type'], atMs: number, data: DraftEventView['data'] = {}): DraftEventView => ({
  ...{
    id: type,
    draftId: 'draft-0',
    actor: null,
    via: null,
    summary: '',
    comment: null,
    digest: null,
    commandId: null,
  },
  ...{ type, at: iso(atMs), revision: 1, data },
});

const EVENTS = [event('approved', AT - 2_000), event('send_attempted', AT - 100)];

interface Case {
  entry?: Partial<Entry>;
  draft?: Partial<Draft>;
  messages?: OutboxRecord[];
  deletedOutside?: string[];
  pauses?: Pause[];
  events?: DraftEventView[];
}

function judged({
  entry = {},
  draft: change = {},
  messages = [message()],
  deletedOutside = [],
  pauses = [],
  events = EVENTS,
}: Case) {
  const [planned] = planStorm({ drafts: 1, seed: 1, maxDelayMs: 10_000 }).drafts;
  if (!planned) throw new Error('no draft was planned');
  const ledger = new Ledger([{ ...planned, autonomous: false, inbox: 'storm-0@countersign.test', fate: 'approve' }]);
  const accepted = [{ revision: 1, digest: 'd', print: printOf(MAIL) }];
  const entries = ledger.entries.map((one) => ({ ...one, id: 'draft-0', accepted, touched: true, ...entry }));
  const shown = new Map<number, Shown>([[0, { draft: { ...draft, ...change }, events, revision: null }]]);
  const findings = verify(entries, shown, { outbox: messages, deletedOutside: new Set(deletedOutside) }, pauses);
  const bad = Object.entries(badCounts(findings)).filter(([, count]) => count > 0);
  return {
    ...{ bad: Object.fromEntries(bad), tried: findings.tried },
    ...{ sentOnce: findings.sentOnce, unsent: findings.endedUnsent },
  };
}

const UNAPPROVED = 'sent without approval of that content';

describe('what the storm calls bad', () => {
  it('nothing, where the approved email left once', () => {
    expect(judged({})).toMatchObject({ bad: {}, sentOnce: 1, unsent: 0 });
    const unsent = judged({ entry: { deniedAtMs: AT }, draft: { status: 'rejected' }, messages: [] });
    expect(unsent).toMatchObject({ bad: {}, sentOnce: 0, unsent: 1 });
  });

  const cases: [string, Case, Record<string, number>][] = [
    ['two messages', { messages: [message(), message({ seq: 2 })] }, { duplicates: 1 }],
    ['sent, they say, and nothing left', { messages: [] }, { lost: 1 }],
    ['approved, and it failed', { messages: [], draft: { status: 'failed' } }, { lost: 1 }],
    ['other words than approved', { messages: [message({ text: 'Hello!' })] }, { [UNAPPROVED]: 1 }],
    ['another recipient', { messages: [message({ bcc: ['eve@elsewhere.example'] })] }, { [UNAPPROVED]: 1 }],
    ['an earlier revision', { messages: [message({ idempotencyKey: 'send.r2' })] }, { [UNAPPROVED]: 1 }],
    ['nobody approved it', { entry: { accepted: [] } }, { [UNAPPROVED]: 1 }],
    ['rejected, and it left', { entry: { deniedAtMs: AT - 9 }, draft: { status: 'rejected' } }, { [UNAPPROVED]: 2 }],
    ['mail of no draft', { messages: [message(), message({ to: ['eve@elsewhere.example'] })] }, { [UNAPPROVED]: 1 }],
    [
      'suppressed two seconds before it was checked',
      { entry: { suppressedAtMs: AT - 2_100 } },
      { 'sent to suppressed': 1 },
    ],
    ['suppressed while it was on its way', { entry: { suppressedAtMs: AT - 50 } }, {}],
    ['suppressed long before', { entry: { suppressedAtMs: AT - 60_000 } }, { 'sent to suppressed': 1 }],
    ['before its time', { draft: { dueAt: iso(AT + 1) } }, { 'sent early': 1 }],
    ['still waiting', { draft: { status: 'sending' }, messages: [] }, { stuck: 1 }],
    [
      'its inbox was paused',
      { pauses: [{ inbox: 'storm-0@countersign.test', fromMs: AT - 60_000, untilMs: AT + 1 }] },
      { 'sent while paused': 1 },
    ],
  ];
  it('a slow request counts as checked when it began, though another was tried meanwhile', () => {
    const slow = [
      event('approved', AT - 60_000),
      event('send_attempted', AT - 22_000),
      event('send_attempted', AT - 900),
    ];
    expect(judged({ entry: { suppressedAtMs: AT - 10_000 }, events: slow }).bad).toEqual({});
    const old = [
      event('approved', AT - 60_000),
      event('send_attempted', AT - 40_000),
      event('send_attempted', AT - 900),
    ];
    expect(judged({ entry: { suppressedAtMs: AT - 10_000 }, events: old }).bad).toEqual({ 'sent to suppressed': 1 });
  });

  it('counts who was ready to leave while suppressed or paused', () => {
    const tried = (given: Case) => judged(given).tried;
    const inbox = 'storm-0@countersign.test';
    expect(tried({})).toEqual({ suppressed: 0, paused: 0 });
    expect(tried({ entry: { suppressedAtMs: AT - 3_100 }, messages: [] })).toEqual({ suppressed: 1, paused: 0 });
    expect(tried({ entry: { suppressedAtMs: AT - 1_000 } })).toEqual({ suppressed: 0, paused: 0 });
    const rejectedSo = { suppressedAtMs: AT - 3_100, deniedAtMs: AT };
    expect(tried({ entry: rejectedSo, draft: { status: 'rejected' }, messages: [] }).suppressed).toBe(1);
    const later = { draft: { dueAt: iso(AT + 60_000) }, messages: [] };
    expect(tried({ ...later, entry: { suppressedAtMs: AT } })).toEqual({ suppressed: 1, paused: 0 });
    const pauses = [{ inbox, fromMs: AT + 50_000, untilMs: AT + 70_000 }];
    expect(tried({ ...later, pauses })).toEqual({ suppressed: 0, paused: 1 });
    expect(tried({ ...later, pauses, entry: { deniedAtMs: AT } })).toEqual({ suppressed: 0, paused: 0 });
  });

  it('a draft deleted in AgentMail before it was adopted is not lost by us, any other that could not be adopted is', () => {
    const reason = { code: 'adopt_failed' as const, message: 'gone' };
    const given: Case = { entry: { agentsDraftId: 'am-1' }, draft: { status: 'failed', reason }, messages: [] };
    expect(judged(given).bad).toEqual({ lost: 1 });
    expect(judged({ ...given, deletedOutside: ['am-2'] }).bad).toEqual({ lost: 1 });
    expect(judged({ ...given, deletedOutside: ['am-1'] })).toMatchObject({ bad: {}, unsent: 1 });
    const failed: Case = { ...given, draft: { status: 'failed' }, deletedOutside: ['am-1'] };
    expect(judged(failed).bad).toEqual({ lost: 1 });
  });

  it.each(cases)('%s', (_name, given, bad) => expect(judged(given).bad).toEqual(bad));
});
