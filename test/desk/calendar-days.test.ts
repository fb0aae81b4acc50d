import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import { addDays, boundsOf, daysOf, spanTitle, step } from '../../dashboard/src/queue/calendar/days.ts';

const days = fc
  .integer({ min: 0, max: 40_000 })
  .map((n) => DateTime.utc(1990).plus({ days: n }).toFormat('yyyy-MM-dd'));
const by = fc.constantFrom<1 | -1>(1, -1);

test('weeks and months are those of luxon', () => {
  const property = fc.property(days, by, (day, one) => {
    const at = DateTime.fromISO(day, { zone: 'utc' });
    expect(daysOf('week', day)).toEqual(
      Array.from({ length: 7 }, (_, n) => at.startOf('week').plus({ days: n }).toISODate()),
    );
    const month = daysOf('month', day);
    expect(month[0]).toBe(at.startOf('month').startOf('week').toISODate());
    expect(month.at(-1)).toBe(at.endOf('month').endOf('week').toISODate());
    expect(month.length % 7).toBe(0);
    expect(step('month', day, one)).toBe(at.plus({ months: one }).toISODate());
    expect(step('week', day, one)).toBe(at.plus({ weeks: one }).toISODate());
    expect(addDays(day, one)).toBe(at.plus({ days: one }).toISODate());
  });
  fc.assert(property, { numRuns: 500 });
});

test('a day begins and ends where one is, also when it has 23 or 25 hours', () => {
  const property = fc.property(days, fc.nat(6), (day, more) => {
    const last = addDays(day, more);
    const { dueAfter, dueBefore } = boundsOf(day, last);
    expect(Date.parse(dueAfter)).toBe(DateTime.fromISO(day).toMillis());
    expect(Date.parse(dueBefore)).toBe(DateTime.fromISO(last).plus({ days: 1 }).toMillis());
  });
  fc.assert(property, { numRuns: 500 });
});

test('a span has a title', () => {
  expect(spanTitle('week', '2026-11-25')).toBe('23 – 29 November 2026');
  expect(spanTitle('week', '2026-12-31')).toBe('28 Dec – 3 January 2027');
  expect(spanTitle('month', '2026-11-25')).toBe('November 2026');
});
