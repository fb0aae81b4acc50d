import { useEffect, useState } from 'react';
import type { DraftSummary } from '../../../src/api/schemas/index.ts';

export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/** As in a schedule; repeated here because importing the value would bring the whole schema library into the page. */
export const RECIPIENT_ZONE = 'recipient';
/** The zone to show a schedule's times in: one's own where it has none, or the recipient's, which only the server knows. */
export const shownZone = (timeZone: string | undefined): string =>
  timeZone === undefined || timeZone === RECIPIENT_ZONE ? ownZone : timeZone;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than using it a hundred times, and a list uses a few for every row. */
function dateFormat(locale: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([locale, options]);
  const known = formats.get(name) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(name, known);
  return known;
}

/** Short age for lists: `now`, `4m`, `3h`, `6d`, then a date. */
export function age(at: string, nowMs: number): string {
  const passedMs = Math.max(0, nowMs - Date.parse(at));
  if (passedMs < MINUTE_MS) return 'now';
  if (passedMs < HOUR_MS) return `${Math.floor(passedMs / MINUTE_MS)}m`;
  if (passedMs < DAY_MS) return `${Math.floor(passedMs / HOUR_MS)}h`;
  if (passedMs < 14 * DAY_MS) return `${Math.floor(passedMs / DAY_MS)}d`;
  return dateFormat(undefined, { day: 'numeric', month: 'short' }).format(Date.parse(at));
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** `in 3 hours`, `2 minutes ago`. */
export function relative(at: string, nowMs: number): string {
  const ms = Date.parse(at) - nowMs;
  const units = [
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', MINUTE_MS],
  ] as const;
  for (const [unit, size] of units) if (Math.abs(ms) >= size) return RELATIVE.format(Math.round(ms / size), unit);
  return ms > 0 ? 'in less than a minute' : 'just now';
}

export function absolute(at: string, timeZone = ownZone): string {
  return dateFormat('en-GB', { dateStyle: 'full', timeStyle: 'short', timeZone }).format(Date.parse(at));
}

/** `Europe/Berlin` → `Berlin`. */
export const cityOf = (zone: string): string => zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;

const clock = (at: string, timeZone: string) =>
  dateFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(Date.parse(at));

const dayKey = (ms: number, timeZone: string) =>
  dateFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(ms);

/** `today`, `tomorrow`, `Tuesday` within a week, else `Tue 3 March`. */
function dayWord(at: string, timeZone: string, nowMs: number): string {
  const ms = Date.parse(at);
  const key = dayKey(ms, timeZone);
  if (key === dayKey(nowMs, timeZone)) return 'today';
  if (key === dayKey(nowMs + DAY_MS, timeZone)) return 'tomorrow';
  const soon = ms > nowMs && ms - nowMs < 6 * DAY_MS;
  const far = new Date(ms).getFullYear() !== new Date(nowMs).getFullYear();
  return dateFormat('en-GB', {
    weekday: soon ? 'long' : 'short',
    ...(!soon && { day: 'numeric', month: 'long' }),
    ...(far && { year: 'numeric' }),
    timeZone,
  }).format(ms);
}

/** The day of an instant as a heading: `Today`, `Tomorrow`, `Tuesday`, `Tue 3 March`. */
export function dayOf(at: string | null, nowMs: number): string {
  if (at === null) return 'No time yet';
  if (dayKey(Date.parse(at), ownZone) < dayKey(nowMs, ownZone)) return 'Before today';
  const word = dayWord(at, ownZone, nowMs);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** `Tuesday 09:00 in Berlin (08:00 for you)`; the zone is left out when it is one's own. */
export function inBothZones(at: string, timeZone: string, nowMs: number): string {
  const there = `${dayWord(at, timeZone, nowMs)} ${clock(at, timeZone)}`;
  const here = clock(at, ownZone);
  if (timeZone === ownZone) return there;
  const sameDay = dayKey(Date.parse(at), timeZone) === dayKey(Date.parse(at), ownZone);
  if (sameDay && here === clock(at, timeZone)) return `${there} in ${cityOf(timeZone)}`;
  return `${there} in ${cityOf(timeZone)} (${sameDay ? '' : `${dayWord(at, ownZone, nowMs)} `}${here} for you)`;
}

type Timed = Pick<DraftSummary, 'schedule' | 'dueAt' | 'holdUntil' | 'status'>;

/** When it goes, as a sentence. */
export function goes({ schedule, dueAt, holdUntil, status }: Timed, nowMs: number): string {
  const approved = status === 'scheduled';
  if (schedule.kind === 'held') return approved ? 'Held: goes when somebody gives it a time' : 'Held: no send time';
  const timeZone = schedule.kind === 'now' ? undefined : schedule.timeZone;
  const zone = shownZone(timeZone);
  const at = latest(dueAt, approved ? holdUntil : null);
  if (at !== null && Date.parse(at) > nowMs) {
    return `${approved ? 'Goes' : 'Due'} ${inBothZones(at, zone, nowMs)}`;
  }
  if (approved) return 'Goes now';
  const where = timeZone === RECIPIENT_ZONE ? 'where the recipient lives' : `in ${cityOf(zone)}`;
  if (schedule.kind === 'window') return `Goes in office hours ${where}, once approved`;
  return 'Goes as soon as it is approved';
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Date.parse(a) > Date.parse(b) ? a : b;
}

/** The present, moving every half minute. */
export function useNow(stepMs = 30_000): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return nowMs;
}
