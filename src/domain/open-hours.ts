import { Temporal } from 'temporal-polyfill';

/** From `fromMs` up to, not including, `toMs`; epoch ms. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** Hours of a day on the wall clock of a zone; `from` < `to`, both HH:MM, `to` exclusive. */
export interface OpenHours {
  timeZone: string;
  from: string;
  to: string;
  isOpenDay?: (day: Temporal.PlainDate) => boolean;
}

/** How far openings are looked for. No set of weekdays and public holidays closes a year. */
const DAYS_AHEAD = 366;

/**
 * The open spans that end after `fromMs`, in order, for a year. By the wall clock alone: what daylight saving skips does
 * not exist, what it repeats is open both times.
 */
export function* openSpans(hours: OpenHours, fromMs: number): Generator<Span> {
  const first = zoned(fromMs, hours.timeZone).toPlainDate();
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
    const day = first.add({ days: ahead });
    if (hours.isOpenDay && !hours.isOpenDay(day)) continue;
    for (const span of spansOfDay(hours, day)) if (span.toMs > fromMs) yield span;
  }
}

/** The day is cut wherever its wall clock may enter or leave the hours; each piece is open or closed as a whole. */
function spansOfDay({ timeZone, from, to }: OpenHours, day: Temporal.PlainDate): Span[] {
  const start = day.toZonedDateTime(timeZone);
  const end = day.add({ days: 1 }).toZonedDateTime(timeZone);
  const edges = [from, to].map((time) => day.toPlainDateTime(Temporal.PlainTime.from(time)));
  const startsAtMidnight = start.toPlainDateTime().equals(day.toPlainDateTime());
  if (startsAtMidnight && start.offsetNanoseconds === end.offsetNanoseconds) {
    const [opens, closes] = edges.map((edge) => edge.toZonedDateTime(timeZone).epochMilliseconds);
    return opens === undefined || closes === undefined ? [] : [{ fromMs: opens, toMs: closes }];
  }
  const cuts = [start, end, ...changesOf(start, end)].map(({ epochMilliseconds }) => epochMilliseconds);
  for (const disambiguation of ['earlier', 'later'] as const)
    for (const edge of edges) cuts.push(edge.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds);
  const within = cuts.filter((ms) => ms >= start.epochMilliseconds && ms <= end.epochMilliseconds);
  const spans: Span[] = [];
  const ordered = [...new Set(within)].sort((a, b) => a - b);
  for (const [i, fromMs] of ordered.entries()) {
    const toMs = ordered[i + 1];
    if (toMs === undefined || !isInside(fromMs)) continue;
    const last = spans.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else spans.push({ fromMs, toMs });
  }
  return spans;

  function isInside(ms: number): boolean {
    const at = zoned(ms, timeZone);
    const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
    // Another date: a day that the zone left out, as Samoa did when it changed sides of the date line.
    return at.toPlainDate().equals(day) && time >= from && time < to;
  }
}

function changesOf(start: Temporal.ZonedDateTime, end: Temporal.ZonedDateTime): Temporal.ZonedDateTime[] {
  const changes: Temporal.ZonedDateTime[] = [];
  let change = start.getTimeZoneTransition('next');
  while (change && change.epochMilliseconds < end.epochMilliseconds) {
    changes.push(change);
    change = change.getTimeZoneTransition('next');
  }
  return changes;
}

export const zoned = (ms: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);

/** A time on the wall clock as an instant: in a skipped hour the end of the gap, in a repeated one the first. Epoch ms. */
export function wallInstantMs(local: string, timeZone: string): number {
  const wall = Temporal.PlainDateTime.from(local);
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds;
  return (earlier.getTimeZoneTransition('next') ?? earlier).epochMilliseconds;
}
