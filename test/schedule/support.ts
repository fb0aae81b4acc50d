import fc from 'fast-check';
import { type IsHoliday, resolveSchedule, type ScheduleFacts } from '../../src/activities/windows/resolve.ts';
import type { QuietHours } from '../../src/domain/quiet.ts';
import { type ScheduleInput, scheduleSchema, type WindowSchedule } from '../../src/domain/schedule.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const noHoliday: IsHoliday = () => false;

export function facts(now: string | number, more: Partial<ScheduleFacts> = {}): ScheduleFacts {
  const nowMs = typeof now === 'number' ? now : Date.parse(now);
  return { nowMs, draftId: 'draft-1', recipientZone: null, isHoliday: noHoliday, ...more };
}

export function windowOf(input: Omit<Extract<ScheduleInput, { kind: 'window' }>, 'kind'>): WindowSchedule {
  const parsed = scheduleSchema.parse({ kind: 'window', ...input });
  if (parsed.kind !== 'window') throw new Error('not a window');
  return parsed;
}

/** The due time as ISO text; null for a held schedule, `missed` for one that never falls due. */
export function due(input: ScheduleInput, now: string, more: Partial<ScheduleFacts> = {}): string | null {
  const { dueAtMs, missed } = resolveSchedule(scheduleSchema.parse(input), facts(now, more));
  if (missed) return 'missed';
  return dueAtMs === null ? null : new Date(dueAtMs).toISOString();
}

export const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);

/** Whole and broken offsets, half an hour of daylight saving, changes at midnight, none at all. */
export const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
  'America/St_Johns',
  'Asia/Beirut',
  'Africa/Cairo',
  'Pacific/Apia',
);

/** Instants around clock changes of these zones, 29 February, New Year, and the day Samoa left out. */
export const around = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T01:00:00Z',
      '2026-10-25T01:00:00Z',
      '2026-03-08T07:00:00Z',
      '2026-11-01T06:00:00Z',
      '2026-04-04T15:00:00Z',
      '2026-10-03T15:30:00Z',
      '2026-03-28T22:00:00Z',
      '2026-10-24T21:00:00Z',
      '2026-04-23T22:00:00Z',
      '2026-10-29T21:00:00Z',
      '2028-02-29T00:00:00Z',
      '2026-12-31T23:59:00Z',
      '2011-12-30T10:00:00Z',
      '2026-06-15T10:00:00Z',
    ),
    fc.integer({ min: -36 * 60, max: 6 * 60 }),
    fc.constantFrom(0, 0, 30_500),
  )
  .map(([base, minutes, extraMs]) => Date.parse(base) + minutes * MINUTE_MS + extraMs);

export const anyQuiet: fc.Arbitrary<QuietHours> = fc.record({ timeZone: zone, from: clockTime, to: clockTime });
