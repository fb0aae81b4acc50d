import { z } from '@hono/zod-openapi';
import { digestSchema, instant, orNull } from './common.ts';

const shown = {
  label: z.enum(['found', 'absent', 'unreadable']).openapi({ description: 'A message with the label of this send.' }),
  draft: z.enum(['present', 'sending', 'gone', 'unreadable']).openapi({ description: 'The draft in AgentMail.' }),
};

/** As it is kept with the event `outcome_unknown`. */
export const keptEvidenceSchema = z
  .object({
    priorAttempts: z.int().openapi({ description: 'Requests that may have left.' }),
    firstAttemptAgeMs: z.number(),
    lastAttemptAgeMs: z.number(),
    ...shown,
  })
  .openapi('KeptEvidence');

export const sendEvidenceSchema = z
  .object({
    requests: z
      .array(
        z.object({
          attempt: z.int(),
          revision: z.int(),
          digest: digestSchema.nullable(),
          idempotencyKey: z.string().nullable(),
          askedAt: instant,
          answer: orNull(
            z.object({
              kind: z.enum(['accepted', 'refused', 'none']).openapi({ description: '`none`: nothing that proves it.' }),
              code: z.string().nullable(),
              messageId: z.string().nullable(),
              at: instant,
            }),
          ).openapi({ description: 'Null: whoever asked died before it could note an answer.' }),
        }),
      )
      .openapi({ description: 'What was asked of AgentMail, and what it answered, oldest first.' }),
    whenGivenUp: orNull(keptEvidenceSchema.extend({ at: instant })).openapi({
      description: 'What the mailbox showed when the outcome was declared unknown.',
    }),
    mailbox: z
      .object({
        lookedAt: instant,
        ...shown,
        messageId: z.string().nullable().openapi({ description: 'Of the message with the label.' }),
        alike: z
          .array(
            z.object({
              messageId: z.string(),
              at: instant,
              to: z.array(z.string()),
              subject: z.string(),
              otherDraft: z.boolean().openapi({ description: 'It carries the label of another draft.' }),
            }),
          )
          .nullable()
          .openapi({
            description: 'Sent since the first request, to the same people under the same subject. Null: unreadable.',
          }),
      })
      .openapi({ description: 'What the mailbox shows now.' }),
    retrySafeUntil: instant.nullable().openapi({
      description: 'Until then AgentMail answers a repeat with the original. Null: no request left.',
    }),
  })
  .openapi('SendEvidence');
export type SendEvidenceView = z.infer<typeof sendEvidenceSchema>;
