import { expect, it } from 'vitest';
import { rejectionNamedIn } from '../../src/domain/rejection.ts';

it.each([
  ['wrong facts', 'wrong_facts'],
  ['Wrong recipient. Beck left in May.', 'wrong_recipient'],
  ['wrong_recipient: Beck left in May', 'wrong_recipient'],
  ['duplicate', 'duplicate'],
  ['not needed – they paid', 'not_wanted'],
  ['the tone is wrong', undefined],
  ['policy changes are not mentioned', undefined],
  ['it has wrong facts', undefined],
  ['constructor', undefined],
  ['', undefined],
])('a rejection that says %j has the reason %s', (comment, reason) => {
  expect(rejectionNamedIn(comment)).toBe(reason);
});
