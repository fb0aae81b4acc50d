import { Temporal } from 'temporal-polyfill';
import { openSpans, wallInstantMs } from '../../../src/domain/open-hours.ts';
import { WEEKDAYS, type Weekday } from './weekdays.ts';

export const timeZones: readonly string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
];

/** `2026-11-23` and `09:00` in a zone, as an instant; null while incomplete. */
export function instantOf(date: string, time: string, timeZone: string): string | null {
  try {
    return new Date(wallInstantMs(`${date}T${time}`, timeZone)).toISOString();
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
  window: { timeZone: string; days: readonly Weekday[]; from: string; to: string; earliest?: string | null },
  nowMs: number,
): string | null {
  const { days, earliest, ...hours } = window;
  const fromMs = Math.max(nowMs, earliest ? Date.parse(earliest) : 0);
  const isOpenDay = ({ dayOfWeek }: { dayOfWeek: number }) => days.some((day) => day === WEEKDAYS[dayOfWeek - 1]);
  const [first] = openSpans({ ...hours, isOpenDay }, fromMs);
  return first ? new Date(Math.max(first.fromMs, fromMs)).toISOString() : null;
}
