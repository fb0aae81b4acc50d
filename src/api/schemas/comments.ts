import { z } from '@hono/zod-openapi';
import { SUPPRESSION_REASONS } from '../../domain/suppression.ts';
import { callerId, instant, orNull } from './common.ts';

export const addCommentSchema = z
  .strictObject({
    comment: z.string().trim().min(1).max(20_000),
    commentId: callerId
      .optional()
      .openapi({ description: 'Your id of it (or the Idempotency-Key header): a repeat is not written twice.' }),
  })
  .openapi('AddComment');
export type AddComment = z.input<typeof addCommentSchema>;
export const commentAddedSchema = z.object({ draftId: z.string(), commentId: z.string() }).openapi('CommentAdded');
export type CommentAdded = z.infer<typeof commentAddedSchema>;

const seen = {
  revision: z.int().min(1),
  eventId: z.string().max(100).nullable().openapi({ description: 'Newest event of its history that was shown.' }),
  messageId: z.string().max(998).nullable().openapi({ description: 'Newest message of its thread that was there.' }),
  policy: z
    .string()
    .max(1_000)
    .nullable()
    .openapi({ description: 'What policy said of it then, in a form of your own to compare with the next time.' }),
};
export const addLookSchema = z
  .strictObject({
    revision: seen.revision,
    eventId: seen.eventId.optional(),
    messageId: seen.messageId.optional(),
    policy: seen.policy.optional(),
  })
  .openapi('AddLook');
export type AddLook = z.input<typeof addLookSchema>;
export const lookSchema = z
  .object({ ...seen, openedAt: instant, seenAt: instant })
  .openapi('Look', { description: 'What the caller last had on screen of a draft.' });
export type Look = z.infer<typeof lookSchema>;
export const lastLookSchema = z.object({ look: orNull(lookSchema) }).openapi('LastLook');
export type LastLook = z.infer<typeof lastLookSchema>;

export const recipientNotesQuery = z.strictObject({
  addresses: z
    .string()
    .max(8_000)
    .default('')
    .transform((list) => list.split('\n').filter((one) => one.trim() !== ''))
    .pipe(z.array(z.string().max(1_000)).max(100))
    .openapi({ type: 'string', description: 'One on each line, with or without names.' }),
});
export const recipientNotesSchema = z
  .object({
    items: z.array(
      z.object({
        address: z.string(),
        suppression: orNull(z.object({ entry: z.string(), scope: z.string(), reason: z.enum(SUPPRESSION_REASONS) })),
        stopAsked: orNull(z.object({ proposalId: z.string(), at: instant })).openapi({
          description: 'A received message asks to write no more, and nobody decided yet: it is not sent before that.',
        }),
        optedOut: z.boolean().openapi({ description: "Of everything, or of this draft's category." }),
        quietHours: orNull(z.object({ from: z.string(), to: z.string() })),
        timeZone: z.string().nullable(),
      }),
    ),
  })
  .openapi('RecipientNotes');
export type RecipientNotes = z.infer<typeof recipientNotesSchema>;
