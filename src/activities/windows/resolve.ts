import { RECIPIENT_ZONE, respectsQuietHours } from '../../domain/due.ts';
import { openSpans, wallInstantMs } from '../../domain/open-hours.ts';
import { type QuietHours, quietUntilAllMs } from '../../domain/quiet.ts';
import { type AtSchedule, isTimeZone, type Schedule, WEEKDAYS, type WindowSchedule } from '../../domain/schedule.ts';
import { placedMs, placeOf } from './spread.ts';

/** Whether a date, as YYYY-MM-DD, is a public holiday of a calendar such as DE-BY. */
export type IsHoliday = (calendar: string, date: string) => boolean;

/** What a schedule is worked out from, besides itself. */
export interface ScheduleFacts {
  nowMs: number;
  draftId: string;
  /** The zone the first `to` recipient prefers; null when none is known. */
  recipientZone: string | null;
  isHoliday: IsHoliday;
  /** Quiet hours of the recipients, when they are to count. */
  quiet?: readonly QuietHours[];
}

export interface Resolution {
  /** Epoch ms; null for a held schedule and for a missed one. It lies in the past when the time given does. */
  dueAtMs: number | null;
  /** It can never fall due any more: no opening before `latest`, or none outside quiet hours. */
  missed: boolean;
}

/** Quiet hours that leave no room in eight weeks never will. */
const QUIET_SEARCH_MS = 56 * 86_400_000;

/** When a schedule falls due, seen from `nowMs`. */
export function resolveSchedule(schedule: Schedule, facts: ScheduleFacts): Resolution {
  if (schedule.kind === 'held') return { dueAtMs: null, missed: false };
  const dueAtMs = outsideQuiet(schedule, facts, (fromMs) => firstAtMs(schedule, facts, fromMs));
  return { dueAtMs, missed: dueAtMs === null };
}

/**
 * Whether a draft whose time has come may leave at `nowMs`: inside its window, its wall time reached under the rules the
 * zone has now, nobody's quiet hours. Its place within a spread is not asked for again.
 */
export function isOpenAt(schedule: Schedule, facts: ScheduleFacts): boolean {
  const { dueAtMs } = resolveSchedule(onceDue(schedule), facts);
  return dueAtMs !== null && dueAtMs <= facts.nowMs;
}

/** What is still to be asked of a draft that is due. The engine's clock has decided an instant, not this worker's. */
function onceDue(schedule: Schedule): Schedule {
  if (schedule.kind === 'window') return { ...schedule, spreadMs: 0 };
  const isInstant = schedule.kind === 'at' && schedule.timeZone === undefined;
  return isInstant ? { kind: 'now', quietHours: schedule.quietHours } : schedule;
}

/** Repeats the search after each stretch of quiet hours. */
function outsideQuiet(
  schedule: Schedule,
  { nowMs, quiet = [] }: ScheduleFacts,
  search: (fromMs: number) => number | null,
): number | null {
  let dueAtMs = search(nowMs);
  if (!respectsQuietHours(schedule) || quiet.length === 0) return dueAtMs;
  const endMs = Math.max(dueAtMs ?? 0, nowMs) + QUIET_SEARCH_MS;
  while (dueAtMs !== null) {
    const untilMs = quietUntilAllMs(quiet, Math.max(dueAtMs, nowMs));
    if (untilMs === null) return dueAtMs;
    dueAtMs = untilMs > endMs ? null : search(untilMs);
    if (dueAtMs !== null) dueAtMs = Math.max(dueAtMs, untilMs);
  }
  return null;
}

/** The first instant at or after `fromMs`; of a given time that time itself, even a past one. */
function firstAtMs(schedule: Schedule, facts: ScheduleFacts, fromMs: number): number | null {
  switch (schedule.kind) {
    case 'now':
      return fromMs;
    case 'at':
      return schedule.timeZone === undefined
        ? Date.parse(schedule.at)
        : wallInstantMs(schedule.at, zoneOf(schedule, facts.recipientZone));
    case 'window':
      return nextOpening(schedule, facts, fromMs);
    case 'held':
      return null;
  }
}

function nextOpening(window: WindowSchedule, facts: ScheduleFacts, fromMs: number): number | null {
  const { from, to, days, holidays = [], spreadMs = 0 } = window;
  const timeZone = zoneOf(window, facts.recipientZone);
  const earliestMs = window.earliest === undefined ? fromMs : Date.parse(window.earliest);
  const latestMs = window.latest === undefined ? Number.POSITIVE_INFINITY : Date.parse(window.latest);
  const isOpenDay = (day: { dayOfWeek: number; toString(): string }) => {
    const weekday = WEEKDAYS[day.dayOfWeek - 1];
    const wanted = weekday !== undefined && days.includes(weekday);
    return wanted && !holidays.some((calendar) => facts.isHoliday(calendar, day.toString()));
  };
  for (const open of openSpans({ timeZone, from, to, isOpenDay }, Math.max(fromMs, earliestMs))) {
    const start = window.earliest === undefined ? open.fromMs : Math.max(open.fromMs, earliestMs);
    const span = { fromMs: start, toMs: Math.min(open.toMs, latestMs + 1) };
    const atMs = Math.max(span.fromMs, fromMs);
    if (atMs > latestMs) return null;
    return spreadMs > 0 ? placedMs(span, atMs, spreadMs, placeOf(facts.draftId)) : atMs;
  }
  return null;
}

/** A preference this machine's time zone data does not know is none. */
export function zoneOf({ timeZone, fallbackTimeZone = 'UTC' }: AtSchedule | WindowSchedule, preferred: string | null) {
  if (timeZone !== undefined && timeZone !== RECIPIENT_ZONE) return timeZone;
  return preferred !== null && isTimeZone(preferred) ? preferred : fallbackTimeZone;
}
