import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { ScheduleInput } from '../domain/schedule.ts';
import { WEEKDAYS } from '../domain/schedule.ts';
import { UsageError } from './exit.ts';
import { parseDuration } from './text.ts';

/** Adds the ways to say when an email may leave. */
export function withScheduleOptions(command: Command): Command {
  return command
    .option('--now', 'as soon as it is approved')
    .option('--at <time>', 'at an instant, such as 2026-12-01T09:00:00+01:00, or at 2026-12-01T09:00 in a --zone')
    .option('--zone <zone>', "the zone of --at: Europe/Berlin, or recipient for the recipient's")
    .option('--held', 'not before somebody gives it a time')
    .option('--window <zone>', 'in office hours of a zone, such as Europe/Berlin, or recipient')
    .option('--fallback-zone <zone>', "counts while the recipient's zone is unknown (default: UTC)")
    .option('--days <days>', 'days of the window, such as mon,tue,wed')
    .option('--hours <from-to>', 'hours of the window, such as 09:00-17:00')
    .option('--earliest <instant>', 'the window counts from this instant on')
    .option('--latest <instant>', 'not after this instant: then it goes back to review')
    .option('--holidays <calendars>', 'days that are closed, by country or region, such as DE-BY,US')
    .option('--spread <duration>', 'spread many drafts over this long from the opening, such as 30m')
    .option('--ignore-quiet-hours', 'also in the quiet hours of its recipients');
}

export const scheduleOptions = z.object({
  now: z.boolean().optional(),
  at: z.string().optional(),
  zone: z.string().optional(),
  held: z.boolean().optional(),
  window: z.string().optional(),
  fallbackZone: z.string().optional(),
  days: z.string().optional(),
  hours: z.string().optional(),
  earliest: z.string().optional(),
  latest: z.string().optional(),
  holidays: z.string().optional(),
  spread: z.string().optional(),
  ignoreQuietHours: z.boolean().optional(),
});
type ScheduleOptions = z.infer<typeof scheduleOptions>;

/** The schedule asked for; undefined when none is. @throws UsageError when several are */
export function scheduleOf(options: ScheduleOptions): ScheduleInput | undefined {
  const { now, at, held, window, ignoreQuietHours, zone, fallbackZone } = options;
  const given = [now && '--now', at && '--at', held && '--held', window && '--window'].filter(Boolean);
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} contradict each other: give one.`);
  belongTo('--window <zone>', window, options, ['days', 'hours', 'earliest', 'latest', 'holidays', 'spread']);
  belongTo('--at <time>', at, options, ['zone']);
  if ((given.length === 0 || held) && ignoreQuietHours) {
    throw new UsageError('--ignore-quiet-hours goes with --now, --at or --window.');
  }
  const zoned = zone ?? window;
  if (fallbackZone !== undefined && zoned !== 'recipient') {
    throw new UsageError('--fallback-zone goes with --window recipient or --zone recipient.');
  }
  const quiet = ignoreQuietHours ? ({ quietHours: 'ignore' } as const) : {};
  const fallback = fallbackZone === undefined ? {} : { fallbackTimeZone: fallbackZone };
  if (now) return { kind: 'now', ...quiet };
  if (at !== undefined && zone !== undefined) return { kind: 'at', at, timeZone: zone, ...fallback, ...quiet };
  if (at !== undefined) return { kind: 'at', at: instant(at), ...quiet };
  if (held) return { kind: 'held' };
  return window === undefined ? undefined : { ...windowOf(window, options), ...fallback, ...quiet };
}

function windowOf(timeZone: string, options: ScheduleOptions): Extract<ScheduleInput, { kind: 'window' }> {
  const { days, hours, earliest, latest, holidays, spread } = options;
  const range = hours === undefined ? null : /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours);
  if (hours !== undefined && range === null) throw new UsageError('--hours: write them as 09:00-17:00.');
  const spreadMs = spread === undefined ? undefined : parseDuration(spread);
  if (spreadMs === null) throw new UsageError('--spread: write it as 90s, 10m or 2h.');
  return {
    kind: 'window',
    timeZone,
    ...(days !== undefined && { days: days.split(',').map(weekday) }),
    ...(range && { from: range[1], to: range[2] }),
    ...(earliest !== undefined && { earliest: instant(earliest) }),
    ...(latest !== undefined && { latest: instant(latest) }),
    ...(holidays !== undefined && { holidays: holidays.split(',').map((code) => code.trim()) }),
    ...(spreadMs !== undefined && { spreadMs }),
  };
}

/** @throws UsageError when one of the options is given without what it belongs to */
function belongTo(what: string, value: unknown, options: ScheduleOptions, names: (keyof ScheduleOptions)[]): void {
  const stray = names.filter((name) => options[name] !== undefined);
  if (value === undefined && stray.length > 0) {
    throw new UsageError(`${stray.map((name) => `--${name}`).join(' and ')}: only with ${what}.`);
  }
}

function weekday(day: string) {
  const known = WEEKDAYS.find((name) => name === day.trim().toLowerCase());
  if (known) return known;
  throw new UsageError(`--days: ${day} is none of ${WEEKDAYS.join(', ')}.`);
}

/** A time without its zone means the zone of this machine; the server takes no guess. */
function instant(text: string): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new UsageError(`${text} is no instant: write it as 2026-12-01T09:00:00+01:00.`);
  return new Date(ms).toISOString();
}

export function durationArgument(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('write it as 90s, 10m, 2h or 7d.');
  return ms;
}
