import { z } from 'zod';

/** AgentMail accepts 50 recipients over to, cc and bcc together. */
export const MAX_RECIPIENTS = 50;
/** Bytes of text plus HTML we accept; AgentMail's request limit is 6 MB including attachments. */
export const MAX_BODY_BYTES = 6_000_000;

/** What kind of mail it is: a short slug, the same word in drafts and in what recipients opt out of. */
export const categorySchema = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,49}$/, 'must be a slug such as newsletter');
/** Kinds of mail to many, where nothing else is configured: they need a way out. */
export const BULK_CATEGORIES: readonly string[] = ['newsletter', 'marketing', 'promotion', 'bulk'];
/** 1 goes first, 5 last. */
export const DEFAULT_PRIORITY = 3;

/** A line break in a header value would let content smuggle further headers. */
const headerText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !/[\r\n\0]/.test(value), 'must not contain line breaks');

/** `user@host` or `Name <user@host>`, as AgentMail takes it. Validity of the address itself is a check, not a shape. */
export const recipientSchema = headerText(998).min(1);
const recipientsSchema = z.array(recipientSchema).max(200).default([]);

/** An attachment by content hash: the bytes live in the blob store. */
export const attachmentSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  filename: headerText(255).optional(),
  contentType: headerText(255).optional(),
  size: z.int().nonnegative(),
  disposition: z.enum(['attachment', 'inline']).default('attachment'),
  contentId: headerText(255).optional(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** A reply's recipients, subject and threading are derived by AgentMail from the message it answers. */
export const replySchema = z.strictObject({
  // These two would name another resource in AgentMail's paths.
  inReplyTo: headerText(998)
    .min(1)
    .refine((id) => id !== '.' && id !== '..', 'must be a message id'),
  replyAll: z.boolean().default(false),
});
export type Reply = z.infer<typeof replySchema>;

/** What an email says: everything an approver approves except the inbox it leaves from. */
export const emailContentSchema = z.strictObject({
  to: recipientsSchema,
  cc: recipientsSchema,
  bcc: recipientsSchema,
  replyTo: recipientsSchema,
  subject: headerText(998).default(''),
  text: z.string().max(MAX_BODY_BYTES).default(''),
  html: z.string().max(MAX_BODY_BYTES).default(''),
  attachments: z.array(attachmentSchema).max(100).default([]),
  reply: replySchema.nullable().default(null),
});
export type EmailContent = z.infer<typeof emailContentSchema>;
export type EmailContentInput = z.input<typeof emailContentSchema>;

/** The bare, lower-cased address of `Name <user@host>` or `user@host`; null when there is none. */
export function bareAddress(recipient: string): string | null {
  const angled = /<([^<>]*)>\s*$/.exec(recipient);
  const address = (angled?.[1] ?? recipient).trim().toLowerCase();
  return /^[^\s@<>",;:]+@[^\s@<>",;:]+$/.test(address) ? address : null;
}

/** Every recipient in the order to, cc, bcc. */
export function allRecipients(content: Pick<EmailContent, 'to' | 'cc' | 'bcc'>): string[] {
  return [...content.to, ...content.cc, ...content.bcc];
}

type Envelope = Pick<EmailContent, 'to' | 'cc' | 'subject'>;

/** To the same people, under the same subject. Not bcc: a message need not show it. */
export function sameEnvelope(one: Envelope, other: Envelope): boolean {
  const people = ({ to, cc }: Envelope) =>
    [...new Set([...to, ...cc].map((recipient) => bareAddress(recipient) ?? recipient))].sort().join();
  return one.subject.trim() === other.subject.trim() && people(one) === people(other);
}
