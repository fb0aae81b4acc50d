import { describe, expect, it } from 'vitest';
import { problemOf, resultOf, scheduleOf, timingOf } from '../../dashboard/src/act/timing.ts';
import { goes } from '../../dashboard/src/lib/time.ts';
import { type ScheduleInput, scheduleSchema } from '../../src/domain/schedule.ts';

const NOW = Date.parse('2026-01-05T10:00:00Z');
const formOf = (schedule: ScheduleInput, dueAt: string | null = null) =>
  timingOf({ schedule: scheduleSchema.parse(schedule), dueAt }, NOW);

describe("the desk's form for the time of a draft", () => {
  it.each<ScheduleInput>([
    { kind: 'held' },
    { kind: 'at', at: '2026-03-01T09:00', timeZone: 'Asia/Tokyo' },
    { kind: 'at', at: '2026-03-01T09:00', timeZone: 'recipient', fallbackTimeZone: 'Asia/Tokyo' },
    { kind: 'window', timeZone: 'America/New_York', days: ['mon', 'sat'], from: '08:30', to: '12:00' },
    {
      ...{ kind: 'window', timeZone: 'recipient', fallbackTimeZone: 'Europe/Paris', quietHours: 'ignore' },
      ...{ holidays: ['DE', 'DE-BY'], spreadMs: 90_000 },
      ...{ earliest: '2026-02-01T09:00:00.000Z', latest: '2026-03-01T09:00:00.000Z' },
    },
  ])('gives back what it was given: %j', (schedule) => {
    const sent = scheduleOf(formOf(schedule));
    expect(sent && scheduleSchema.parse(sent)).toEqual(scheduleSchema.parse(schedule));
  });

  it('shows an instant as the wall time it is', () => {
    const form = formOf({ kind: 'at', at: '2026-03-01T09:00:00Z' }, '2026-03-01T09:00:00.000Z');
    expect(scheduleOf({ ...form, timeZone: 'UTC' })).toMatchObject({ kind: 'at', timeZone: 'UTC' });
  });

  it('says what is wrong before the server does', () => {
    const window = formOf({ kind: 'window', timeZone: 'UTC' });
    expect(problemOf(window, NOW)).toBeNull();
    expect(problemOf({ ...window, days: [] }, NOW)).toContain('at least one day');
    expect(problemOf({ ...window, from: '17:00' }, NOW)).toContain('before the last');
    expect(problemOf({ ...window, latest: '2026-01-01T09:00' }, NOW)).toContain('later');
    expect(problemOf({ ...window, earliest: '2026-03-01T09:00', latest: '2026-02-01T09:00' }, NOW)).toContain('later');
    expect(problemOf({ ...window, holidays: 'DE, XX' }, NOW)).toContain('XX');
    const past = formOf({ kind: 'at', at: '2026-01-05T09:00', timeZone: 'UTC' });
    expect(problemOf(past, NOW)).toContain('passed');
    expect(problemOf({ ...past, date: '' }, NOW)).toContain('Choose');
  });

  it('says when it goes as far as it can know', () => {
    const draft = { status: 'in_review' } as const;
    const window = formOf({ kind: 'window', timeZone: 'UTC', earliest: '2026-01-06T12:00:00Z' });
    expect(resultOf(window, draft, NOW)).toMatch(/12:00.*, once approved$/);
    expect(resultOf({ ...window, spreadMinutes: '60' }, draft, NOW)).toContain('or later');
    expect(resultOf({ ...window, timeZone: 'recipient' }, draft, NOW)).toContain('where the recipient lives');
  });

  it('lists a draft whose zone only the server knows', () => {
    const schedule = scheduleSchema.parse({ kind: 'window', timeZone: 'recipient' });
    const draft = { schedule, dueAt: null, holdUntil: null, status: 'in_review' } as const;
    expect(goes(draft, NOW)).toBe('Goes in office hours where the recipient lives, once approved');
    expect(goes({ ...draft, dueAt: '2026-01-06T09:00:00Z' }, NOW)).toMatch(/^Due tomorrow /);
  });
});
