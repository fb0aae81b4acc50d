import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAtMs, isOpen } from '../../src/activities/due.ts';
import { type ScheduleInput, scheduleSchema, WEEKDAYS, type WindowSchedule } from '../../src/domain/schedule.ts';

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Wall clock and weekday by Intl alone: independent of the code under test. */
function wall(ms: number, timeZone: string): { time: string; weekday: string } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return { time: `${parts.hour}:${parts.minute}`, weekday: (parts.weekday ?? '').toLowerCase() };
}

function open(window: WindowSchedule, ms: number): boolean {
  const { time, weekday } = wall(ms, window.timeZone);
  return window.days.some((day) => day === weekday) && time >= window.from && time < window.to;
}

/** The first open instant by looking at every minute; window edges lie on whole minutes in all zones used here. */
function scan(window: WindowSchedule, nowMs: number): number {
  const fromMs = Math.max(nowMs, window.earliest === undefined ? 0 : Date.parse(window.earliest));
  if (open(window, fromMs)) return fromMs;
  const first = Math.ceil((fromMs + 1) / MINUTE_MS) * MINUTE_MS;
  for (let ms = first; ms < first + 15 * 24 * 60 * MINUTE_MS; ms += MINUTE_MS) if (open(window, ms)) return ms;
  throw new Error('never open');
}

const windowOf = (input: Omit<Extract<ScheduleInput, { kind: 'window' }>, 'kind'>): WindowSchedule => {
  const parsed = scheduleSchema.parse({ kind: 'window', ...input });
  if (parsed.kind !== 'window') throw new Error('not a window');
  return parsed;
};
const due = (input: ScheduleInput, now: string) => {
  const at = dueAtMs(scheduleSchema.parse(input), Date.parse(now));
  return at === null ? null : new Date(at).toISOString();
};

const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
/** Instants around clock changes of the zones below, and 29 February. */
const around = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-03-08T07:00:00Z',
      '2026-11-01T06:00:00Z',
      '2026-04-04T15:00:00Z',
      '2028-02-29T00:00:00Z',
      '2026-06-15T10:00:00Z',
    ),
    fc.integer({ min: -36 * 60, max: 6 * 60 }),
    fc.constantFrom(0, 0, 30_500),
  )
  .map(([base, minutes, extraMs]) => Date.parse(base) + minutes * MINUTE_MS + extraMs);
const anyWindow = fc
  .record({
    timeZone: fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'UTC',
      'America/St_Johns',
    ),
    days: fc.subarray([...WEEKDAYS], { minLength: 4 }),
    edges: fc.uniqueArray(clockTime, { minLength: 2, maxLength: 2 }),
  })
  .map(({ timeZone, days, edges }) => {
    const [from, to] = edges.toSorted();
    return windowOf({ timeZone, days, from, to });
  });

describe('when a schedule falls due', () => {
  it('now, at an instant, and never', () => {
    expect(due({ kind: 'now' }, '2026-01-05T10:00:00Z')).toBe('2026-01-05T10:00:00.000Z');
    expect(due({ kind: 'at', at: '2026-01-05T12:00:00+02:00' }, '2026-01-01T00:00:00Z')).toBe(
      '2026-01-05T10:00:00.000Z',
    );
    expect(due({ kind: 'held' }, '2026-01-05T10:00:00Z')).toBeNull();
  });

  it('a window: inside at once, before it at its opening, after it on the next wanted day', () => {
    const office = { kind: 'window', timeZone: 'Europe/Berlin' } as const;
    expect(due(office, '2026-01-05T10:17:30Z')).toBe('2026-01-05T10:17:30.000Z');
    expect(due(office, '2026-01-05T03:00:00Z')).toBe('2026-01-05T08:00:00.000Z');
    expect(due(office, '2026-01-09T16:00:00Z')).toBe('2026-01-12T08:00:00.000Z');
    expect(due({ ...office, earliest: '2026-02-01T00:00:00Z' }, '2026-01-05T10:00:00Z')).toBe(
      '2026-02-02T08:00:00.000Z',
    );
  });

  it('keeps to the wall clock over a change of the clocks', () => {
    const nine: ScheduleInput = { kind: 'window', timeZone: 'Europe/Berlin', days: ['mon'] };
    expect(due(nine, '2026-03-28T12:00:00Z')).toBe('2026-03-30T07:00:00.000Z');
    expect(due(nine, '2026-10-24T12:00:00Z')).toBe('2026-10-26T08:00:00.000Z');
  });

  it('a window that opens in the hour that is skipped opens right after it', () => {
    const gap = (to: string): ScheduleInput => ({
      kind: 'window',
      timeZone: 'Europe/Berlin',
      days: ['sun'],
      from: '02:30',
      to,
    });
    expect(due(gap('06:00'), '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(due(gap('03:15'), '2026-03-29T00:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
    // All of it is skipped: that day has no such window.
    expect(due(gap('02:45'), '2026-03-29T00:00:00Z')).toBe('2026-04-05T00:30:00.000Z');
  });

  it('a window in the hour that comes twice is open both times and closed in between', () => {
    const twice = windowOf({ timeZone: 'Europe/Berlin', days: ['sun'], from: '02:00', to: '02:30' });
    const at = (time: string) => Date.parse(`2026-10-25T${time}Z`);
    expect(isOpen(twice, at('00:10:00'))).toBe(true);
    expect(isOpen(twice, at('00:40:00'))).toBe(false);
    expect(dueAtMs(twice, at('00:40:00'))).toBe(at('01:00:00'));
    expect(isOpen(twice, at('01:10:00'))).toBe(true);
  });

  it('29 February is a day like any other', () => {
    const day: ScheduleInput = { kind: 'window', timeZone: 'UTC', days: ['tue'] };
    expect(due(day, '2028-02-28T20:00:00Z')).toBe('2028-02-29T09:00:00.000Z');
    expect(scheduleSchema.safeParse({ kind: 'at', at: '2027-02-29T09:00:00Z' }).success).toBe(false);
    expect(scheduleSchema.safeParse({ kind: 'at', at: '2028-02-29T09:00:00Z' }).success).toBe(true);
  });

  it('agrees with a look at every minute', () => {
    fc.assert(
      fc.property(anyWindow, around, (window, nowMs) => {
        const expected = scan(window, nowMs);
        expect(new Date(dueAtMs(window, nowMs) ?? 0).toISOString()).toBe(new Date(expected).toISOString());
        expect(isOpen(window, nowMs)).toBe(open(window, nowMs));
      }),
      { numRuns: 100 },
    );
  });

  it('refuses zones, days and hours that do not exist', () => {
    const bad = [
      { kind: 'window', timeZone: 'Mars/Olympus' },
      { kind: 'window', timeZone: 'UTC', days: [] },
      { kind: 'window', timeZone: 'UTC', from: '24:00' },
      { kind: 'window', timeZone: 'UTC', from: '17:00', to: '09:00' },
      { kind: 'at', at: 'tomorrow' },
      { kind: 'at', at: '2026-01-05T12:00:00' },
    ];
    for (const schedule of bad)
      expect(scheduleSchema.safeParse(schedule).success, JSON.stringify(schedule)).toBe(false);
  });
});
