import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { newUuid } from '../ids.ts';
import type { BlobStore } from '../state/blobs.ts';
import type { AttachmentRecord } from '../state/records.ts';
import { formatAddress } from './addresses.ts';
import { htmlToText } from './preview.ts';
import { htmlWithoutQuotes, withoutQuotes } from './quotes.ts';

/** Arriving mail, as far as its bytes tell. */
export interface IncomingMail {
  messageId?: string;
  date?: Date;
  from: string;
  to: string[];
  cc: string[];
  replyTo: string[];
  subject?: string;
  text?: string;
  html?: string;
  extractedText?: string;
  extractedHtml?: string;
  inReplyTo?: string;
  references: string[];
  headers: Record<string, string>;
  attachments: AttachmentRecord[];
}

/** Parses RFC 5322 bytes and stores the attachments' bytes. `text` is absent when the mail had only HTML. */
export async function parseRaw(raw: Uint8Array, blobs: BlobStore): Promise<IncomingMail> {
  // No derived bodies and no rewritten images: what the sender wrote is what the API shows.
  const options = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true };
  const mail = await simpleParser(Buffer.from(raw), options);
  const html = typeof mail.html === 'string' ? mail.html : undefined;
  // The parser answers an empty text for mail that has HTML only.
  const text = mail.text ? mail.text.replace(/\n$/, '') : html === undefined ? mail.text : undefined;
  const extractedHtml = html === undefined ? undefined : htmlWithoutQuotes(html);
  return {
    messageId: mail.messageId,
    date: mail.date,
    from: addresses(mail.from)[0] ?? 'unknown@invalid',
    to: addresses(mail.to),
    cc: addresses(mail.cc),
    replyTo: addresses(mail.replyTo),
    subject: mail.subject,
    text,
    html,
    extractedText: extracted(text, extractedHtml),
    extractedHtml,
    inReplyTo: mail.inReplyTo,
    references: typeof mail.references === 'string' ? [mail.references] : (mail.references ?? []),
    headers: headersOf(mail),
    attachments: mail.attachments.map((attachment) => ({
      attachment_id: newUuid(),
      filename: attachment.filename,
      size: attachment.content.length,
      content_type: attachment.contentType,
      content_disposition: attachment.contentDisposition === 'inline' || attachment.related ? 'inline' : 'attachment',
      content_id: attachment.cid,
      sha256: blobs.put(new Uint8Array(attachment.content)),
    })),
  };
}

function extracted(text: string | undefined, extractedHtml: string | undefined): string | undefined {
  const source = text ?? (extractedHtml === undefined ? undefined : htmlToText(extractedHtml));
  return source === undefined ? undefined : withoutQuotes(source);
}

function addresses(field: AddressObject | AddressObject[] | undefined): string[] {
  const fields = field === undefined ? [] : Array.isArray(field) ? field : [field];
  return fields
    .flatMap(({ value }) => value.flatMap((entry) => entry.group ?? [entry]))
    .flatMap(({ address, name }) => (address ? [formatAddress(address, name)] : []));
}

/** Headers in the order and case of the mail, the last one winning where a name repeats. */
function headersOf(mail: ParsedMail): Record<string, string> {
  const pairs = mail.headerLines.map(({ line }) => {
    const colon = line.indexOf(':');
    return [
      line.slice(0, colon),
      line
        .slice(colon + 1)
        .replaceAll(/\r?\n\s+/g, ' ')
        .trim(),
    ];
  });
  return Object.fromEntries(pairs);
}
