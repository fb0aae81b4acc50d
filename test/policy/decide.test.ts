import { describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { look } from '../../src/domain/policy/conditions.ts';
import { decide } from '../../src/domain/policy/decide.ts';
import { lookupsOf, type PolicyFacts } from '../../src/domain/policy/facts.ts';
import { conditionSchema, NO_RULES, policySchema } from '../../src/domain/policy/schema.ts';
import { factsOf, inboxOf, MONDAY_MS, policyOf } from './samples.ts';

type Input = Parameters<typeof conditionSchema.parse>[0];
const pdf = { contentType: 'application/pdf', extension: 'pdf', size: 1_000 };
const exe = { contentType: 'application/octet-stream', extension: 'exe', size: 9_000 };
const hours = { kind: 'hours', timeZone: 'Europe/Berlin', from: '09:00', to: '17:00' };

/** Condition, what differs from the plain mail, whether it is met. */
const TABLE: [Input, Partial<PolicyFacts>, boolean][] = [
  [{ kind: 'recipient', anyOf: ['Ann <ANN@Example.com>'] }, {}, true],
  [{ kind: 'recipient', anyOf: ['ann+news@example.com'] }, {}, true],
  [{ kind: 'recipient', anyOf: ['ann+other@example.com', 'bo@acme.test'] }, {}, false],
  [{ kind: 'recipient', anyOf: ['ann@example.com'], every: true }, {}, false],
  [{ kind: 'recipient', anyOf: ['ann@example.com', 'bo@EU.acme.test.'], every: true }, {}, true],
  [{ kind: 'recipient', anyOf: ['ann@example.com'], every: true }, { domains: [], recipients: [] }, false],
  [{ kind: 'model', anyOf: ['gpt-x', 'none'] }, {}, true],
  [{ kind: 'model', anyOf: ['gpt-x'] }, {}, false],
  [{ kind: 'model', anyOf: ['gpt-x'] }, { model: 'gpt-x' }, true],
  [{ kind: 'recipient_domain', anyOf: ['example.com'] }, {}, true],
  [{ kind: 'recipient_domain', anyOf: ['acme.test'] }, {}, true],
  [{ kind: 'recipient_domain', anyOf: ['ample.com'] }, {}, false],
  [{ kind: 'recipient_domain', anyOf: ['example.com'], every: true }, {}, false],
  [{ kind: 'recipient_domain', anyOf: ['example.com', 'acme.test'], every: true }, {}, true],
  [{ kind: 'recipient_domain', anyOf: ['example.com'], every: true }, { domains: [] }, false],
  [{ kind: 'external_recipient' }, {}, true],
  [{ kind: 'external_recipient', atLeast: 2 }, {}, false],
  [{ kind: 'external_recipient' }, { domains: ['acme.test', 'eu.acme.test'] }, false],
  [{ kind: 'external_recipient' }, { domains: ['notacme.test'] }, true],
  [{ kind: 'recipient_count', atLeast: 2 }, {}, true],
  [{ kind: 'recipient_count', atLeast: 3 }, {}, false],
  [{ kind: 'recipient_suppressed' }, { suppressed: 1 }, true],
  [{ kind: 'recipient_suppressed' }, {}, false],
  [{ kind: 'recipient_bounced', atLeast: 2 }, { bounced: 1 }, false],
  [{ kind: 'recipient_bounced' }, { bounced: 1 }, true],
  [{ kind: 'first_contact' }, { firstContact: 1 }, true],
  [{ kind: 'first_contact' }, {}, false],
  [{ kind: 'attachments' }, {}, false],
  [{ kind: 'attachments' }, { attachments: [pdf] }, true],
  [{ kind: 'attachments', anyType: ['image/*'] }, { attachments: [pdf] }, false],
  [{ kind: 'attachments', anyType: ['application/*'] }, { attachments: [pdf] }, true],
  [{ kind: 'attachments', anyType: ['.exe', 'image/*'] }, { attachments: [pdf, exe] }, true],
  [{ kind: 'attachments', totalBytesAtLeast: 10_000 }, { attachments: [pdf, exe] }, true],
  [{ kind: 'attachments', totalBytesAtLeast: 10_001 }, { attachments: [pdf, exe] }, false],
  [{ kind: 'attachments', anyType: ['.pdf'], totalBytesAtLeast: 10_000 }, { attachments: [pdf, exe] }, false],
  [{ kind: 'amount', atLeast: 100 }, { amounts: [{ value: 99.99, currency: 'EUR' }] }, false],
  [
    { kind: 'amount', atLeast: 100 },
    {
      amounts: [
        { value: 1, currency: 'EUR' },
        { value: 100, currency: null },
      ],
    },
    true,
  ],
  [{ kind: 'amount', atLeast: 100, currency: 'EUR' }, { amounts: [{ value: 500, currency: 'USD' }] }, false],
  [{ kind: 'amount', atLeast: 100, currency: 'USD' }, { amounts: [{ value: 500, currency: null }] }, true],
  [{ kind: 'amount', atLeast: 0 }, {}, false],
  [{ kind: 'category', anyOf: ['receipt'] }, {}, true],
  [{ kind: 'category', anyOf: ['receipt'] }, { category: null }, false],
  [{ kind: 'recipe', anyOf: ['invoice-reminder'] }, { recipe: 'invoice-reminder' }, true],
  [{ kind: 'source', anyOf: ['adopted'] }, {}, false],
  [{ kind: 'agent', anyOf: ['key_agent'] }, {}, true],
  [{ kind: 'inbox', anyOf: ['sales@acme.test'] }, {}, false],
  [{ kind: 'warnings' }, { warnings: ['unsourced_amount'] }, true],
  [{ kind: 'warnings', codes: ['link_host'] }, { warnings: ['unsourced_amount'] }, false],
  [{ kind: 'warnings', atLeast: 2 }, { warnings: ['a'] }, false],
  [{ kind: 'written_by', anyOf: ['model', 'unknown'] }, {}, true],
  [{ kind: 'written_by', anyOf: ['model'] }, { writtenBy: 'template' }, false],
  [{ kind: 'edit_distance', atLeast: 0.2 }, { changedFromComposed: 0.2 }, true],
  [{ kind: 'edit_distance', atLeast: 0.2 }, { changedFromFirst: 0.9 }, false],
  [{ kind: 'edit_distance', from: 'first', atLeast: 0.2 }, { changedFromFirst: 0.9 }, true],
  [hours, {}, true],
  [{ ...hours, days: ['tue'] }, {}, false],
  [{ ...hours, to: '10:30' }, {}, false],
  [{ ...hours, from: '10:30' }, {}, true],
  [{ ...hours, timeZone: 'America/New_York' }, {}, false],
  [hours, { atMs: MONDAY_MS + 12 * 3_600_000 }, false],
  [{ kind: 'thread', is: 'reply' }, {}, false],
  [{ kind: 'thread', is: 'new' }, {}, true],
  [{ kind: 'answered_verdict', anyOf: ['suspicious', 'held'] }, { answeredVerdict: 'held' }, true],
  [{ kind: 'answered_verdict', anyOf: ['suspicious'] }, {}, false],
  [{ kind: 'not', of: { kind: 'thread', is: 'reply' } }, {}, true],
  [
    {
      kind: 'all',
      of: [
        { kind: 'thread', is: 'new' },
        { kind: 'category', anyOf: ['offer'] },
      ],
    },
    {},
    false,
  ],
  [
    {
      kind: 'any',
      of: [
        { kind: 'thread', is: 'reply' },
        { kind: 'category', anyOf: ['receipt'] },
      ],
    },
    {},
    true,
  ],
];

describe('conditions', () => {
  it.each(TABLE)('%j with %j: %s', (input, change, met) => {
    const condition = conditionSchema.parse(input);
    expect(look(condition, factsOf(change), ['acme.test']).met).toBe(met);
  });

  it('never take what was not looked up for an answer', () => {
    const facts = factsOf();
    delete facts.firstContact;
    expect(() => look({ kind: 'first_contact', atLeast: 1 }, facts, [])).toThrow(/firstContact/);
  });

  it('say what they saw, also where the answer is known before', () => {
    const condition = conditionSchema.parse({
      kind: 'any',
      of: [
        { kind: 'recipient_count', atLeast: 1 },
        { kind: 'not', of: { kind: 'external_recipient' } },
      ],
    });
    expect(look(condition, factsOf(), ['acme.test'])).toEqual({
      ...{ kind: 'any', met: true, asked: '', saw: '' },
      parts: [
        { kind: 'recipient_count', met: true, asked: 'at least 1 recipients', saw: '2', parts: [] },
        {
          ...{ kind: 'not', met: false, asked: '', saw: '' },
          parts: [
            {
              ...{ kind: 'external_recipient', met: true, asked: 'at least 1 external recipients' },
              ...{ saw: '1 of 2 external', parts: [] },
            },
          ],
        },
      ],
    });
  });
});

describe('what a rule says', () => {
  const kept = (outcome: object, when?: object) => ({
    policy: policyOf({ rules: [{ id: 'one', when, outcome } as never] }),
    version: 7,
  });

  it('is the first that fits', () => {
    const policy = policyOf({
      rules: [
        { id: 'off', enabled: false, outcome: { kind: 'refuse' } },
        { id: 'replies', when: { kind: 'thread', is: 'reply' }, outcome: { kind: 'refuse' } },
        { id: 'rest', outcome: { kind: 'auto' } },
        { id: 'never', outcome: { kind: 'refuse' } },
      ],
    });
    const { oversight, rule, rules } = decide({ policy, version: 3 }, inboxOf(), factsOf());
    expect(oversight).toMatchObject({ kind: 'auto', rule: 'rest', version: 3 });
    expect(rule).toBe('rest');
    expect(rules.map((one) => [one.rule, one.fits])).toEqual([
      ['replies', false],
      ['rest', true],
    ]);
  });

  it('asks groups, routes, times and exceptions', () => {
    const times = { remindAfterMs: 60_000, escalateAfterMs: 120_000, escalateTo: 'leads' };
    const outcome = {
      ...{
        kind: 'review',
        approvals: [
          { group: 'finance', count: 2 },
          { group: 'legal', count: 1 },
        ],
      },
      ...{ route: { group: 'finance' }, priority: 1, times, editorMayApprove: true, creatorMayApprove: false },
    };
    const { oversight, why } = decide(kept(outcome), inboxOf({ creatorMayApprove: true }), factsOf());
    const { kind: _, approvals: needs, ...rest } = outcome;
    expect(oversight).toEqual({ kind: 'review', needs, holdMs: 0, rule: 'one', version: 7, ...rest });
    expect(why).toBe('The rule one decides: 2 approvals of finance and 1 approval of legal.');
  });

  it('takes from the inbox what a rule does not say of time', () => {
    const never = { remindAfterMs: null, escalateAfterMs: null, escalateTo: null };
    const times = { remindAfterMs: 60_000, escalateAfterMs: 120_000, escalateTo: 'leads', expireAfterMs: 240_000 };
    const inbox = inboxOf({ ...times, holdMs: 10_000 });
    const by = (outcome: object) => decide(kept({ kind: 'review', ...outcome }), inbox, factsOf()).oversight;
    expect(by({})).toMatchObject({ times, undoMs: 10_000 });
    expect(decide({ policy: NO_RULES, version: null }, inbox, factsOf()).oversight).toMatchObject({
      times,
      undoMs: 10_000,
    });
    expect(by({ times: never, undoMs: 5_000 })).toMatchObject({
      times: { ...never, expireAfterMs: 240_000 },
      undoMs: 5_000,
    });
    expect(by({ times: { ...never, expireAfterMs: null }, undoMs: 0 }).times).toEqual(never);
    expect(by({ undoMs: 0 })).not.toHaveProperty('undoMs');
    // Where nothing is set, policy says what it said before there was such a thing.
    expect(decide(kept({ kind: 'review' }), inboxOf(), factsOf()).oversight).not.toHaveProperty('undoMs');
    expect(decide(kept({ kind: 'review' }), inboxOf(), factsOf()).oversight.times).toEqual(never);
  });

  it('holds what is monitored as long as the rule says, or the inbox', () => {
    expect(decide(kept({ kind: 'monitor', holdMs: 5_000 }), inboxOf(), factsOf()).oversight.holdMs).toBe(5_000);
    expect(decide(kept({ kind: 'monitor' }), inboxOf(), factsOf()).oversight.holdMs).toBe(900_000);
  });

  it('only adds where the inbox reviews all', () => {
    const all = inboxOf({ mode: 'review_all' });
    const needs = [{ group: 'finance', count: 1 }];
    const auto = decide(kept({ kind: 'auto', approvals: needs }), all, factsOf());
    expect(auto.oversight).toMatchObject({ kind: 'review', needs, rule: 'one' });
    expect(auto.why).toMatch(/people approve it nevertheless/);
    expect(decide(kept({ kind: 'monitor' }), all, factsOf()).oversight).toMatchObject({ kind: 'review', holdMs: 0 });
    expect(decide(kept({ kind: 'refuse' }), all, factsOf()).oversight.kind).toBe('refuse');
    expect(decide(kept({ kind: 'refuse' }), inboxOf({ mode: 'autonomous' }), factsOf()).oversight.kind).toBe('refuse');
  });

  it.each([
    ['review_all', 'review', 0],
    ['by_rule', 'review', 0],
    ['paused', 'review', 0],
    ['monitor', 'monitor', 900_000],
    ['autonomous', 'auto', 0],
  ] as const)('without one that fits: %s means %s', (mode, kind, holdMs) => {
    const { oversight, rule } = decide({ policy: NO_RULES, version: 9 }, inboxOf({ mode }), factsOf());
    // A new version that changes nothing for a draft must not look like another answer.
    expect(oversight).toMatchObject({ kind, holdMs, rule: null, version: null, needs: [{ group: null, count: 1 }] });
    expect(rule).toBeNull();
  });
});

describe('a policy', () => {
  const faults = (input: unknown) => policySchema.safeParse(input).error?.issues.map(({ message }) => message) ?? [];

  it('is refused with every fault named', () => {
    const rule = { id: 'a', outcome: { kind: 'auto' } };
    expect(faults({ rules: [rule, rule] })).toEqual(['the rule id a is there twice']);
    expect(faults({ rules: [{ ...rule, when: { kind: 'external_recipient' } }] })[0]).toMatch(/name your own domains/);
    expect(faults({ rules: [{ ...rule, when: { kind: 'sql', text: '1=1' } }] })).not.toEqual([]);
    expect(faults({ rules: [{ ...rule, outcome: { kind: 'auto', holdMs: 1_000 } }] })).not.toEqual([]);
    expect(
      faults({ rules: [{ ...rule, outcome: { kind: 'review', times: { escalateAfterMs: 1_000 } } }] }),
    ).not.toEqual([]);
    let when: object = { kind: 'thread', is: 'new' };
    for (let depth = 0; depth < 12; depth += 1) when = { kind: 'not', of: when };
    expect(faults({ rules: [{ ...rule, when }] })[0]).toMatch(/deeper/);
  });

  it('asks for no lookup that no enabled rule needs', () => {
    const when = { kind: 'all', of: [{ kind: 'first_contact' }, { kind: 'not', of: { kind: 'amount', atLeast: 5 } }] };
    const rules = (enabled: boolean) => ({ rules: [{ id: 'a', enabled, when, outcome: { kind: 'auto' } }] });
    expect([...lookupsOf(policySchema.parse(rules(true)))].sort()).toEqual(['amounts', 'firstContact']);
    expect(lookupsOf(policySchema.parse(rules(false))).size).toBe(0);
  });

  it('says the same under the same digest however its defaults are written', () => {
    const short = policySchema.parse({ rules: [{ id: 'a', outcome: { kind: 'auto' } }] });
    const long = policySchema.parse({ ownDomains: [], rules: [{ id: 'a', enabled: true, outcome: { kind: 'auto' } }] });
    expect(jsonDigest(short)).toBe(jsonDigest(long));
  });
});
