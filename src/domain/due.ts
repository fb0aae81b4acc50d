import type { Schedule } from './schedule.ts';

/** In place of a zone's name: the zone the first `to` recipient prefers. */
export const RECIPIENT_ZONE = 'recipient';

/**
 * The instant a schedule falls due when that needs no time zone data: epoch ms, null for never. `undefined` for a window
 * and for a time on a wall clock: an activity works those out.
 */
export function fixedDueAtMs(schedule: Schedule, nowMs: number): number | null | undefined {
  switch (schedule.kind) {
    case 'now':
      return nowMs;
    case 'at':
      return schedule.timeZone === undefined ? Date.parse(schedule.at) : undefined;
    case 'held':
      return null;
    case 'window':
      return undefined;
  }
}

/** Whether the due time follows from time zones, recipients or holidays, and is to be worked out again at approval. */
export function followsWallClock({ kind, ...rest }: Schedule): boolean {
  return kind === 'window' || ('timeZone' in rest && rest.timeZone !== undefined);
}

/** Whether the due time follows from a preference of the recipient, who is known only once the draft is written. */
export const followsRecipient = (schedule: Schedule) => 'timeZone' in schedule && schedule.timeZone === RECIPIENT_ZONE;

/** Whether the quiet hours of its recipients keep a draft of this schedule back. */
export function respectsQuietHours(schedule: Schedule): boolean {
  return !('quietHours' in schedule) || schedule.quietHours !== 'ignore';
}

/** What an approved draft takes to leave once it may: only after that it is late. */
export const SEND_GRACE_MS = 60_000;
