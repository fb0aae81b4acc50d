import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { OutgoingMail } from '../messages/outgoing.ts';
import type { BlobStore } from '../state/blobs.ts';
import type { AttachmentRecord } from '../state/records.ts';

export interface Envelope {
  from: string;
  messageId: string;
  date: Date;
}

/** The RFC 5322 bytes of a mail. Bcc is left out, as it is on the wire. */
export async function buildRaw(mail: OutgoingMail, envelope: Envelope, blobs: BlobStore): Promise<Uint8Array> {
  const composer = new MailComposer({
    from: envelope.from,
    to: mail.to,
    cc: mail.cc,
    replyTo: mail.replyTo.length > 0 ? mail.replyTo : undefined,
    subject: mail.subject ?? '',
    text: mail.text,
    html: mail.html,
    messageId: envelope.messageId,
    date: envelope.date,
    inReplyTo: mail.inReplyTo,
    references: mail.references.length > 0 ? mail.references : undefined,
    headers: mail.headers,
    attachments: mail.attachments.map((attachment) => mailAttachment(attachment, blobs)),
  });
  return new Uint8Array(await composer.compile().build());
}

function mailAttachment(attachment: AttachmentRecord, blobs: BlobStore) {
  const bytes = blobs.get(attachment.sha256);
  if (!bytes) throw new Error(`attachment ${attachment.attachment_id} has lost its bytes ${attachment.sha256}`);
  return {
    // An explicit empty name keeps the composer from inventing one.
    filename: attachment.filename ?? false,
    content: Buffer.from(bytes),
    contentType: attachment.content_type,
    contentDisposition: attachment.content_disposition,
    cid: attachment.content_id,
  } as const;
}
