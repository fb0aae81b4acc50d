import type { Span } from '../../desk.ts';

const DAY_MS = 86_400_000;

// Days are counted in Greenwich, where each has 24 hours; only their bounds are those of one's own zone.
const msOf = (day: string) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Today where one is. */
export function todayOf(nowMs: number): string {
  const now = new Date(nowMs);
  return dayOf(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));
}

export const addDays = (day: string, days: number): string => dayOf(msOf(day) + days * DAY_MS);

const mondayOf = (day: string) => addDays(day, -((new Date(msOf(day)).getUTCDay() + 6) % 7));
const lastOfMonth = (day: string, ahead = 0) => {
  const at = new Date(msOf(day));
  return dayOf(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1 + ahead, 0));
};

/** The days shown around one: its week from Monday on, or the weeks its month is part of. */
export function daysOf(span: Span, day: string): string[] {
  const first = mondayOf(span === 'week' ? day : `${day.slice(0, 8)}01`);
  const last = addDays(mondayOf(span === 'week' ? day : lastOfMonth(day)), 6);
  const length = (msOf(last) - msOf(first)) / DAY_MS + 1;
  return Array.from({ length }, (_, index) => addDays(first, index));
}

/** The day one span later or earlier; the 31st becomes the last of a shorter month. */
export function step(span: Span, day: string, by: 1 | -1): string {
  if (span === 'week') return addDays(day, 7 * by);
  const last = lastOfMonth(day, by);
  const date = Math.min(Number(day.slice(8)), Number(last.slice(8)));
  return `${last.slice(0, 8)}${String(date).padStart(2, '0')}`;
}

/** From the beginning of one day to the end of another, on the clocks of where one is. */
export function boundsOf(first: string, last: string): { dueAfter: string; dueBefore: string } {
  const beginOf = (day: string) => {
    const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
    return new Date(year, month - 1, date).toISOString();
  };
  return { dueAfter: beginOf(first), dueBefore: beginOf(addDays(last, 1)) };
}

/** Noon in Greenwich has the date everywhere it is asked for in UTC. */
const told = (day: string, format: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-GB', { ...format, timeZone: 'UTC' }).format(Date.parse(`${day}T12:00:00Z`));

export const longDay = (day: string) => told(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
export const shortWeekday = (day: string) => told(day, { weekday: 'short' });
export const numberOf = (day: string) => String(Number(day.slice(8)));
export const isSameMonth = (day: string, other: string) => day.slice(0, 7) === other.slice(0, 7);

/** `November 2026`, `23 – 29 November 2026`. */
export function spanTitle(span: Span, day: string): string {
  if (span === 'month') return told(day, { month: 'long', year: 'numeric' });
  const days = daysOf('week', day);
  const [first = day, last = day] = [days[0], days.at(-1)];
  const end = told(last, { day: 'numeric', month: 'long', year: 'numeric' });
  return `${isSameMonth(first, last) ? numberOf(first) : told(first, { day: 'numeric', month: 'short' })} – ${end}`;
}
