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
  subject: string;
  text: string;
  html: string;
  attachments: { attachmentId: string; size: number; filename: string | null; contentType: string | null }[];
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
}
