import Holidays from 'date-holidays';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { holidaysOf } from '../../src/activities/windows/holidays.ts';
import { holidayCalendars } from '../../src/domain/holidays.ts';
import { due, facts } from './support.ts';

/** Days of a year that a calendar closes. */
async function closedDays(calendar: string, year: number): Promise<string[]> {
  const isHoliday = await holidaysOf([calendar]);
  const days: string[] = [];
  for (let day = DateTime.utc(year); day.year === year; day = day.plus({ days: 1 })) {
    const date = day.toISODate() ?? '';
    if (isHoliday(calendar, date)) days.push(date.slice(5));
  }
  return days;
}

/** Easter Sunday by the rule of Meeus, Jones and Butcher. */
function easter(year: number): DateTime {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 19 * l) / 433);
  const n = h + l - 7 * m;
  const month = Math.floor((n + 90) / 25);
  return DateTime.utc(year, month, (n + 33 * month + 19) % 32);
}

const fromEaster = (year: number, days: number) => easter(year).plus({ days }).toFormat('MM-dd');
const nth = (year: number, month: number, weekday: number, n: number) => {
  const first = DateTime.utc(year, month, 1);
  return first.plus({ days: ((weekday - first.weekday + 7) % 7) + (n - 1) * 7 }).toFormat('MM-dd');
};
const YEARS = [2024, 2025, 2026, 2027, 2028, 2032, 2036];

describe('public holidays', () => {
  it('as governments publish them for 2026', async () => {
    // gov.uk/bank-holidays, service-public.fr, opm.gov; with the Saturdays they fall on beside their substitutes.
    expect(await closedDays('GB-ENG', 2026)).toEqual([
      '01-01',
      '04-03',
      '04-06',
      '05-04',
      '05-25',
      '08-31',
      '12-25',
      '12-26',
      '12-28',
    ]);
    expect(await closedDays('FR', 2026)).toEqual([
      '01-01',
      '04-06',
      '05-01',
      '05-08',
      '05-14',
      '05-25',
      '07-14',
      '08-15',
      '11-01',
      '11-11',
      '12-25',
    ]);
    expect(await closedDays('US', 2026)).toEqual([
      '01-01',
      '01-19',
      '02-16',
      '05-25',
      '06-19',
      '07-03',
      '07-04',
      '09-07',
      '10-12',
      '11-11',
      '11-26',
      '12-25',
    ]);
  });

  it.each(YEARS)('of Germany and Bavaria by their rules, %i', async (year) => {
    const germany = [
      ...['01-01', '05-01', '10-03', '12-25', '12-26'],
      ...[-2, 1, 39, 50].map((days) => fromEaster(year, days)),
    ];
    expect(await closedDays('DE', year)).toEqual(germany.toSorted());
    const bavaria = await closedDays('DE-BY', year);
    expect(bavaria).toEqual(expect.arrayContaining([...germany, '01-06', fromEaster(year, 60), '11-01']));
    expect(bavaria.length - germany.length).toBeLessThanOrEqual(4);
  });

  it.each(YEARS)('of the United States by their rules, %i', async (year) => {
    const days = await closedDays('US', year);
    const memorialDay = [5, 4].map((n) => nth(year, 5, 1, n)).find((date) => date.startsWith('05'));
    const floating = [nth(year, 1, 1, 3), nth(year, 2, 1, 3), memorialDay, nth(year, 9, 1, 1), nth(year, 10, 1, 2)];
    expect(days).toEqual(
      expect.arrayContaining([...floating, nth(year, 11, 4, 4), '01-01', '06-19', '07-04', '12-25']),
    );
  });

  it('lasting several days close all of them; an afternoon off closes none', async () => {
    expect(await closedDays('SA', 2026)).toEqual(expect.arrayContaining(['05-26', '05-27', '05-28', '05-29']));
    expect(await closedDays('IS', 2026)).not.toContain('12-24');
    // The clocks go forward on the day itself: it has 23 hours and is a holiday all the same.
    expect(await closedDays('DE-BB', 2027)).toContain('03-28');
  });

  it('close a window, each calendar for its own', async () => {
    const office = { kind: 'window', timeZone: 'Europe/Berlin' } as const;
    const opens = async (holidays: string[]) =>
      due({ ...office, holidays }, '2026-12-24T20:00:00Z', { isHoliday: await holidaysOf(holidays) });
    expect(await opens([])).toBe('2026-12-25T08:00:00.000Z');
    expect(await opens(['DE'])).toBe('2026-12-28T08:00:00.000Z');
    expect(await opens(['DE', 'GB-ENG'])).toBe('2026-12-29T08:00:00.000Z');
    expect(facts('2026-12-25T10:00:00Z').isHoliday('DE', '2026-12-25')).toBe(false);
  });

  it('the calendars that may be named are those the library has', () => {
    const library = new Holidays();
    const known = Object.keys(library.getCountries()).flatMap((country) => [
      country,
      ...Object.keys(library.getStates(country) ?? {}).map((region) => `${country}-${region}`),
    ]);
    expect(holidayCalendars().toSorted()).toEqual(known.toSorted());
  });
});
