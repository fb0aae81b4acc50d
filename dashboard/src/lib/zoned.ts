import { Temporal } from 'temporal-polyfill';
import { WEEKDAYS, type Weekday } from './weekdays.ts';

export const timeZones: readonly string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
];

/** `2026-11-23` and `09:00` in a zone, as an instant; null while incomplete. */
export function instantOf(date: string, time: string, timeZone: string): string | null {
  try {
    const zoned = Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(timeZone);
    return new Date(zoned.epochMilliseconds).toISOString();
  } catch {
    return null;
  }
}

/** The local date and time of an instant, as form fields want them. */
export function fieldsOf(atMs: number, timeZone: string): { date: string; time: string } {
  const zoned = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone);
  return { date: zoned.toPlainDate().toString(), time: zoned.toPlainTime().toString({ smallestUnit: 'minute' }) };
}

/** Nine o'clock of the next day for which `wanted` holds. */
export function nextMorning(
  nowMs: number,
  timeZone: string,
  wanted: (weekday: Weekday) => boolean,
): { date: string; time: string } {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(timeZone).toPlainDate();
  for (let ahead = 1; ahead <= 7; ahead += 1) {
    const day = today.add({ days: ahead });
    const weekday = WEEKDAYS[day.dayOfWeek - 1];
    if (weekday !== undefined && wanted(weekday)) return { date: day.toString(), time: '09:00' };
  }
  return { date: today.add({ days: 1 }).toString(), time: '09:00' };
}

/** The first instant inside office hours, for showing it before the server says so. Null when no day is chosen. */
export function firstOpening(
  window: { timeZone: string; days: readonly Weekday[]; from: string; to: string },
  nowMs: number,
): string | null {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(window.timeZone).toPlainDate();
  for (let ahead = 0; ahead <= 8; ahead += 1) {
    const day = today.add({ days: ahead });
    const weekday = WEEKDAYS[day.dayOfWeek - 1];
    if (weekday === undefined || !window.days.includes(weekday)) continue;
    const [opens, closes] = [window.from, window.to].map((time) => instantOf(day.toString(), time, window.timeZone));
    if (!opens || !closes || Date.parse(closes) <= nowMs) continue;
    return new Date(Math.max(Date.parse(opens), nowMs)).toISOString();
  }
  return null;
}
