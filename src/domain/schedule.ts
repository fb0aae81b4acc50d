import { z } from 'zod';
import { RECIPIENT_ZONE } from './due.ts';
import { isHolidayCalendar } from './holidays.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const MAX_SPREAD_MS = 24 * 3_600_000;

export const wallTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

export const isTimeZone = (zone: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};
export const timeZoneSchema = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin');
/** A timer cannot run for three centuries, nor an instant be told beyond the year 9999. */
const FAR = { error: 'must be in the years 1970 to 2199' };
const isNear = (ms: number) => ms >= 0 && ms < Date.UTC(2200, 0);
const instantSchema = z.iso.datetime({ offset: true }).refine((at) => isNear(Date.parse(at)), FAR);
const localTimeSchema = z.iso
  .datetime({ local: true, precision: -1 })
  .refine((at) => isNear(Date.parse(at.endsWith('Z') ? at : `${at}Z`)), FAR);

const scheduleZone = z
  .string()
  .refine(
    (zone) => zone === RECIPIENT_ZONE || isTimeZone(zone),
    'must be an IANA time zone such as Europe/Berlin, or recipient',
  );

/** Zone of a wall clock: `fallbackTimeZone` (UTC when absent) counts while no preference of the recipient is known. */
const zoneFields = { timeZone: scheduleZone, fallbackTimeZone: timeZoneSchema.optional() };
const hasUsefulFallback = ({ timeZone, fallbackTimeZone }: { timeZone?: string; fallbackTimeZone?: string }) =>
  fallbackTimeZone === undefined || timeZone === RECIPIENT_ZONE;
const USELESS_FALLBACK = { message: 'goes only with timeZone: recipient', path: ['fallbackTimeZone'] };

/** Whether the quiet hours of the recipients keep the draft back when it is to leave; absent means `respect`. */
const quietFields = { quietHours: z.enum(['respect', 'ignore']).optional() };

/** At an instant with its offset, or at `YYYY-MM-DDTHH:MM` on the wall clock of a zone. */
const atSchema = z
  .strictObject({
    kind: z.literal('at'),
    at: z.string(),
    timeZone: scheduleZone.optional(),
    fallbackTimeZone: timeZoneSchema.optional(),
    ...quietFields,
  })
  .refine(({ at, timeZone }) => timeZone !== undefined || instantSchema.safeParse(at).success, {
    message: 'must be an instant such as 2026-12-01T09:00:00+01:00, or come with a timeZone',
    path: ['at'],
  })
  .refine(
    ({ at, timeZone }) => timeZone === undefined || (localTimeSchema.safeParse(at).success && !at.endsWith('Z')),
    { message: 'must be a local time such as 2026-12-01T09:00 when a timeZone is given', path: ['at'] },
  )
  .refine(hasUsefulFallback, USELESS_FALLBACK);

/** Office hours of the recipient: the draft goes at the first instant inside them. `to` is exclusive. */
export const windowSchema = z
  .strictObject({
    kind: z.literal('window'),
    ...zoneFields,
    days: z.array(z.enum(WEEKDAYS)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    from: wallTimeSchema.default('09:00'),
    to: wallTimeSchema.default('17:00'),
    /** Not before this instant. */
    earliest: instantSchema.optional(),
    /** Not after this instant: a draft that cannot leave by then goes back to review. */
    latest: instantSchema.optional(),
    /** Public holidays of these calendars are closed days: countries and regions such as DE, DE-BY, US. */
    holidays: z
      .array(z.string().refine(isHolidayCalendar, 'must be a country or region with a calendar, such as DE or DE-BY'))
      .max(10)
      .optional(),
    /** Milliseconds over which many drafts of the same window are spread; each draft has its own place. */
    spreadMs: z.int().min(0).max(MAX_SPREAD_MS).optional(),
    ...quietFields,
  })
  .refine((w) => w.from < w.to, { message: 'from must be before to', path: ['to'] })
  .refine((w) => !w.earliest || !w.latest || Date.parse(w.earliest) < Date.parse(w.latest), {
    message: 'must be after earliest',
    path: ['latest'],
  })
  .refine(hasUsefulFallback, USELESS_FALLBACK);

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('now'), ...quietFields }),
  atSchema,
  windowSchema,
  z.strictObject({ kind: z.literal('held') }),
]);
/** When a draft may leave. `held` is never due: a person gives it a time later. */
export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.input<typeof scheduleSchema>;
export type AtSchedule = z.infer<typeof atSchema>;
export type WindowSchedule = z.infer<typeof windowSchema>;
