import { describe, expect, it } from 'vitest';
import { isOpenAt, resolveSchedule } from '../../src/activities/windows/resolve.ts';
import type { ScheduleInput } from '../../src/domain/schedule.ts';
import { due, facts, windowOf } from './support.ts';

const BERLIN = { kind: 'window', timeZone: 'Europe/Berlin' } as const;

describe('when a schedule falls due', () => {
  it('now, at an instant, and never', () => {
    expect(due({ kind: 'now' }, '2026-01-05T10:00:00Z')).toBe('2026-01-05T10:00:00.000Z');
    expect(due({ kind: 'at', at: '2026-01-05T12:00:00+02:00' }, '2026-01-01T00:00:00Z')).toBe(
      '2026-01-05T10:00:00.000Z',
    );
    expect(due({ kind: 'held' }, '2026-01-05T10:00:00Z')).toBeNull();
  });

  it('a time in the past is due, and says which it was', () => {
    const past = { kind: 'at', at: '2020-01-01T00:00:00Z' } as const;
    expect(due(past, '2026-01-05T10:00:00Z')).toBe('2020-01-01T00:00:00.000Z');
    expect(isOpenAt(past, facts('2026-01-05T10:00:00Z'))).toBe(true);
    expect(due({ kind: 'at', at: '2020-01-01T09:00', timeZone: 'Asia/Tokyo' }, '2026-01-05T10:00:00Z')).toBe(
      '2020-01-01T00:00:00.000Z',
    );
  });

  it('a window: inside at once, before it at its opening, after it on the next wanted day', () => {
    expect(due(BERLIN, '2026-01-05T10:17:30Z')).toBe('2026-01-05T10:17:30.000Z');
    expect(due(BERLIN, '2026-01-05T03:00:00Z')).toBe('2026-01-05T08:00:00.000Z');
    expect(due(BERLIN, '2026-01-09T16:00:00Z')).toBe('2026-01-12T08:00:00.000Z');
    expect(due({ ...BERLIN, earliest: '2026-02-01T00:00:00Z' }, '2026-01-05T10:00:00Z')).toBe(
      '2026-02-02T08:00:00.000Z',
    );
  });

  it('keeps to the wall clock over a change of the clocks', () => {
    const nine: ScheduleInput = { ...BERLIN, days: ['mon'] };
    expect(due(nine, '2026-03-28T12:00:00Z')).toBe('2026-03-30T07:00:00.000Z');
    expect(due(nine, '2026-10-24T12:00:00Z')).toBe('2026-10-26T08:00:00.000Z');
  });

  it('a window that opens in the hour that is skipped opens right after it', () => {
    const gap = (to: string): ScheduleInput => ({ ...BERLIN, days: ['sun'], from: '02:30', to });
    expect(due(gap('06:00'), '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(due(gap('03:15'), '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    // All of it is skipped: that day has no such window.
    expect(due(gap('02:45'), '2026-03-29T00:00:00Z')).toBe('2026-04-05T00:30:00.000Z');
  });

  it('a gap at midnight takes its window away as any other', () => {
    const first: ScheduleInput = { kind: 'window', timeZone: 'Asia/Beirut', days: ['sun'], from: '00:00', to: '00:30' };
    expect(due(first, '2026-03-28T20:00:00Z')).toBe('2026-04-04T21:00:00.000Z');
    expect(due({ ...first, to: '01:30' }, '2026-03-28T20:00:00Z')).toBe('2026-03-28T22:00:00.000Z');
  });

  it('a window in the hour that comes twice is open both times and closed in between', () => {
    const twice = windowOf({ timeZone: 'Europe/Berlin', days: ['sun'], from: '02:00', to: '02:30' });
    const at = (time: string) => Date.parse(`2026-10-25T${time}Z`);
    const open = (time: string) => isOpenAt(twice, facts(at(time)));
    expect([open('00:10:00'), open('00:40:00'), open('01:10:00')]).toEqual([true, false, true]);
    expect(resolveSchedule(twice, facts(at('00:40:00'))).dueAtMs).toBe(at('01:00:00'));
  });

  it('a day that a zone left out has no window', () => {
    const friday: ScheduleInput = { kind: 'window', timeZone: 'Pacific/Apia', days: ['fri'] };
    expect(due(friday, '2011-12-29T12:00:00Z')).toBe('2012-01-05T19:00:00.000Z');
    expect(due({ kind: 'at', at: '2011-12-30T09:00', timeZone: 'Pacific/Apia' }, '2011-12-01T00:00:00Z')).toBe(
      '2011-12-30T10:00:00.000Z',
    );
  });

  it('29 February is a day like any other', () => {
    const day: ScheduleInput = { kind: 'window', timeZone: 'UTC', days: ['tue'] };
    expect(due(day, '2028-02-28T20:00:00Z')).toBe('2028-02-29T09:00:00.000Z');
    expect(due({ kind: 'at', at: '2028-02-29T09:00', timeZone: 'America/Lima' }, '2027-01-01T00:00:00Z')).toBe(
      '2028-02-29T14:00:00.000Z',
    );
  });

  it('ten years ahead is worked out by the rules of today', () => {
    const now = '2026-01-05T10:00:00Z';
    expect(due({ kind: 'at', at: '2036-07-01T09:00', timeZone: 'Europe/Berlin' }, now)).toBe(
      '2036-07-01T07:00:00.000Z',
    );
    expect(due({ ...BERLIN, earliest: '2035-12-29T12:00:00Z' }, now)).toBe('2035-12-31T08:00:00.000Z');
  });
});

describe('the latest time of a window', () => {
  const now = '2026-01-09T17:00:00Z';
  const until = (latest: string) => due({ ...BERLIN, latest }, now);

  it('is missed when the window opens only after it', () => {
    expect(until('2026-01-12T08:00:00Z')).toBe('2026-01-12T08:00:00.000Z');
    expect(until('2026-01-12T07:59:59Z')).toBe('missed');
    expect(until('2026-01-01T00:00:00Z')).toBe('missed');
  });

  it('closes an open window', () => {
    const window = windowOf({ timeZone: 'Europe/Berlin', latest: '2026-01-12T09:00:00Z' });
    expect(isOpenAt(window, facts('2026-01-12T09:00:00.000Z'))).toBe(true);
    expect(isOpenAt(window, facts('2026-01-12T09:00:00.001Z'))).toBe(false);
    expect(resolveSchedule(window, facts('2026-01-12T09:00:00.001Z'))).toEqual({ dueAtMs: null, missed: true });
  });
});

describe("the recipient's zone", () => {
  const now = '2026-01-05T00:00:00Z';
  const office: ScheduleInput = { kind: 'window', timeZone: 'recipient', fallbackTimeZone: 'Europe/Berlin' };

  it('is taken from the preference, else from the fallback, else it is UTC', () => {
    expect(due(office, now, { recipientZone: 'America/New_York' })).toBe('2026-01-05T14:00:00.000Z');
    expect(due(office, now)).toBe('2026-01-05T08:00:00.000Z');
    expect(due({ kind: 'window', timeZone: 'recipient' }, now)).toBe('2026-01-05T09:00:00.000Z');
  });

  it('counts for a time on the wall clock too', () => {
    const nine: ScheduleInput = { kind: 'at', at: '2026-01-05T09:00', timeZone: 'recipient' };
    expect(due(nine, now, { recipientZone: 'Asia/Tokyo' })).toBe('2026-01-05T00:00:00.000Z');
  });

  it('that this machine does not know is none', () => {
    expect(due(office, now, { recipientZone: 'Mars/Olympus' })).toBe('2026-01-05T08:00:00.000Z');
  });
});

describe('a wall time whose zone changes its rules while the draft waits', () => {
  // Preflight asks again with the rules of that moment; here the preference changes, which asks the same question.
  const nine: ScheduleInput = { kind: 'at', at: '2026-06-01T09:00', timeZone: 'recipient' };
  const at = { kind: 'at', at: '2026-06-01T09:00', timeZone: 'recipient' } as const;

  it('moved later, it is not open yet', () => {
    expect(due(nine, '2026-01-01T00:00:00Z', { recipientZone: 'Europe/Berlin' })).toBe('2026-06-01T07:00:00.000Z');
    expect(isOpenAt(at, facts('2026-06-01T07:00:00Z', { recipientZone: 'Europe/London' }))).toBe(false);
    expect(isOpenAt(at, facts('2026-06-01T08:00:00Z', { recipientZone: 'Europe/London' }))).toBe(true);
  });

  it('moved earlier, it is late and open', () => {
    expect(isOpenAt(at, facts('2026-06-01T07:00:00Z', { recipientZone: 'Asia/Tokyo' }))).toBe(true);
  });
});

describe('quiet hours', () => {
  const night = [{ timeZone: 'Europe/Berlin', from: '20:00', to: '08:00' }];
  const now = '2026-01-05T21:30:00Z';

  it('keep back every kind of schedule, unless it ignores them', () => {
    const at = '2026-01-05T20:00:00Z';
    expect(due({ kind: 'now' }, now, { quiet: night })).toBe('2026-01-06T07:00:00.000Z');
    expect(due({ kind: 'at', at }, now, { quiet: night })).toBe('2026-01-06T07:00:00.000Z');
    expect(due({ kind: 'now', quietHours: 'ignore' }, now, { quiet: night })).toBe('2026-01-05T21:30:00.000Z');
    expect(due({ kind: 'at', at, quietHours: 'ignore' }, now, { quiet: night })).toBe('2026-01-05T20:00:00.000Z');
    expect(due({ ...BERLIN, from: '06:00' }, now, { quiet: night })).toBe('2026-01-06T07:00:00.000Z');
  });

  it('of several recipients all count', () => {
    const quiet = [...night, { timeZone: 'Europe/London', from: '06:30', to: '09:15' }];
    expect(due({ kind: 'now' }, now, { quiet })).toBe('2026-01-06T09:15:00.000Z');
  });

  it('over all of a window, or all of a day, never let the draft go', () => {
    expect(due({ ...BERLIN, from: '21:00', to: '23:00' }, now, { quiet: night })).toBe('missed');
    const day = [...night, { timeZone: 'Europe/Berlin', from: '07:00', to: '21:00' }];
    expect(due({ kind: 'now' }, now, { quiet: day })).toBe('missed');
  });

  it('are asked again at the moment of sending', () => {
    const instant = { kind: 'at', at: '2026-01-05T21:00:00Z' } as const;
    expect(isOpenAt(instant, facts(now, { quiet: night }))).toBe(false);
    expect(isOpenAt(instant, facts('2026-01-06T07:00:00Z', { quiet: night }))).toBe(true);
    // The engine's clock has decided that an instant has come; a worker's own may be behind.
    expect(isOpenAt(instant, facts('2026-01-05T20:59:59Z'))).toBe(true);
  });
});
