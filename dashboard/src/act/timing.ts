import type { Draft } from '../../../src/api/schemas/index.ts';
import { isHolidayCalendar } from '../../../src/domain/holidays.ts';
import type { Schedule, ScheduleInput } from '../../../src/domain/schedule.ts';
import { cityOf, inBothZones, ownZone, RECIPIENT_ZONE, shownZone } from '../lib/time.ts';
import { WEEKDAYS, type Weekday } from '../lib/weekdays.ts';
import { fieldsOf, firstOpening, instantOf, nextMorning } from '../lib/zoned.ts';

/** The form as it is filled in: text as typed, empty where nothing is wanted. */
export interface Timing {
  kind: 'now' | 'at' | 'window' | 'held';
  date: string;
  time: string;
  /** A zone, or `recipient`; then `fallbackTimeZone` is kept as it was given. */
  timeZone: string;
  fallbackTimeZone: string | undefined;
  days: readonly Weekday[];
  from: string;
  to: string;
  /** `2026-11-23T09:00` in the zone shown. */
  earliest: string;
  latest: string;
  holidays: string;
  spreadMinutes: string;
  quietHours: 'respect' | 'ignore';
}

type ZoneFields = { timeZone?: string; fallbackTimeZone?: string };
const isWorkday = (day: string) => day !== 'sat' && day !== 'sun';
const OFFICE = { days: WEEKDAYS.filter(isWorkday), from: '09:00', to: '17:00' };

export function timingOf({ schedule, dueAt }: Pick<Draft, 'schedule' | 'dueAt'>, nowMs: number): Timing {
  const { timeZone, fallbackTimeZone }: ZoneFields = 'timeZone' in schedule ? schedule : {};
  const zone = shownZone(timeZone);
  const window = schedule.kind === 'window' ? schedule : undefined;
  const local = (at: string | undefined) => {
    if (at === undefined) return '';
    const { date, time } = fieldsOf(Date.parse(at), zone);
    return `${date}T${time}`;
  };
  return {
    kind: schedule.kind === 'now' ? 'at' : schedule.kind,
    timeZone: timeZone ?? ownZone,
    fallbackTimeZone,
    ...startOf(schedule, dueAt, zone, nowMs),
    ...(window ? { days: window.days, from: window.from, to: window.to } : OFFICE),
    earliest: local(window?.earliest),
    latest: local(window?.latest),
    holidays: window?.holidays?.join(', ') ?? '',
    spreadMinutes: window?.spreadMs ? String(window.spreadMs / 60_000) : '',
    quietHours: ('quietHours' in schedule && schedule.quietHours) || 'respect',
  };
}

/** Where the fields of a fixed time begin: the wall time given, else the due time ahead, else a morning. */
function startOf(schedule: Schedule, dueAt: string | null, zone: string, nowMs: number) {
  if (schedule.kind === 'at' && schedule.timeZone !== undefined) {
    const [date = '', time = ''] = schedule.at.split('T');
    return { date, time };
  }
  const dueMs = dueAt === null ? 0 : Date.parse(dueAt);
  return dueMs > nowMs ? fieldsOf(dueMs, zone) : nextMorning(nowMs, zone, isWorkday);
}

/** What the form asks for; null while it is incomplete. */
export function scheduleOf(timing: Timing): ScheduleInput | null {
  const { kind, date, time, timeZone, fallbackTimeZone } = timing;
  const quiet = timing.quietHours === 'ignore' ? { quietHours: timing.quietHours } : {};
  const zone = { timeZone, ...(timeZone === RECIPIENT_ZONE && fallbackTimeZone && { fallbackTimeZone }) };
  switch (kind) {
    case 'held':
      return { kind };
    case 'now':
      return { kind, ...quiet };
    case 'at': {
      const complete = instantOf(date, time, shownZone(timeZone)) !== null;
      return complete ? { kind, at: `${date}T${time}`, ...zone, ...quiet } : null;
    }
    case 'window': {
      const { days, from, to } = timing;
      const [earliest, latest] = [boundOf(timing, 'earliest'), boundOf(timing, 'latest')];
      const holidays = calendarsOf(timing);
      return {
        ...{ kind, ...zone, days: [...days], from, to, ...quiet },
        ...(earliest && { earliest }),
        ...(latest && { latest }),
        ...(holidays.length > 0 && { holidays }),
        ...(Number(timing.spreadMinutes) > 0 && { spreadMs: Math.round(Number(timing.spreadMinutes) * 60_000) }),
      };
    }
  }
}

/** Why the form cannot be sent, in a sentence; null when it can. */
export function problemOf(timing: Timing, nowMs: number): string | null {
  const { kind, date, time, timeZone, days, from, to } = timing;
  if (kind === 'at') {
    const at = instantOf(date, time, shownZone(timeZone));
    if (at === null) return 'Choose a date and a time.';
    return timeZone !== RECIPIENT_ZONE && Date.parse(at) < nowMs ? 'This time has passed.' : null;
  }
  if (kind !== 'window') return null;
  if (days.length === 0) return 'Choose at least one day.';
  if (from >= to) return 'The first hour must come before the last.';
  const [earliest, latest] = [boundOf(timing, 'earliest'), boundOf(timing, 'latest')];
  if (latest && Date.parse(latest) <= Math.max(nowMs, earliest ? Date.parse(earliest) : 0))
    return '“Not after” must be later.';
  const unknown = calendarsOf(timing).find((code) => !isHolidayCalendar(code));
  return unknown === undefined ? null : `There is no holiday calendar ${unknown}; write DE, DE-BY or US.`;
}

/** When it would go, in words, as far as this page can know. */
export function resultOf(
  timing: Timing,
  draft: Pick<Draft, 'status'>,
  nowMs: number,
  /** Where the recipient lives; null when nobody has said, absent when it is not known here. */
  recipientZone?: string | null,
): string {
  const approved = draft.status === 'scheduled';
  const once = approved ? '' : ', once approved';
  if (timing.kind === 'held') return 'Held until somebody gives it a time';
  if (timing.kind === 'now') return approved ? 'Goes now' : 'Goes as soon as it is approved';
  const theirs = timing.timeZone === RECIPIENT_ZONE;
  if (theirs && recipientZone === undefined) {
    const what = timing.kind === 'at' ? `at ${timing.time} on ${timing.date}` : 'in office hours';
    return `Goes ${what} where the recipient lives${once}`;
  }
  const zone = theirs ? (recipientZone ?? timing.fallbackTimeZone ?? 'UTC') : timing.timeZone;
  const at =
    timing.kind === 'at'
      ? instantOf(timing.date, timing.time, zone)
      : firstOpening({ ...timing, timeZone: zone, earliest: boundOf(timing, 'earliest') }, nowMs);
  if (at === null) return '';
  // Holidays and the draft's place in a spread are the server's to know.
  const open = timing.kind === 'window' && (timing.holidays !== '' || timing.spreadMinutes !== '');
  const unknown =
    theirs && recipientZone === null ? `. Nobody has said where they live, so ${cityOf(zone)} counts` : '';
  return `Goes ${inBothZones(at, zone, nowMs)}${open ? ' or later' : ''}${once}${unknown}`;
}

function boundOf(timing: Timing, bound: 'earliest' | 'latest'): string | null {
  const [date = '', time = ''] = timing[bound].split('T');
  return instantOf(date, time, shownZone(timing.timeZone));
}

const calendarsOf = ({ holidays }: Timing): string[] => holidays.split(/[\s,]+/).filter((code) => code !== '');
