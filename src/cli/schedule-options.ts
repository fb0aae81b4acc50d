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
    .option('--at <instant>', 'at an instant, such as 2026-12-01T09:00:00+01:00')
    .option('--held', 'not before somebody gives it a time')
    .option('--window <zone>', "in the recipient's office hours, such as Europe/Berlin")
    .option('--days <days>', 'days of the window, such as mon,tue,wed')
    .option('--hours <from-to>', 'hours of the window, such as 09:00-17:00')
    .option('--earliest <instant>', 'the window counts from this instant on');
}

export const scheduleOptions = z.object({
  now: z.boolean().optional(),
  at: z.string().optional(),
  held: z.boolean().optional(),
  window: z.string().optional(),
  days: z.string().optional(),
  hours: z.string().optional(),
  earliest: z.string().optional(),
});

/** The schedule asked for; undefined when none is. @throws UsageError when several are */
export function scheduleOf(options: z.infer<typeof scheduleOptions>): ScheduleInput | undefined {
  const { now, at, held, window, days, hours, earliest } = options;
  const given = [now && '--now', at && '--at', held && '--held', window && '--window'].filter(Boolean);
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} contradict each other: give one.`);
  if (window === undefined && (days ?? hours ?? earliest) !== undefined) {
    throw new UsageError('--days, --hours and --earliest belong to --window <zone>.');
  }
  if (now) return { kind: 'now' };
  if (at !== undefined) return { kind: 'at', at: instant(at) };
  if (held) return { kind: 'held' };
  if (window === undefined) return undefined;
  const range = hours === undefined ? null : /^(\d\d:\d\d)-(\d\d:\d\d)$/.exec(hours);
  if (hours !== undefined && range === null) throw new UsageError('--hours: write them as 09:00-17:00.');
  return {
    kind: 'window',
    timeZone: window,
    ...(days !== undefined && { days: days.split(',').map(weekday) }),
    ...(range && { from: range[1], to: range[2] }),
    ...(earliest !== undefined && { earliest: instant(earliest) }),
  };
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
