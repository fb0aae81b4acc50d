import { Temporal } from 'temporal-polyfill';
import { fixedDueAtMs } from '../domain/due.ts';
import { type Schedule, WEEKDAYS, type WindowSchedule } from '../domain/schedule.ts';
import type { DraftActivities } from './types.ts';

/** Two weeks of days always hold one of the wanted weekdays, whatever a zone skips. */
const DAYS_AHEAD = 14;

/** The instant a schedule falls due, seen from `nowMs`: epoch ms; null for a held one. */
export function dueAtMs(schedule: Schedule, nowMs: number): number | null {
  const fixed = fixedDueAtMs(schedule, nowMs);
  return fixed === undefined && schedule.kind === 'window' ? nextOpening(schedule, nowMs) : (fixed ?? null);
}

/** Whether the window is open at `nowMs`; every other kind of schedule has no window to miss. */
export function isOpen(schedule: Schedule, nowMs: number): boolean {
  return schedule.kind !== 'window' || nextOpening(schedule, nowMs) <= nowMs;
}

/**
 * The first instant at or after `nowMs` inside the window, by the wall clock alone: what daylight saving skips does not
 * exist, what it repeats counts both times.
 */
function nextOpening(window: WindowSchedule, nowMs: number): number {
  const fromMs = Math.max(nowMs, window.earliest === undefined ? 0 : Date.parse(window.earliest));
  if (isInside(window, fromMs)) return fromMs;
  const start = zoned(window, fromMs).toPlainDate();
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    const opens = openings(window, start.add({ days: ahead })).filter((ms) => ms >= fromMs && isInside(window, ms));
    if (opens.length > 0) return Math.min(...opens);
  }
  throw new RangeError('the window never opens');
}

/** Instants of a day at which the window may open: its first minute, once or twice, and any change of the clocks. */
function openings({ timeZone, from }: WindowSchedule, day: Temporal.PlainDate): number[] {
  const at = day.toPlainDateTime(Temporal.PlainTime.from(from));
  const once = at.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const again = at.toZonedDateTime(timeZone, { disambiguation: 'later' });
  const midnight = day.toZonedDateTime(timeZone);
  const change = midnight.getTimeZoneTransition('next');
  const changes = change?.toPlainDate().equals(day) ? [change] : [];
  return [once, again, ...changes].map(({ epochMilliseconds }) => epochMilliseconds);
}

function isInside(window: WindowSchedule, ms: number): boolean {
  const at = zoned(window, ms);
  const weekday = WEEKDAYS[at.dayOfWeek - 1];
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
  return weekday !== undefined && window.days.includes(weekday) && time >= window.from && time < window.to;
}

const zoned = ({ timeZone }: WindowSchedule, ms: number) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);

export const dueActivities: Pick<DraftActivities, 'resolveDue'> = {
  resolveDue: async ({ schedule, nowMs }) => dueAtMs(schedule, nowMs),
};
