import { z } from '@hono/zod-openapi';
import { callerId, digestSchema, instant, rejectionReasonSchema, schedule } from './common.ts';
import { contentChangesSchema } from './content.ts';
import { statusSchema } from './drafts.ts';

const decisionId = callerId.optional().openapi({
  description: 'Your id of this command (or the Idempotency-Key header): a repeat is answered with the first result.',
});
const revision = z.int().min(1);
const comment = z.string().trim().min(1).max(20_000);

export const decisionSchema = z.enum(['approve', 'reject', 'request_changes']).openapi('Decision');
export type Decision = z.infer<typeof decisionSchema>;

export const decideSchema = z
  .strictObject({
    decision: decisionSchema,
    revision: revision.openapi({ description: 'The revision you have read.' }),
    digest: digestSchema.openapi({ description: 'Its digest: proof that you decide about what you have read.' }),
    comment: comment.optional().openapi({ description: 'Required for request_changes.' }),
    reasonCode: rejectionReasonSchema.optional(),
    schedule: schedule.optional().openapi({
      description:
        'With an approval: the time you have read. The approval is of that time, too, and a new one takes it away. ' +
        'Without it the content is approved, at whatever time.',
    }),
    threadSeen: z
      .string()
      .min(1)
      .max(998)
      .optional()
      .openapi({
        description:
          'With an approval of a reply: `messageId` of the latest message of its thread that you have read. A newer one of ' +
          'somebody else sends it back. Without it, those count as read that were there when the revision was written.',
      }),
    decisionId,
  })
  .refine((body) => body.decision === 'approve' || body.schedule === undefined, {
    path: ['schedule'],
    message: 'belongs to approve only',
  })
  .refine((body) => body.decision === 'reject' || body.reasonCode === undefined, {
    path: ['reasonCode'],
    message: 'belongs to reject only',
  })
  .refine((body) => body.decision === 'approve' || body.threadSeen === undefined, {
    path: ['threadSeen'],
    message: 'belongs to approve only',
  })
  .refine((body) => body.decision !== 'request_changes' || body.comment !== undefined, {
    path: ['comment'],
    message: 'say what should change',
  })
  .openapi('Decide');
export type Decide = z.input<typeof decideSchema>;

export const revokeSchema = z.strictObject({ revision, comment: comment.optional(), decisionId }).openapi('Revoke');
export type Revoke = z.input<typeof revokeSchema>;

export const editSchema = z
  .strictObject({
    baseRevision: revision.openapi({ description: 'The revision the changes were made on.' }),
    content: contentChangesSchema,
    comment: comment.optional(),
    decisionId,
  })
  .openapi('Edit');
export type Edit = z.input<typeof editSchema>;
export type ParsedEdit = z.infer<typeof editSchema>;

export const rescheduleSchema = z
  .strictObject({ schedule, comment: comment.optional(), decisionId })
  .openapi('Reschedule');
export type Reschedule = z.input<typeof rescheduleSchema>;

export const recomposeSchema = z
  .strictObject({
    revision: revision.openapi({ description: 'The revision that is to be replaced.' }),
    comment: comment.optional().openapi({ description: 'What the new text is to heed.' }),
    decisionId,
  })
  .openapi('Recompose');
export type Recompose = z.input<typeof recomposeSchema>;

export const endSchema = z.strictObject({ comment: comment.optional(), decisionId }).openapi('EndDraft');
export type EndDraft = z.input<typeof endSchema>;

export const resolveSchema = z
  .strictObject({
    action: z.enum(['mark_sent', 'retry', 'give_up']),
    messageId: z
      .string()
      .min(1)
      .max(998)
      .optional()
      .openapi({ description: 'For mark_sent: the message in the inbox. It is looked up and compared.' }),
    acceptDuplicateRisk: z.boolean().optional().openapi({
      description: 'For retry, once the idempotency key has expired: accepts that the mail may arrive twice.',
    }),
    comment: comment.optional(),
    decisionId,
  })
  .superRefine((body, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
    if (body.action === 'mark_sent' && !body.messageId) wrong('messageId', 'name the message that was sent');
    if (body.action !== 'mark_sent' && body.messageId) wrong('messageId', 'belongs to mark_sent only');
    if (body.action !== 'retry' && body.acceptDuplicateRisk) wrong('acceptDuplicateRisk', 'belongs to retry only');
  })
  .openapi('Resolve');
export type Resolve = z.input<typeof resolveSchema>;

export const commandResultSchema = z
  .object({
    draftId: z.string(),
    decisionId: z.string().openapi({ description: 'Repeat the request with this id to get the same answer.' }),
    status: statusSchema,
    revision: z.int(),
    digest: digestSchema.nullable(),
    dueAt: instant.nullable(),
    holdUntil: instant.nullable(),
    changed: z.boolean().optional().openapi({ description: 'Of a recheck: whether it changed anything.' }),
  })
  .openapi('CommandResult');
export type CommandAnswer = z.infer<typeof commandResultSchema>;
