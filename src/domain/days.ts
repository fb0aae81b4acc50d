import { Temporal } from 'temporal-polyfill';

/** The days from `from` to the one before `to` (`2026-12-01`), and where each begins in the zone; one edge more than days. */
export function daysBetween(from: string, to: string, timeZone: string): { dates: string[]; edgesMs: number[] } {
  const [first, end] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  const dates: string[] = [];
  const edgesMs: number[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) {
    // A day that the zone left out begins where the next one does.
    edgesMs.push(day.toZonedDateTime(timeZone).epochMilliseconds);
    if (!day.equals(end)) dates.push(day.toString());
  }
  return { dates, edgesMs };
}
