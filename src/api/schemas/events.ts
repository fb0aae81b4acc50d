import { z } from '@hono/zod-openapi';
import { AUDIT_TYPES } from '../../domain/audit.ts';
import { CHECK_ACTIONS, CHECKS } from '../../domain/preflight.ts';
import { REVIEW_DOORS } from '../../domain/review-notice.ts';
import {
  digestSchema,
  instant,
  orNull,
  personSchema,
  reasonCodeSchema,
  reasonSchema,
  rejectionReasonSchema,
  schedule,
} from './common.ts';
import { statusSchema } from './drafts.ts';
import { keptEvidenceSchema } from './send-evidence.ts';

const checkResultSchema = z
  .object({
    check: z.enum(CHECKS),
    result: z.enum(['pass', ...CHECK_ACTIONS]),
    reason: reasonCodeSchema.optional(),
    evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  })
  .openapi('CheckResult', { description: 'How one check came out; codes and counts, never an address.' });
export const auditTypeSchema = z.enum(AUDIT_TYPES).openapi('EventType');

/** One thing that happened to a draft. Free of content and addresses, except for the comment of a person. */
export const eventSchema = z
  .object({
    id: z.string().openapi({ description: 'Opaque; resume a stream with it as Last-Event-ID.' }),
    draftId: z.string(),
    type: auditTypeSchema,
    at: instant,
    actor: orNull(personSchema),
    via: z
      .enum(['session', ...REVIEW_DOORS])
      .nullable()
      .openapi({
        description:
          'The door the person came through: the desk, a link or an answer by mail, Slack, a webhook. Null: a key.',
      }),
    summary: z.string().openapi({ description: 'The event as a sentence.' }),
    comment: z.string().nullable(),
    revision: z.int(),
    digest: digestSchema.nullable(),
    commandId: z.string().nullable(),
    data: z.object({
      status: statusSchema.optional(),
      reason: reasonSchema.optional(),
      schedule: schedule.optional(),
      dueAt: instant.nullable().optional(),
      step: z.string().optional(),
      code: z.string().optional(),
      reasonCode: rejectionReasonSchema.optional(),
      attempt: z.int().optional(),
      key: z.string().optional(),
      messageId: z.string().optional(),
      threadId: z.string().optional(),
      verified: z.boolean().optional(),
      policy: z.string().optional(),
      group: z.string().optional().openapi({ description: 'Group asked first, or as well.' }),
      warnings: z.int().optional(),
      until: instant.optional().openapi({ description: 'Tried again from then on; or when a claim ends.' }),
      person: personSchema.optional().openapi({ description: 'Who has the draft now, or had it until now.' }),
      evidence: keptEvidenceSchema.optional(),
      checks: z.array(checkResultSchema).optional().openapi({ description: 'What was checked before it left.' }),
    }),
  })
  .openapi('Event');
export type DraftEventView = z.infer<typeof eventSchema>;

export const eventListSchema = z.object({ items: z.array(eventSchema) }).openapi('EventList');
export type EventList = z.infer<typeof eventListSchema>;

export const streamHeaders = z.object({
  'last-event-id': z
    .string()
    .regex(/^[\w.:-]{1,100}$/, 'must be the id of an event')
    .optional(),
});
