import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INBOX_MODES } from '../../src/domain/commands.ts';
import { decide } from '../../src/domain/policy/decide.ts';
import { type Condition, policySchema, type Rule } from '../../src/domain/policy/schema.ts';
import { factsOf, inboxOf } from './samples.ts';

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('recipient_count' as const), atLeast: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('first_contact' as const), atLeast: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant('thread' as const), is: fc.constantFrom('new' as const, 'reply' as const) }),
  fc.record({ kind: fc.constant('amount' as const), atLeast: fc.integer({ min: 0, max: 500 }) }),
  fc.record({ kind: fc.constant('category' as const), anyOf: fc.constantFrom('receipt', 'offer').map((one) => [one]) }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('all' as const, 'any' as const),
      of: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
  ),
}));
const outcome: fc.Arbitrary<Rule['outcome']> = fc.oneof(
  fc.constant({ kind: 'auto' as const }),
  fc.constant({ kind: 'refuse' as const }),
  fc.record({ kind: fc.constant('monitor' as const), holdMs: fc.integer({ min: 1_000, max: 9_000 }) }),
  fc.record({
    kind: fc.constant('review' as const),
    approvals: fc.constantFrom(null, 'finance').map((group) => [{ group, count: 2 }]),
  }),
);
const rules: fc.Arbitrary<Rule[]> = fc
  .array(fc.record({ enabled: fc.boolean(), when: fc.option(condition, { nil: undefined }), outcome }), {
    maxLength: 6,
  })
  .map((some) => some.map((rule, index) => ({ id: `rule-${index}`, ...rule })));
const facts = fc
  .record({
    domains: fc.array(fc.constantFrom('example.com', 'acme.test'), { maxLength: 4 }),
    firstContact: fc.integer({ min: 0, max: 2 }),
    reply: fc.boolean(),
    category: fc.constantFrom('receipt', 'offer', null),
    amounts: fc.array(fc.record({ value: fc.integer({ min: 0, max: 500 }), currency: fc.constantFrom('EUR', null) })),
  })
  .map(factsOf);
const inbox = fc.constantFrom(...INBOX_MODES).map((mode) => inboxOf({ mode }));
const never: Rule['when'] = { kind: 'recipient_count', atLeast: 1_000 };
const asked = (rules: Rule[], ...of: [ReturnType<typeof inboxOf>, ReturnType<typeof factsOf>]) =>
  decide({ policy: { ownDomains: [], rules }, version: 1 }, ...of);

it('a rule that never fits changes nothing, wherever it stands', () => {
  fc.assert(
    fc.property(rules, inbox, facts, outcome, fc.nat(), (some, of, known, given, at) => {
      const place = at % (some.length + 1);
      const more = some.toSpliced(place, 0, { id: 'never', enabled: true, when: never, outcome: given });
      expect(asked(more, of, known).oversight).toEqual(asked(some, of, known).oversight);
    }),
  );
});

it('rules after the one that decides, and those that are off, say nothing', () => {
  fc.assert(
    fc.property(rules, inbox, facts, outcome, (some, of, known, given) => {
      const { oversight, rule } = asked(some, of, known);
      const upTo = rule === null ? some : some.slice(0, some.findIndex(({ id }) => id === rule) + 1);
      expect(
        asked(
          upTo.filter(({ enabled }) => enabled),
          of,
          known,
        ).oversight,
      ).toEqual(oversight);
      if (rule === null) return;
      expect(asked([...upTo, { id: 'late', enabled: true, outcome: given }], of, known).oversight).toEqual(oversight);
    }),
  );
});

it('an inbox that reviews all sends nothing by itself, and no rule asks for fewer than one approval', () => {
  fc.assert(
    fc.property(rules, facts, fc.constantFrom(...INBOX_MODES), (some, known, mode) => {
      const { oversight } = asked(some, inboxOf({ mode }), known);
      if (mode === 'review_all') expect(['review', 'refuse']).toContain(oversight.kind);
      expect(oversight.needs.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
      expect(oversight.holdMs > 0).toBe(oversight.kind === 'monitor');
    }),
  );
});

it('what is seen of a condition adds up, and survives being written down', () => {
  fc.assert(
    fc.property(condition, facts, (when, known) => {
      const some: Rule[] = [{ id: 'one', enabled: true, when, outcome: { kind: 'auto' } }];
      const read = policySchema.parse(JSON.parse(JSON.stringify({ rules: some })));
      const [first] = asked(some, inboxOf(), known).rules;
      const [again] = asked(read.rules, inboxOf(), known).rules;
      expect(again).toEqual(first);
      const inverted = asked(
        [{ id: 'one', enabled: true, when: { kind: 'not', of: when }, outcome: { kind: 'auto' } }],
        inboxOf(),
        known,
      );
      expect(inverted.rules[0]?.fits).toBe(!first?.fits);
    }),
  );
});
