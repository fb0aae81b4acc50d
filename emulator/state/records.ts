import { z } from 'zod';

/** What the emulator remembers. Field names are those of the wire, so that a view is a choice of fields. */

const iso = z.string();

export const attachmentRecord = z.object({
  attachment_id: z.string(),
  filename: z.string().optional(),
  size: z.number(),
  content_type: z.string().optional(),
  content_disposition: z.enum(['inline', 'attachment']).optional(),
  content_id: z.string().optional(),
  sha256: z.string(),
});
export type AttachmentRecord = z.infer<typeof attachmentRecord>;

export const metadataSchema = z.record(z.string().max(256), z.union([z.string().max(256), z.number(), z.boolean()]));

export const inboxRecord = z.object({
  pod_id: z.string(),
  inbox_id: z.string(),
  email: z.string(),
  display_name: z.string().optional(),
  client_id: z.string().optional(),
  metadata: metadataSchema.optional(),
  updated_at: iso,
  created_at: iso,
  seq: z.number(),
});
export type InboxRecord = z.infer<typeof inboxRecord>;

export const draftRecord = z.object({
  inbox_id: z.string(),
  draft_id: z.string(),
  client_id: z.string().optional(),
  labels: z.array(z.string()),
  reply_to: z.array(z.string()).optional(),
  to: z.array(z.string()).optional(),
  cc: z.array(z.string()).optional(),
  bcc: z.array(z.string()).optional(),
  subject: z.string().optional(),
  preview: z.string().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  attachments: z.array(attachmentRecord).optional(),
  in_reply_to: z.string().optional(),
  forward_of: z.string().optional(),
  reply_all: z.boolean().optional(),
  references: z.array(z.string()).optional(),
  send_status: z.enum(['scheduled', 'sending', 'failed']).optional(),
  send_at: iso.optional(),
  updated_at: iso,
  created_at: iso,
  seq: z.number(),
});
export type DraftRecord = z.infer<typeof draftRecord>;

/** A draft that is gone for writers but, under the `deleteLagMs` switch, still shown to readers. */
export const ghostRecord = z.object({ draft: draftRecord, untilMs: z.number() });

export const messageRecord = z.object({
  inbox_id: z.string(),
  thread_id: z.string(),
  message_id: z.string(),
  labels: z.array(z.string()),
  timestamp: iso,
  from: z.string(),
  reply_to: z.array(z.string()).optional(),
  to: z.array(z.string()),
  cc: z.array(z.string()).optional(),
  bcc: z.array(z.string()).optional(),
  subject: z.string().optional(),
  preview: z.string().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  extracted_text: z.string().optional(),
  extracted_html: z.string().optional(),
  attachments: z.array(attachmentRecord).optional(),
  in_reply_to: z.string().optional(),
  references: z.array(z.string()).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  size: z.number(),
  updated_at: iso,
  created_at: iso,
  seq: z.number(),
  direction: z.enum(['sent', 'received']),
  raw_sha256: z.string(),
});
export type MessageRecord = z.infer<typeof messageRecord>;

export const outboxRecord = z.object({
  seq: z.number(),
  acceptedAt: iso,
  inboxId: z.string(),
  threadId: z.string(),
  messageId: z.string(),
  draftId: z.string().optional(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  bcc: z.array(z.string()),
  subject: z.string().optional(),
  text: z.string().optional(),
  html: z.string().optional(),
  attachments: z.array(attachmentRecord),
  labels: z.array(z.string()),
  idempotencyKey: z.string().optional(),
  route: z.enum(['draft_send', 'send_at', 'send', 'reply', 'reply_all', 'forward']),
  apiKey: z.object({ id: z.string().optional(), name: z.string().optional(), prefix: z.string() }).optional(),
});
export type OutboxRecord = z.infer<typeof outboxRecord>;

export const idempotencyRecord = z.object({
  fingerprint: z.string(),
  messageId: z.string(),
  threadId: z.string(),
  completedAtMs: z.number(),
});

export const clientIdRecord = z.object({ resourceId: z.string() });

export const permissionsSchema = z.record(z.string(), z.boolean());

export const apiKeyRecord = z.object({
  api_key_id: z.string(),
  prefix: z.string(),
  name: z.string(),
  token_sha256: z.string(),
  inbox_id: z.string().optional(),
  permissions: permissionsSchema.optional(),
  used_at: iso.optional(),
  created_at: iso,
  updated_at: iso,
  seq: z.number(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecord>;

export const listDirection = z.enum(['send', 'receive', 'reply']);
export const listType = z.enum(['allow', 'block']);
export type ListDirection = z.infer<typeof listDirection>;
export type ListType = z.infer<typeof listType>;

export const listEntryRecord = z.object({
  entry: z.string(),
  entry_type: z.enum(['email', 'domain']),
  direction: listDirection,
  list_type: listType,
  reason: z.string().optional(),
  inbox_id: z.string().optional(),
  created_at: iso,
});
export type ListEntryRecord = z.infer<typeof listEntryRecord>;

export const webhookRecord = z.object({
  webhook_id: z.string(),
  url: z.string(),
  event_types: z.array(z.string()),
  inbox_ids: z.array(z.string()).optional(),
  owner_inbox_id: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  secret: z.string(),
  enabled: z.boolean(),
  client_id: z.string().optional(),
  updated_at: iso,
  created_at: iso,
  seq: z.number(),
});
export type WebhookRecord = z.infer<typeof webhookRecord>;

export const deliveryAttempt = z.object({ at: iso, status: z.number().optional(), error: z.string().optional() });
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

export const deliveryRecord = z.object({
  delivery_id: z.string(),
  webhook_id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  body: z.string(),
  attempts: z.number(),
  status: z.enum(['pending', 'delivered', 'failed']),
  lastStatus: z.number().optional(),
  lastError: z.string().optional(),
  /** Every attempt, `at` by the emulator's clock. */
  history: z.array(deliveryAttempt).default([]),
  /** Of a pending one that was tried before. */
  nextAttemptAtMs: z.number().optional(),
  seq: z.number(),
});
export type DeliveryRecord = z.infer<typeof deliveryRecord>;

/** A sent message on its way to the SMTP relay. */
export const relayRecord = z.object({
  inboxId: z.string(),
  messageId: z.string(),
  status: z.enum(['pending', 'relayed', 'failed']),
  attempts: z.number(),
  lastError: z.string().optional(),
  /** Recipients the relay would not take while it took others. */
  refused: z.array(z.string()).optional(),
  nextAttemptAtMs: z.number().optional(),
});
export type RelayRecord = z.infer<typeof relayRecord>;
