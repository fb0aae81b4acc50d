import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Approver, groupsThatCount, missingApprovals, PLAIN_REVIEW } from '../../src/domain/oversight.ts';
import { asksOf } from '../../src/domain/state.ts';
import { freshState } from './lifecycle-support.ts';

const GROUPS = ['finance', 'legal', 'leads'];
const needs = fc.uniqueArray(
  fc.record({ group: fc.option(fc.constantFrom(...GROUPS)), count: fc.integer({ min: 1, max: 2 }) }),
  { minLength: 1, selector: ({ group }) => group },
);
const people = fc
  .array(fc.subarray(GROUPS), { maxLength: 4 })
  .map((all) => all.map((groups, index): Approver => ({ id: `p${index}`, groups })));
const count = (missing: ReturnType<typeof missingApprovals>) => missing.reduce((sum, one) => sum + one.count, 0);

it('names exactly those whose approval brings a draft nearer to its send', () => {
  fc.assert(
    fc.property(needs, people, fc.subarray(GROUPS), (wanted, approvers, groups) => {
      const counts = groupsThatCount(wanted, approvers);
      const one: Approver = { id: 'next', groups };
      const brings = count(missingApprovals(wanted, [...approvers, one])) < count(missingApprovals(wanted, approvers));
      expect(counts.includes(null) || groups.some((group) => counts.includes(group))).toBe(brings);
    }),
  );
});

it('sees that one who approved can sit elsewhere', () => {
  const both = [
    { group: 'finance', count: 1 },
    { group: 'legal', count: 1 },
  ];
  const ana = { id: 'ana', groups: ['finance', 'legal'] };
  expect(missingApprovals(both, [ana])).toEqual([{ group: 'legal', count: 1 }]);
  expect(groupsThatCount(both, [ana])).toEqual(['finance', 'legal']);
  expect(groupsThatCount(both, [ana, { id: 'bo', groups: ['finance'] }])).toEqual([]);
});

it('asks nobody outside of a review, and not those who wrote it', () => {
  const state = freshState({ status: 'in_review', revision: 1, digest: 'd', authorId: 'ana' });
  expect(asksOf(state)).toEqual({ groups: [null], notBy: ['ana'], byCreator: false });
  const lenient = { ...PLAIN_REVIEW, editorMayApprove: true, creatorMayApprove: true };
  expect(asksOf({ ...state, oversight: lenient })).toEqual({ groups: [null], notBy: [], byCreator: true });
  expect(asksOf({ ...state, status: 'scheduled' })).toBeNull();
});
