import { z } from 'zod';
import { sendAttachmentBody } from '../attachments/incoming.ts';
import { clientIdSchema } from '../client-ids.ts';

/** One address or several; the service takes both. */
export const addressesSchema = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const labelsSchema = addressesSchema;

const contentFields = {
  reply_to: addressesSchema.nullish(),
  to: addressesSchema.nullish(),
  cc: addressesSchema.nullish(),
  bcc: addressesSchema.nullish(),
  subject: z.string().nullish(),
  text: z.string().nullish(),
  html: z.string().nullish(),
  send_at: z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time with a zone' }).nullish(),
};

export const createDraftBody = z.object({
  ...contentFields,
  labels: labelsSchema.nullish(),
  attachments: z.array(sendAttachmentBody).nullish(),
  in_reply_to: z.string().nullish(),
  forward_of: z.string().nullish(),
  reply_all: z.boolean().nullish(),
  client_id: clientIdSchema.nullish(),
});
export type CreateDraftBody = z.infer<typeof createDraftBody>;

const fixedAtCreation = z.undefined({ error: "a draft's kind is fixed at creation" }).optional();

export const updateDraftBody = z.object({
  ...contentFields,
  add_attachments: z.array(sendAttachmentBody).nullish(),
  remove_attachments: z.array(z.string()).nullish(),
  add_labels: labelsSchema.nullish(),
  remove_labels: labelsSchema.nullish(),
  in_reply_to: fixedAtCreation,
  forward_of: fixedAtCreation,
  reply_all: fixedAtCreation,
});
export type UpdateDraftBody = z.infer<typeof updateDraftBody>;

/** Sending takes nothing else: content given here would be silently lost, so it is refused. */
export const sendDraftBody = z.strictObject({
  add_labels: labelsSchema.nullish(),
  remove_labels: labelsSchema.nullish(),
});

export const labelPatchBody = z.object({
  add_labels: labelsSchema.nullish(),
  remove_labels: labelsSchema.nullish(),
});
export type LabelPatch = z.infer<typeof labelPatchBody>;
