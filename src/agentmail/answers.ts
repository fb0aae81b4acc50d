import { z } from 'zod';
import { failure } from './errors.ts';
import type { ListedDraft, ListedMessage, ProviderDraft, ProviderMessage } from './port.ts';

/**
 * The SDK does not validate answers: broken JSON with status 200 arrives as an object like any other. These schemas
 * read what the SDK returns and fill what AgentMail leaves out with the snapshot's empty values.
 */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const orNull = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const strings = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
const id = z.string().min(1);

const isoOrNull = z
  .date()
  .nullish()
  .transform((value) => value?.toISOString() ?? null);

const attachment = z.object({ attachmentId: id, size: z.number(), filename: orNull, contentType: orNull });
const attachments = z
  .array(attachment)
  .nullish()
  .transform((value) => value ?? []);

const disposition = z
  .enum(['attachment', 'inline'])
  .nullish()
  .transform((value) => value ?? null);
const draftAttachments = z
  .array(
    attachment
      .extend({ contentDisposition: disposition, contentId: orNull })
      .transform(({ contentDisposition, ...rest }) => ({ ...rest, disposition: contentDisposition })),
  )
  .nullish()
  .transform((value) => value ?? []);

const draftSchema = z
  .object({
    draftId: id,
    inboxId: id,
    clientId: orNull,
    labels: strings,
    to: strings,
    cc: strings,
    bcc: strings,
    replyTo: strings,
    subject: text,
    text,
    html: text,
    attachments: draftAttachments,
    inReplyTo: orNull,
    forwardOf: orNull,
    sendAt: isoOrNull,
    sendStatus: orNull,
  })
  .transform(({ draftId, ...rest }): ProviderDraft => ({ providerDraftId: draftId, ...rest }));

const armorSchema = z.union([
  z.string().min(1),
  z.object({ verdict: z.string().min(1) }).transform(({ verdict }) => verdict),
  z.object({ complete: z.object({ verdict: z.string().min(1) }) }).transform(({ complete }) => complete.verdict),
  z.object({ status: z.string().min(1) }).transform(({ status }) => status),
]);

/** The scan's verdict or state in one word. What cannot be read must not look like no scan at all. */
function armorOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const parsed = armorSchema.safeParse(value);
  return parsed.success ? parsed.data : 'unreadable';
}

const messageSchema = z
  .object({
    messageId: id,
    threadId: id,
    inboxId: id,
    labels: strings,
    from: z.string(),
    to: strings,
    cc: strings,
    bcc: strings,
    replyTo: z
      .array(z.string())
      .nullish()
      .transform((value) => value ?? undefined),
    subject: text,
    text,
    html: text,
    attachments,
    timestamp: z.date(),
    // Newer than the SDK, which passes it through by either name.
    agentArmor: z.unknown().optional(),
    agent_armor: z.unknown().optional(),
  })
  .transform(({ timestamp, agentArmor, agent_armor, ...rest }): ProviderMessage => {
    const armor = armorOf(agentArmor ?? agent_armor);
    return { ...rest, ...(armor !== null && { armor }), timestampMs: timestamp.getTime() };
  });

const listedDraftSchema = z
  .object({ draftId: id, inboxId: id, labels: strings, sendAt: isoOrNull, sendStatus: orNull, updatedAt: z.date() })
  .transform(({ updatedAt, ...rest }): ListedDraft => ({ ...rest, updatedAtMs: updatedAt.getTime() }));

const listedMessageSchema = z
  .object({
    messageId: id,
    threadId: id,
    inboxId: id,
    labels: strings,
    from: z.string(),
    to: strings,
    cc: strings,
    bcc: strings,
    subject: text,
    timestamp: z.date(),
  })
  .transform(({ timestamp, ...rest }): ListedMessage => ({ ...rest, timestampMs: timestamp.getTime() }));

const webhookSchema = z.object({
  webhookId: id,
  url: z.string(),
  eventTypes: strings,
  secret: id,
  enabled: z.boolean(),
  clientId: orNull,
});
export type WebhookAnswer = z.infer<typeof webhookSchema>;

const nextPageToken = z
  .string()
  .nullish()
  .transform((value) => (value ? value : undefined));

export const toDraft = reader(draftSchema);
export const toMessage = reader(messageSchema);
export const toSent = reader(z.object({ messageId: id, threadId: id }));
export const toThreadPage = reader(z.object({ nextPageToken, messages: z.array(messageSchema) }));
export const toLabelledPage = reader(
  z.object({ nextPageToken, messages: z.array(z.object({ messageId: id, labels: strings })) }),
);
export const toDraftPage = reader(z.object({ nextPageToken, drafts: z.array(listedDraftSchema) }));
export const toMessagePage = reader(z.object({ nextPageToken, messages: z.array(listedMessageSchema) }));
export const toWebhook = reader(webhookSchema);
export const toWebhookPage = reader(z.object({ nextPageToken, webhooks: z.array(webhookSchema) }));
export const toInboxPage = reader(
  z.object({ nextPageToken, inboxes: z.array(z.object({ inboxId: id, displayName: orNull })) }),
);
export const toEntryPage = reader(z.object({ nextPageToken, entries: z.array(z.object({ entry: id })) }));
export const toEntry = reader(z.object({ reason: z.string().nullish() }));
export const toPodId = reader(z.object({ podId: id }).transform(({ podId }) => podId));
export const toDownloadUrl = reader(
  z.object({ downloadUrl: z.url({ protocol: /^https?$/ }) }).transform(({ downloadUrl }) => downloadUrl),
);

/** The message of a schema error would quote the answer, so only the failure's type is told. */
function reader<T>(schema: z.ZodType<T>): (answer: unknown) => T {
  return (answer) => {
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw failure('agentmail.unexpected_response');
    return parsed.data;
  };
}
