import { z } from 'zod';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

const isTimeZone = (zone: string) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
};
export const timeZoneSchema = z.string().refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin');
const instantSchema = z.iso.datetime({ offset: true });

/** Office hours of the recipient: the draft goes at the first instant inside them. `to` is exclusive. */
export const windowSchema = z
  .strictObject({
    kind: z.literal('window'),
    timeZone: timeZoneSchema,
    days: z.array(z.enum(WEEKDAYS)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    from: wallTime.default('09:00'),
    to: wallTime.default('17:00'),
    /** Not before this instant. */
    earliest: instantSchema.optional(),
  })
  .refine((w) => w.from < w.to, { message: 'from must be before to', path: ['to'] });

export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('now') }),
  z.strictObject({ kind: z.literal('at'), at: instantSchema }),
  windowSchema,
  z.strictObject({ kind: z.literal('held') }),
]);
/** When a draft may leave. `held` is never due: a person gives it a time later. */
export type Schedule = z.infer<typeof scheduleSchema>;
export type ScheduleInput = z.input<typeof scheduleSchema>;
export type WindowSchedule = z.infer<typeof windowSchema>;
