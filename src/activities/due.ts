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
 * The first instant at or after `nowMs` inside the window. Local times that daylight saving skips move to the next that
 * exist, repeated ones mean their first occurrence ("compatible" disambiguation).
 */
function nextOpening(window: WindowSchedule, nowMs: number): number {
  const fromMs = Math.max(nowMs, window.earliest === undefined ? 0 : Date.parse(window.earliest));
  const start = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(window.timeZone).toPlainDate();
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    const day = start.add({ days: ahead });
    const weekday = WEEKDAYS[day.dayOfWeek - 1];
    if (weekday === undefined || !window.days.includes(weekday)) continue;
    const at = (wallTime: string) =>
      day.toZonedDateTime({ timeZone: window.timeZone, plainTime: Temporal.PlainTime.from(wallTime) })
        .epochMilliseconds;
    const opens = at(window.from);
    if (fromMs < at(window.to)) return Math.max(opens, fromMs);
  }
  throw new RangeError('the window never opens');
}

export const dueActivities: Pick<DraftActivities, 'resolveDue'> = {
  resolveDue: async ({ schedule, nowMs }) => dueAtMs(schedule, nowMs),
};
