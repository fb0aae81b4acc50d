// The same questions answered by luxon, minute by minute: another library and another way of working them out.
import { DateTime } from 'luxon';
import type { QuietHours } from '../../src/domain/quiet.ts';
import { WEEKDAYS, type WindowSchedule } from '../../src/domain/schedule.ts';
import { MINUTE_MS } from './support.ts';

const QUARTER_MS = 15 * MINUTE_MS;

const wall = (ms: number, timeZone: string) => {
  const at = DateTime.fromMillis(ms, { zone: timeZone });
  const two = (n: number) => String(n).padStart(2, '0');
  return { at, time: `${two(at.hour)}:${two(at.minute)}`, weekday: WEEKDAYS[at.weekday - 1]! };
};

/** Whether the day around an instant is one of the window's, and whether the instant is in its hours. */
export function openBy(window: WindowSchedule, ms: number, holidays: ReadonlySet<string> = new Set()) {
  const { at, time, weekday } = wall(ms, window.timeZone);
  const day = window.days.includes(weekday) && !holidays.has(at.toISODate() ?? '');
  return { day, open: day && time >= window.from && time < window.to };
}

export function quietBy({ timeZone, from, to }: QuietHours, ms: number): boolean {
  const { time } = wall(ms, timeZone);
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

/** Minutes of an hour at which a clock time of the tests can fall, all zones being whole quarters apart. */
const WATCHED = new Set([0, 1, 14, 15, 16, 29, 30, 31, 44, 45, 46, 59]);

/** The first instant for which `wanted` holds, of `fromMs` and the watched minutes after it; null after `days` days. */
export function firstMinute(
  fromMs: number,
  days: number,
  wanted: (ms: number) => boolean,
  canSkip: (ms: number) => boolean = () => false,
): number | null {
  if (wanted(fromMs)) return fromMs;
  const endMs = fromMs + days * 24 * 60 * MINUTE_MS;
  let ms = Math.ceil((fromMs + 1) / MINUTE_MS) * MINUTE_MS;
  while (ms < endMs) {
    if (WATCHED.has(new Date(ms).getUTCMinutes()) && wanted(ms)) return ms;
    // A closed day is closed up to its midnight, and all of these lie on quarters of an hour.
    ms = canSkip(ms) ? Math.floor(ms / QUARTER_MS) * QUARTER_MS + QUARTER_MS : ms + MINUTE_MS;
  }
  return null;
}

/** The instant of a wall time: the first minute that shows it, or the first that shows a later one. */
export function wallMinute(local: string, timeZone: string): number {
  const aboutMs = Date.parse(`${local}Z`);
  const shown = (ms: number) => DateTime.fromMillis(ms, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HH:mm");
  // No zone is further than 16 hours from UTC; a skipped day makes it 40.
  let later: number | null = null;
  for (let ms = aboutMs - 16 * 60 * MINUTE_MS; ms <= aboutMs + 40 * 60 * MINUTE_MS; ms += MINUTE_MS) {
    const text = shown(ms);
    if (text === local) return ms;
    if (later === null && text > local) later = ms;
    // After this no repeated hour can show it again.
    if (later !== null && ms - later > 3 * 60 * MINUTE_MS) return later;
  }
  return later ?? Number.NaN;
}
