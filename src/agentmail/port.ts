import type { Attachment, EmailContent } from '../domain/content.ts';
import type { ProviderSnapshot } from '../store/types.ts';

/** A draft as AgentMail shows it: the snapshot preflight compares, and what only we look at. */
export interface ProviderDraft extends ProviderSnapshot {
  inboxId: string;
  labels: string[];
  clientId: string | null;
}

/** A message as far as a send's proof needs it. */
export interface ProviderMessage {
  messageId: string;
  threadId: string;
  inboxId: string;
  labels: string[];
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  /** Undefined when AgentMail shows none. */
  replyTo?: string[];
  subject: string;
  text: string;
  html: string;
  attachments: { attachmentId: string; size: number; filename: string | null; contentType: string | null }[];
  /** What AgentMail's scan of a received message says: its verdict, or how far it is; absent where it did not scan. */
  armor?: string;
  timestampMs: number;
}

export interface OutgoingAttachment extends Attachment {
  bytes: Uint8Array;
}

/** What a draft write says. Attachments carry their bytes; a reply omits what AgentMail derives. */
export interface DraftWrite {
  content: EmailContent;
  attachments: OutgoingAttachment[];
}

/** One page of a list; `nextPageToken` is null on the last. */
export interface PageRequest {
  pageToken?: string;
  /** At most 100. */
  limit: number;
}

/** A draft as the organization's list shows it: enough to see that it is new, changed or scheduled. */
export interface ListedDraft {
  inboxId: string;
  draftId: string;
  updatedAtMs: number;
  labels: string[];
  sendAt: string | null;
  sendStatus: string | null;
}

/** A message as an inbox's list shows it: enough to recognise one that was sent past us. */
export interface ListedMessage {
  inboxId: string;
  messageId: string;
  threadId: string;
  timestampMs: number;
  /** `sent` or `received` among them. */
  labels: string[];
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
}

/** What AgentMail can tell a webhook. */
export type MailEventType =
  | 'message.received'
  | 'message.received.spam'
  | 'message.received.blocked'
  | 'message.received.unauthenticated'
  | 'message.sent'
  | 'message.delivered'
  | 'message.bounced'
  | 'message.complained'
  | 'message.rejected'
  | 'message.opened';

export interface WebhookWish {
  url: string;
  /** Names our webhook among others of the account: letters, digits, `-`, `_`, `.`; the same one in every call. */
  clientId: string;
  eventTypes: MailEventType[];
}

/**
 * What this system needs of AgentMail. Failures are ApplicationFailures made by the classifier (`agentmail.*`);
 * `null` means the service said 404. No call retries by itself.
 */
export interface MailProvider {
  createDraft(inboxId: string, write: DraftWrite, options: { clientId: string }): Promise<ProviderDraft>;
  /** Replaces recipients, subject, bodies and attachments; clears `send_at`. Null when the draft is gone. */
  replaceDraft(
    inboxId: string,
    draftId: string,
    write: DraftWrite,
    current: ProviderDraft,
  ): Promise<ProviderDraft | null>;
  getDraft(inboxId: string, draftId: string): Promise<ProviderDraft | null>;
  /** Takes AgentMail's own timer away. Null when the draft is gone. */
  clearSendAt(inboxId: string, draftId: string): Promise<ProviderDraft | null>;
  /** True also when it was gone already. */
  deleteDraft(inboxId: string, draftId: string): Promise<void>;
  downloadDraftAttachment(inboxId: string, draftId: string, attachmentId: string): Promise<Uint8Array>;
  /** The one irreversible call. */
  sendDraft(
    inboxId: string,
    draftId: string,
    options: { idempotencyKey: string; label: string; timeoutMs: number },
  ): Promise<{ messageId: string; threadId: string }>;
  findMessageByLabel(inboxId: string, label: string): Promise<ProviderMessage | null>;
  getMessage(inboxId: string, messageId: string): Promise<ProviderMessage | null>;
  downloadMessageAttachment(inboxId: string, messageId: string, attachmentId: string): Promise<Uint8Array>;
  /** Messages of the thread of `messageId`, oldest first; null when the message is unknown. */
  threadOf(inboxId: string, messageId: string): Promise<ProviderMessage[] | null>;
  /** Those of `addresses` that AgentMail's send lists (inbox, then organization) would refuse. */
  blockedRecipients(inboxId: string, addresses: string[]): Promise<string[]>;
  listInboxes(): Promise<{ inboxId: string; displayName: string | null }[]>;
  /** Drafts of all inboxes the key may see, last updated first; with `afterMs` only those updated later than that. */
  listDrafts(
    page: PageRequest & { afterMs?: number },
  ): Promise<{ drafts: ListedDraft[]; nextPageToken: string | null }>;
  /** Messages of an inbox newer than `afterMs`, newest first, those in trash and spam too. Fails when it is unknown. */
  listMessages(
    inboxId: string,
    page: PageRequest & { afterMs: number },
  ): Promise<{ messages: ListedMessage[]; nextPageToken: string | null }>;
  /**
   * Puts an address or domain on AgentMail's send block list of the organization, or of one inbox. An entry that is
   * there already stays as it is. Answers whose it is: ours when Countersign put it there, now or before.
   */
  blockRecipient(entry: string, scope: { inboxId?: string; reason?: string }): Promise<'ours' | 'theirs'>;
  /**
   * Takes it off that list again; an entry that is not there is no failure. With `ifOurs` it looks first and leaves what
   * Countersign did not put there. Answers whose the entry is that is there now; null: there is none.
   */
  unblockRecipient(entry: string, scope: { inboxId?: string; ifOurs?: boolean }): Promise<'theirs' | null>;
  /**
   * One webhook of the account that tells `url` those events. Another URL under the same client id replaces the old
   * webhook, one that AgentMail switched off is replaced too: the secret changes then.
   */
  ensureWebhook(wish: WebhookWish): Promise<{ webhookId: string; secret: string }>;
}
