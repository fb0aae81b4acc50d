import type { AgentMail } from 'agentmail';
import { allRecipients, type EmailContent } from '../domain/content.ts';
import type { DraftWrite, OutgoingAttachment, ProviderDraft } from './port.ts';

/** The body of a draft's creation. Empty fields are left out; a reply leaves what AgentMail derives to AgentMail. */
export function createRequest(write: DraftWrite, clientId: string): AgentMail.CreateDraftRequest {
  const { content } = write;
  const { reply } = content;
  const recipients = {
    to: some(content.to),
    cc: some(content.cc),
    bcc: some(content.bcc),
  };
  return {
    clientId,
    // AgentMail refuses explicit recipients together with reply_all.
    ...(reply?.replyAll ? {} : recipients),
    ...(reply ? { inReplyTo: reply.inReplyTo, ...(reply.replyAll ? { replyAll: true } : {}) } : {}),
    replyTo: some(content.replyTo),
    subject: content.subject || undefined,
    text: content.text || undefined,
    html: content.html || undefined,
    attachments: some(write.attachments.map(sendAttachment)),
  };
}

/**
 * The PATCH that makes a draft say exactly `write`: null clears, and `send_at` is always cleared. Attachments are
 * replaced as a whole, since AgentMail shows no hash to recognise one by.
 */
export function updateRequest(write: DraftWrite, current: ProviderDraft): AgentMail.UpdateDraftRequest {
  const { content } = write;
  return {
    ...writtenRecipients(content),
    replyTo: orClear(content.replyTo),
    // On a reply an empty subject means the derived one.
    subject: content.reply && content.subject === '' ? undefined : content.subject || null,
    text: content.text || null,
    html: content.html || null,
    removeAttachments: some(current.attachments.map((attachment) => attachment.attachmentId)),
    addAttachments: some(write.attachments.map(sendAttachment)),
    sendAt: null,
  };
}

/** Nothing where AgentMail derives the recipients; else all three, so that none stays from before. */
function writtenRecipients(content: EmailContent): Pick<AgentMail.UpdateDraftRequest, 'to' | 'cc' | 'bcc'> {
  if (leavesRecipientsToProvider(content)) return {};
  return { to: orClear(content.to), cc: orClear(content.cc), bcc: orClear(content.bcc) };
}

/** A reply that names nobody goes to whom AgentMail derives. */
export function leavesRecipientsToProvider(content: EmailContent): boolean {
  return content.reply !== null && allRecipients(content).length === 0;
}

function sendAttachment(attachment: OutgoingAttachment): AgentMail.SendAttachment {
  const { filename, contentType, contentId, disposition, bytes } = attachment;
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return { filename, contentType, contentId, contentDisposition: disposition, content };
}

const some = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);
const orClear = <T>(items: T[]): T[] | null => (items.length > 0 ? items : null);
