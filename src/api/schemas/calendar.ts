import { z } from '@hono/zod-openapi';
import { isTimeZone } from '../../domain/schedule.ts';
import { draftFilters, statusesQuery } from './drafts.ts';

const MOST_DAYS = 100;
const DAY_MS = 86_400_000;

const dateSchema = z.iso.date().openapi({ example: '2026-12-01' });
export const calendarQuery = z
  .strictObject({
    ...draftFilters,
    status: statusesQuery,
    from: dateSchema,
    to: dateSchema.openapi({ description: 'The day after the last.' }),
    timeZone: z
      .string()
      .max(100)
      .default('UTC')
      .refine(isTimeZone, 'must be an IANA time zone')
      .openapi({ description: 'The zone the days are cut in.', example: 'Europe/Berlin' }),
  })
  .refine(({ from, to }) => from < to && Date.parse(to) - Date.parse(from) <= MOST_DAYS * DAY_MS, {
    path: ['to'],
    error: `must be 1 to ${MOST_DAYS} days after from`,
  });
export type CalendarQuery = z.input<typeof calendarQuery>;

export const calendarSchema = z
  .object({
    timeZone: z.string(),
    days: z
      .array(z.object({ date: z.string(), count: z.int() }))
      .openapi({ description: 'Every day, also empty ones.' }),
  })
  .openapi('DraftCalendar');
export type DraftCalendar = z.infer<typeof calendarSchema>;
