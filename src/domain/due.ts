import type { Schedule } from './schedule.ts';

/** The instant a schedule falls due when that needs no time zone data; `undefined` for a window, null for never. */
export function fixedDueAtMs(schedule: Schedule, nowMs: number): number | null | undefined {
  switch (schedule.kind) {
    case 'now':
      return nowMs;
    case 'at':
      return Date.parse(schedule.at);
    case 'held':
      return null;
    case 'window':
      return undefined;
  }
}
