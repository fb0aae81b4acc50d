import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { readWhen } from '../../dashboard/src/act/words/when.ts';
import { wallInstantMs } from '../../src/domain/open-hours.ts';

// Wednesday, 10:20 in Berlin.
const NOW_MS = Date.parse('2026-11-25T09:20:00Z');
const asked = { nowMs: NOW_MS, timeZone: 'Europe/Berlin', ownZone: 'Europe/Berlin', recipientZone: 'America/New_York' };
const read = (words: string, more: Partial<typeof asked> = {}) => readWhen(words, { ...asked, ...more });
const said = (words: string, more: Partial<typeof asked> = {}) => {
  const when = read(words, more);
  return 'problem' in when ? when.problem : `${when.date} ${when.time} ${when.timeZone}`;
};

describe('times in words', () => {
  test.each([
    ['tomorrow 9:00', '2026-11-26 09:00 Europe/Berlin'],
    ['tomorrow 9:00 in their zone', '2026-11-26 09:00 recipient'],
    ['Tomorrow at 9am their time', '2026-11-26 09:00 recipient'],
    ['tomorrow at 9 for them', '2026-11-26 09:00 recipient'],
    ['tomorrow', '2026-11-26 09:00 Europe/Berlin'],
    ['mon 14:30', '2026-11-30 14:30 Europe/Berlin'],
    ['monday at 2:30 pm', '2026-11-30 14:30 Europe/Berlin'],
    ['next monday 8:00', '2026-11-30 08:00 Europe/Berlin'],
    ['wed 9:00', '2026-12-02 09:00 Europe/Berlin'],
    ['wed 18:00', '2026-11-25 18:00 Europe/Berlin'],
    ['in 2 hours', '2026-11-25 12:20 Europe/Berlin'],
    ['in an hour and 30 minutes', '2026-11-25 11:50 Europe/Berlin'],
    ['in half an hour', '2026-11-25 10:50 Europe/Berlin'],
    ['in 3 days', '2026-11-28 10:20 Europe/Berlin'],
    ['next working day morning', '2026-11-26 09:00 Europe/Berlin'],
    ['next business day at 10', '2026-11-26 10:00 Europe/Berlin'],
    ['next week', '2026-11-30 09:00 Europe/Berlin'],
    ['tomorrow afternoon', '2026-11-26 14:00 Europe/Berlin'],
    ['friday end of day', '2026-11-27 17:00 Europe/Berlin'],
    ['tonight', '2026-11-25 18:00 Europe/Berlin'],
    ['16:45', '2026-11-25 16:45 Europe/Berlin'],
    ['8:00', '2026-11-26 08:00 Europe/Berlin'],
    ['noon', '2026-11-25 12:00 Europe/Berlin'],
    ['first thing tomorrow', '2026-11-26 09:00 Europe/Berlin'],
    ['3 December 8:15', '2026-12-03 08:15 Europe/Berlin'],
    ['2026-12-24 07:00', '2026-12-24 07:00 Europe/Berlin'],
    ['5 January', '2027-01-05 09:00 Europe/Berlin'],
    ['tomorrow 9:00 in New York', '2026-11-26 09:00 America/New_York'],
    ['friday 10:00 Tokyo time', '2026-11-27 10:00 Asia/Tokyo'],
    ['friday 10:00 asia/tokyo', '2026-11-27 10:00 Asia/Tokyo'],
    ['tomorrow 07:00 UTC', '2026-11-26 07:00 UTC'],
    ['tomorrow 9:00 my time', '2026-11-26 09:00 Europe/Berlin'],
  ])('%s', (words, result) => {
    expect(said(words)).toBe(result);
  });

  test('“tomorrow” is the day after today there, and “next working day” none of a weekend', () => {
    // 01:00 on Thursday in Berlin, still Wednesday in New York.
    const night = { nowMs: Date.parse('2026-11-26T00:00:00Z') };
    expect(said('tomorrow 9:00 their time', night)).toBe('2026-11-26 09:00 recipient');
    expect(said('tomorrow 9:00', night)).toBe('2026-11-27 09:00 Europe/Berlin');
    const friday = { nowMs: Date.parse('2026-11-27T12:00:00Z') };
    expect(said('next working day morning', friday)).toBe('2026-11-30 09:00 Europe/Berlin');
  });

  test.each([
    ['', /Write when/],
    ['soon', /not understood/],
    ['tomorrow 9:00 or friday 10:00', /more than one|not understood/],
    ['tomorrow 9:00 unless it rains', /not understood/],
    ['yesterday 9:00', /passed/],
    ['today 9:00', /passed/],
    ['1 January 2020', /passed/],
    ['between 9:00 and 10:00 tomorrow', /more than one|not understood/],
    ['tomorrow 9:00 EST', /zone by a city/],
    ['tomorrow 9:00 in Atlantis', /not understood/],
    ['in 900 weeks', /years ahead/],
  ])('refused: %s', (words, problem) => {
    expect(said(words)).toMatch(problem);
  });
});

const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Santiago', 'UTC'];
/** Any time, and often one close to a change of clocks: Berlin, New York, Lord Howe (half an hour), Santiago. */
const CHANGES = [
  '2026-10-25T01:00Z',
  '2026-03-29T01:00Z',
  '2026-11-01T06:00Z',
  '2026-04-04T15:00Z',
  '2026-04-05T03:00Z',
];
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -172_800_000, max: 7_200_000 }))
    .map(([change, ms]) => Date.parse(change) + ms),
);

describe('as luxon reckons, also when the clocks change', () => {
  test('hours and minutes pass as they pass', () => {
    const property = fc.property(
      instants,
      fc.constantFrom(...zones),
      fc.integer({ min: 1, max: 2_000 }),
      (nowMs, zone, n) => {
        const when = read(`in ${n} minutes`, { nowMs, timeZone: zone });
        if ('problem' in when) throw new Error(when.problem);
        const wanted = DateTime.fromMillis(nowMs, { zone }).plus({ minutes: n });
        const up = wanted.second > 0 || wanted.millisecond > 0 ? wanted.startOf('minute').plus({ minutes: 1 }) : wanted;
        expect(wallInstantMs(`${when.date}T${when.time}`, when.timeZone)).toBe(up.toMillis());
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('a day and a time are that day and that time on the wall', () => {
    const clock = fc.tuple(fc.nat(23), fc.nat(59));
    const property = fc.property(
      instants,
      fc.constantFrom(...zones),
      fc.integer({ min: 1, max: 200 }),
      clock,
      (nowMs, zone, days, [h, m]) => {
        const day = DateTime.fromMillis(nowMs, { zone }).startOf('day').plus({ days });
        const time = `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`;
        expect(said(`${day.toFormat('yyyy-MM-dd')} ${time}`, { nowMs, timeZone: zone })).toBe(
          `${day.toFormat('yyyy-MM-dd')} ${time} ${zone}`,
        );
        const tomorrow = DateTime.fromMillis(nowMs, { zone }).plus({ days: 1 }).toFormat('yyyy-MM-dd');
        expect(said(`tomorrow at ${time}`, { nowMs, timeZone: zone })).toBe(`${tomorrow} ${time} ${zone}`);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  test('a weekday is the next one', () => {
    const names = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    const property = fc.property(
      instants,
      fc.constantFrom(...zones),
      fc.nat(6),
      fc.nat(23),
      (nowMs, zone, weekday, h) => {
        const now = DateTime.fromMillis(nowMs, { zone });
        let wanted = now.startOf('day').set({ hour: h });
        while (wanted.weekday !== weekday + 1 || wanted.toFormat('yyyy-MM-dd HH') <= now.toFormat('yyyy-MM-dd HH'))
          wanted = wanted.plus({ days: 1 }).set({ hour: h });
        const time = `${String(h).padStart(2, '0')}:00`;
        const when = read(`${names[weekday]} ${time}`, { nowMs, timeZone: zone });
        if ('problem' in when) throw new Error(`${names[weekday]} ${time}: ${when.problem}`);
        expect(`${when.date} ${when.time}`).toBe(`${wanted.toFormat('yyyy-MM-dd')} ${time}`);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
