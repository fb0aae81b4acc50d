import { z } from 'zod';
import { sendAttachmentBody } from '../attachments/incoming.ts';
import { addressesSchema, labelPatchBody } from '../drafts/body.ts';

const shared = {
  labels: addressesSchema.nullish(),
  reply_to: addressesSchema.nullish(),
  text: z.string().nullish(),
  html: z.string().nullish(),
  attachments: z.array(sendAttachmentBody).nullish(),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, 'is not a header name'), z.string()).nullish(),
};

const recipients = { to: addressesSchema.nullish(), cc: addressesSchema.nullish(), bcc: addressesSchema.nullish() };

export const sendMessageBody = z.object({ ...shared, ...recipients, subject: z.string().nullish() });
export const replyBody = z.object({ ...shared, ...recipients, reply_all: z.boolean().nullish() });
/** Recipients of a reply-all are derived; giving them is refused further on, so they are let through to be named. */
export const replyAllBody = z.object({ ...shared, ...recipients });

const ids = (max: number) =>
  z
    .array(z.string())
    .min(1)
    .max(max)
    .refine((list) => new Set(list).size === list.length, { message: 'holds duplicates' });

export const batchGetBody = z.object({ message_ids: ids(500) });
export const batchUpdateBody = labelPatchBody.extend({ message_ids: ids(50) });
