import { z } from '@hono/zod-openapi';
import { instant, orNull, personSchema, rejectionReasonSchema } from './common.ts';

const LONGEST_DAYS = 366;

export const numbersQuery = z
  .strictObject({
    from: instant,
    to: instant,
    inbox: z.string().max(320).optional(),
    timeZone: z
      .string()
      .max(100)
      .default('UTC')
      .refine((zone) => isTimeZone(zone), 'must be an IANA time zone')
      .openapi({ description: 'The zone the days are cut in.', example: 'Europe/Berlin' }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], error: 'must be later than from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= LONGEST_DAYS * 86_400_000, {
    path: ['to'],
    error: `may be at most ${LONGEST_DAYS} days after from`,
  });
export type NumbersQuery = z.input<typeof numbersQuery>;

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const ms = z.int().nullable();
const counts = {
  approved: z.int(),
  rejected: z.int(),
  changesRequested: z.int(),
  edited: z.int(),
  medianMs: ms.openapi({ description: 'From when a revision was there to be read until somebody decided.' }),
  p90Ms: ms,
  timed: z.int().openapi({ description: 'Decisions of which it is known when the person opened the revision.' }),
  quick: z
    .int()
    .openapi({ description: 'Of those, the ones given sooner than its text can be read (8 words a second).' }),
};
export const decisionCountsSchema = z
  .object(counts)
  .openapi('DecisionCounts', { description: 'What people did; what policy approves by itself is not in here.' });
export type DecisionCountsView = z.infer<typeof decisionCountsSchema>;
const dayTypes = ['approved', 'rejected', 'changes_requested', 'edited', 'sent', 'bounced', 'complained'] as const;

export const numbersSchema = z
  .object({
    from: instant,
    to: instant,
    waiting: z
      .object({ count: z.int(), oldestMs: ms, medianMs: ms })
      .openapi({ description: 'Drafts that wait for a decision now, and for how long they have.' }),
    all: decisionCountsSchema,
    agents: z.array(z.object({ ...counts, agent: personSchema })),
    recipes: z.array(z.object({ ...counts, recipe: orNull(z.string()) })),
    reviewers: z.array(z.object({ ...counts, reviewer: personSchema })),
    rejections: z
      .array(z.object({ code: orNull(rejectionReasonSchema), message: z.string(), count: z.int() }))
      .openapi({ description: 'Why people rejected, the most frequent reason first; `code` null: they did not say.' }),
    days: z.array(z.object({ day: z.string(), counts: z.partialRecord(z.enum(dayTypes), z.int()) })),
  })
  .openapi('Numbers');
export type NumbersView = z.infer<typeof numbersSchema>;
