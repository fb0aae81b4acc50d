import { describe, expect, test } from 'vitest';
import { changesOf, htmlOf, recipientsOf, startEdit } from '../../dashboard/src/act/local-edit.ts';
import { reviewWords } from '../../dashboard/src/draft/review-words.ts';
import { overdue } from '../../dashboard/src/lib/late.ts';
import { quietCss } from '../../dashboard/src/lib/mail-css.ts';
import { linkOf, linksInText } from '../../dashboard/src/lib/mail-links.ts';
import { quietMarkup } from '../../dashboard/src/lib/mail-markup.ts';
import { belongs, VIEW_IDS, VIEWS } from '../../dashboard/src/lib/views.ts';
import { WEEKDAYS } from '../../dashboard/src/lib/weekdays.ts';
import { urgencyWords } from '../../dashboard/src/lib/words.ts';
import { firstOpening, instantOf } from '../../dashboard/src/lib/zoned.ts';
import { deviceOf } from '../../dashboard/src/settings/device.ts';
import type { ConditionView, PolicyExplanation } from '../../src/api/schemas/index.ts';
import { WEEKDAYS as CONTRACT_WEEKDAYS, type Schedule } from '../../src/domain/schedule.ts';
import { DRAFT_STATUSES } from '../../src/domain/state.ts';

describe('style sheets load nothing', () => {
  test.each([
    '@import url("https://a.example/x.css"); p{color:red}',
    '@import "https://a.example/x.css"',
    'p{background:url(https://a.example/x.png)}',
    'p{background:u\\72l(https://a.example/x.png)}',
    'p{background:u\\000072 l("https://a.example/x.png")}',
    "p{background:ur/**/l(https://a.example)}p{background:url( '//a.example/x' )}",
    'p{background:image-set("https://a.example/x.png" 1x)}',
    '@font-face{font-family:x;src:url(https://a.example/x.woff)}',
    'p{background:URL(https://a.example/unclosed',
  ])('%s', (css) => {
    expect(quietCss(css)).not.toMatch(/url\s*\(|image-set\s*\(|@import|@font-face/i);
  });

  test('what stays: plain rules and embedded images', () => {
    const css = 'p{color:#123;background:url(data:image/png;base64,AAAA)}';
    expect(quietCss(css)).toBe(css);
  });
});

test('handlers are taken out of tags, and nothing out of the text', () => {
  expect(quietMarkup('<img src=x onerror="a()"/onload=b()> one=1 <b title="on time=1">on=2</b><base href=x>')).toBe(
    '<img src=x data-off="a()"/data-off=b()> one=1 <b title="on time=1">on=2</b><x-base href=x>',
  );
});

describe('links are told by their target', () => {
  test.each([
    ['mybank.example', 'https://evil.example/', true],
    ['https://www.mybank.example/login', 'https://mybank.example.evil.example/', true],
    ['www.shop.example', 'https://shop.example/x', false],
    ['shop.example', 'https://pay.shop.example/x', false],
    ['Click here', 'https://evil.example/', false],
    ['аpple.example', 'https://apple.example/', true],
  ])('%s → %s', (text, target, misleading) => {
    expect(linkOf(text, target)?.misleading).toBe(misleading);
  });

  test('look-alike letters show; scripts are no links', () => {
    expect(linkOf('apple', 'https://аpple.example/')?.target).toBe('https://xn--pple-43d.example/');
    expect(linkOf('x', 'javascript:alert(1)')).toBeNull();
    expect(linksInText('See https://a.example/x?y=1. And (https://b.example/).').map(({ target }) => target)).toEqual([
      'https://a.example/x?y=1',
      'https://b.example/',
    ]);
  });
});

describe('edits', () => {
  test('recipients are read one a line, or separated, with commas inside quoted names', () => {
    expect(recipientsOf('"Beck, Jo" <jo@beck.example>\nana@example.com; x@y.example, z@y.example\n')).toEqual([
      '"Beck, Jo" <jo@beck.example>',
      'ana@example.com',
      'x@y.example',
      'z@y.example',
    ]);
  });

  test('only what differs is sent', () => {
    const content = {
      to: ['a@b.example'],
      cc: [],
      bcc: [],
      replyTo: [],
      subject: 's',
      text: 't',
      html: '',
      attachments: [],
      reply: null,
    };
    const author = { id: 'a', name: 'A' };
    const base = {
      draftId: 'd',
      revision: 1,
      digest: 'x',
      content,
      warnings: [],
      author,
      origin: 'composed',
      createdAt: '',
    } as const;
    const revision = { ...base, warnings: [], content: { ...content, to: [...content.to] } };
    expect(changesOf(startEdit(revision), revision)).toBeNull();
    expect(changesOf({ ...startEdit(revision), text: 'new' }, revision)).toEqual({ text: 'new' });
  });

  test('text becomes HTML without becoming markup', () => {
    expect(htmlOf('a <b>\nhttps://x.example/?a=1&b=2\n\nc')).toBe(
      '<p>a &lt;b&gt;<br>\n<a href="https://x.example/?a=1&amp;b=2">https://x.example/?a=1&amp;b=2</a></p>\n<p>c</p>',
    );
  });
});

describe('time', () => {
  test('a local time is an instant of its zone, also around a change of clocks', () => {
    expect(instantOf('2026-11-23', '09:00', 'Europe/Berlin')).toBe('2026-11-23T08:00:00.000Z');
    expect(instantOf('2026-03-29', '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
    expect(instantOf('', '09:00', 'Europe/Berlin')).toBeNull();
  });

  test('office hours open on the next chosen day', () => {
    const hours = { timeZone: 'Europe/Berlin', days: ['mon'], from: '09:00', to: '17:00' } as const;
    const sunday = Date.parse('2026-11-22T12:00:00Z');
    expect(firstOpening(hours, sunday)).toBe('2026-11-23T08:00:00.000Z');
    expect(firstOpening(hours, Date.parse('2026-11-23T10:00:00Z'))).toBe('2026-11-23T10:00:00.000Z');
    expect(firstOpening(hours, Date.parse('2026-11-23T16:30:00Z'))).toBe('2026-11-30T08:00:00.000Z');
  });

  test('weekdays are those of the contract', () => {
    expect(WEEKDAYS).toEqual(CONTRACT_WEEKDAYS);
  });
});

test('every status but composing has a view of its own beside All', () => {
  const narrow = VIEW_IDS.filter((id) => VIEWS[id].statuses.length > 0);
  for (const status of DRAFT_STATUSES) {
    expect(
      narrow.filter((id) => !VIEWS[id].assignee && !VIEWS[id].needsMe && !VIEWS[id].dueWithinMs && belongs(id, status)),
      status,
    ).toHaveLength(status === 'composing' ? 0 : 1);
  }
});

describe('late is what missed a time it was given', () => {
  const nowMs = Date.parse('2026-11-26T12:00:00Z');
  const past = '2026-11-26T09:00:00Z';
  const draft = { status: 'in_review', schedule: { kind: 'now' }, dueAt: past, holdUntil: null } as const;
  const at = { kind: 'at', at: past } as const;
  const window: Schedule = { kind: 'window', timeZone: 'UTC', days: ['mon'], from: '09:00', to: '17:00' };
  test.each([
    ['asked to go as soon as it is approved', draft, false],
    ['asked to go in office hours', { ...draft, schedule: window }, false],
    ['asked to go three hours ago', { ...draft, schedule: at }, true],
    ['asked to go, and ended', { ...draft, schedule: at, status: 'rejected' }, false],
    ['approved three hours ago', { ...draft, status: 'scheduled' }, true],
    ['approved, and can still be undone', { ...draft, status: 'scheduled', holdUntil: '2026-11-26T12:00:05Z' }, false],
    ['approved this moment', { ...draft, status: 'scheduled', holdUntil: '2026-11-26T11:59:58Z' }, false],
    ['without a time', { ...draft, schedule: { kind: 'held' }, dueAt: null }, false],
  ] as const)('%s', (_, given, late) => {
    expect(overdue(given, nowMs)).toBe(late);
  });
});

test('what is as urgent as usual says nothing of it', () => {
  expect([1, 2, 3, 4, 5].map((urgency) => urgencyWords({ urgency })?.word)).toEqual([
    ...['Urgent', 'High priority', undefined, 'Low priority', 'Lowest priority'],
  ]);
});

describe('what the rules said of a draft', () => {
  const leaf = (met: boolean, asked: string, saw: string): ConditionView => ({
    ...{ kind: 'amount', met, asked, saw, parts: [] },
  });
  const said = (change: Partial<PolicyExplanation>): PolicyExplanation => ({
    ...{ at: '2026-11-23T09:30:00.000Z', mode: 'review_all', version: 3, outcome: 'review', rule: null },
    ...{ why: 'Its inbox reviews all: one approval.', needs: [{ group: null, count: 1 }], holdMs: 0, undoMs: 0 },
    ...{ editorMayApprove: false, creatorMayApprove: false, replyApproval: false, route: null, priority: null },
    times: { remindAfterMs: null, escalateAfterMs: null, escalateTo: null },
    rules: [],
    ...change,
  });
  const waits = { status: 'in_review', reviewDeadline: null } as const;

  test('nothing where everything of the inbox is reviewed', () => {
    expect(reviewWords(said({ rules: [{ rule: 'vip', fits: false, seen: leaf(false, 'a', 'b') }] }), waits)).toBeNull();
  });

  test('the rule that fits, what of it held, whose approvals, and when others are asked', () => {
    const large = leaf(true, 'an amount of at least 100', 'the largest is 250');
    const any = { ...leaf(true, '', ''), kind: 'any', parts: [leaf(false, 'category: refund', 'receipt'), large] };
    const not = { ...leaf(true, '', ''), kind: 'not', parts: [leaf(false, 'thread: reply', 'new')] };
    const words = reviewWords(
      said({
        rule: 'large',
        needs: [{ group: 'finance', count: 2 }],
        route: { inTurn: 'finance' },
        times: { remindAfterMs: 3_600_000, escalateAfterMs: 86_400_000, escalateTo: 'managers' },
        rules: [
          { rule: 'vip', fits: false, seen: leaf(false, 'a', 'b') },
          { rule: 'large', fits: true, seen: { ...leaf(true, '', ''), kind: 'all', parts: [any, not] } },
        ],
      }),
      { ...waits, reviewDeadline: '2026-11-30T09:30:00.000Z' },
    );
    const facts = Object.fromEntries(words?.facts.map(({ name, lines }) => [name, lines]) ?? []);
    expect(facts['Rules, version 3']).toEqual([
      'large fits: an amount of at least 100 (here: the largest is 250)',
      'and not thread: reply (here: new)',
      'Asked, and did not fit: vip',
    ]);
    expect(facts.Approvals).toEqual(['2 approvals of the group finance']);
    expect(facts['Asked first']).toEqual(['people of finance in turn']);
    expect(facts.Times).toEqual([
      'Reminds after 1 hour',
      'Asks managers as well after 1 day',
      expect.stringMatching(/^Expires unsent on .*2026.* if nobody decides$/),
    ]);
  });

  test('a draft that needs nobody is not said to be reviewed', () => {
    const words = reviewWords(said({ mode: 'autonomous', outcome: 'auto', version: null }), waits);
    expect(words?.title).toBe('What the rules say');
    expect(words?.facts.map(({ name }) => name)).toEqual(['Inbox']);
  });
});

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0', 'Edge on Windows'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['curl/8.5.0', 'An unknown device'],
  [null, 'An unknown device'],
])('a browser is told by what it says of itself: %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device);
});
