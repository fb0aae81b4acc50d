import { type Attachment, bareAddress, type EmailContent } from '../domain/content.ts';
import { sha256Hex } from '../domain/digest.ts';
import type { ProviderSnapshot } from '../store/types.ts';
import { sameHtml, sameText } from './footer.ts';
import { normalBody, normalSubject, sameRecipients } from './mail-text.ts';
import type { ProviderDraft, ProviderMessage } from './port.ts';
import { leavesRecipientsToProvider } from './writes.ts';

type DraftAttachment = ProviderSnapshot['attachments'][number];
type MessageAttachment = ProviderMessage['attachments'][number];

/** What of a draft is compared: all but labels, client id and inbox. */
export function snapshotOf(draft: ProviderDraft): ProviderSnapshot {
  const { inboxId: _inbox, labels: _labels, clientId: _client, ...snapshot } = draft;
  return snapshot;
}

/** Names of the fields in which a draft differs from its snapshot, byte for byte; empty when it is unchanged. */
export function snapshotDifferences(expected: ProviderSnapshot, actual: ProviderSnapshot): string[] {
  return differing({
    providerDraftId: expected.providerDraftId === actual.providerDraftId,
    to: same(expected.to, actual.to),
    cc: same(expected.cc, actual.cc),
    bcc: same(expected.bcc, actual.bcc),
    replyTo: same(expected.replyTo, actual.replyTo),
    subject: expected.subject === actual.subject,
    text: expected.text === actual.text,
    html: expected.html === actual.html,
    attachments: same(byId(expected.attachments), byId(actual.attachments)),
    inReplyTo: expected.inReplyTo === actual.inReplyTo,
    forwardOf: expected.forwardOf === actual.forwardOf,
    sendAt: expected.sendAt === actual.sendAt,
    sendStatus: expected.sendStatus === actual.sendStatus,
  } satisfies Record<keyof ProviderSnapshot, boolean>);
}

/**
 * Names of the fields in which a draft read back says something else than what was written. What a reply leaves to
 * AgentMail (recipients when it names none, an empty subject) is no difference; a send time or a forward always is.
 */
export function contentDifferences(content: EmailContent, snapshot: ProviderSnapshot): string[] {
  const derived = leavesRecipientsToProvider(content);
  const recipients = (written: string[], actual: string[]) => derived || sameRecipients(written, actual);
  return differing({
    to: recipients(content.to, snapshot.to),
    cc: recipients(content.cc, snapshot.cc),
    bcc: recipients(content.bcc, snapshot.bcc),
    replyTo: sameRecipients(content.replyTo, snapshot.replyTo),
    subject: (content.reply !== null && content.subject === '') || sameSubject(content.subject, snapshot.subject),
    text: normalBody(content.text) === normalBody(snapshot.text),
    html: normalBody(content.html) === normalBody(snapshot.html),
    attachments: paired(content.attachments, snapshot.attachments, sameDraftAttachment),
    inReplyTo: (content.reply?.inReplyTo ?? null) === snapshot.inReplyTo,
    forwardOf: snapshot.forwardOf === null,
    sendAt: snapshot.sendAt === null,
    sendStatus: snapshot.sendStatus === null,
  });
}

/**
 * Names of the fields in which a sent message differs from the approved content. Allowed: absent BCC (a message
 * need not show it), and the inbox's declared footer at the end of the text or before `</body>`.
 */
export function messageDifferences(
  content: EmailContent,
  message: ProviderMessage,
  declaredFooter: string | null,
): string[] {
  return differing({
    to: sameRecipients(content.to, message.to),
    cc: sameRecipients(content.cc, message.cc),
    bcc: message.bcc.length === 0 || sameRecipients(content.bcc, message.bcc),
    replyTo: sameReplyTo(content.replyTo, message),
    subject: sameSubject(content.subject, message.subject),
    text: sameText(content.text, message.text, declaredFooter),
    html: sameHtml(content.html, message.html, declaredFooter),
    attachments: paired(content.attachments, message.attachments, sameMessageAttachment),
  });
}

/** A message need not show where answers go; one that names its own sender says what having none says. */
function sameReplyTo(wanted: string[], { replyTo, from }: ProviderMessage): boolean {
  if (replyTo === undefined || sameRecipients(wanted, replyTo)) return true;
  const own = bareAddress(from);
  return wanted.length === 0 && replyTo.every((address) => bareAddress(address) === own);
}

/** Larger attachments of a sent message are compared by size and name only. */
const MAX_COMPARED_BYTES = 10 * 1024 * 1024;

/**
 * `['attachments']` when the attachments of a sent message are not those that were approved, by SHA-256 of what
 * `download` answers, else nothing. Nothing is downloaded where count, sizes or names differ already. Failures are
 * those of `download`.
 */
export async function attachmentDifferences(
  content: EmailContent,
  message: ProviderMessage,
  download: (attachmentId: string) => Promise<Uint8Array>,
): Promise<string[]> {
  if (!paired(content.attachments, message.attachments, sameMessageAttachment)) return ['attachments'];
  const hashed: (MessageAttachment & { sha256: string | null })[] = [];
  for (const attachment of message.attachments) {
    const small = attachment.size <= MAX_COMPARED_BYTES;
    hashed.push({ ...attachment, sha256: small ? sha256Hex(await download(attachment.attachmentId)) : null });
  }
  const equal = paired(
    content.attachments,
    hashed,
    (wanted, actual) => sameMessageAttachment(wanted, actual) && (actual.sha256 ?? wanted.sha256) === wanted.sha256,
  );
  return equal ? [] : ['attachments'];
}

const sameSubject = (one: string, other: string) => normalSubject(one) === normalSubject(other);

/** A message shows an attachment's size and name; its parts are re-encoded, so the type may be told otherwise. */
function sameMessageAttachment(wanted: Attachment, actual: MessageAttachment): boolean {
  return actual.size === wanted.size && (wanted.filename === undefined || actual.filename === wanted.filename);
}

/** What the content leaves open (name, type, content id) AgentMail may fill in; no disposition means `attachment`. */
function sameDraftAttachment(wanted: Attachment, actual: DraftAttachment): boolean {
  return (
    sameMessageAttachment(wanted, actual) &&
    (wanted.contentType === undefined || mediaType(actual.contentType) === mediaType(wanted.contentType)) &&
    (wanted.contentId === undefined || bareId(actual.contentId) === bareId(wanted.contentId)) &&
    (actual.disposition ?? 'attachment') === wanted.disposition
  );
}

const said = (one: Attachment) =>
  [one.filename, one.contentType, one.contentId].filter((part) => part !== undefined).length;

/** Whether every attachment finds its own counterpart and none is left; those that say most choose first. */
function paired<T>(wanted: Attachment[], actual: T[], matches: (wanted: Attachment, actual: T) => boolean): boolean {
  if (wanted.length !== actual.length) return false;
  const left = [...actual];
  return wanted
    .toSorted((a, b) => said(b) - said(a))
    .every((one) => {
      const index = left.findIndex((candidate) => matches(one, candidate));
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    });
}

/** The media type without parameters: a charset may be added on the way. */
const mediaType = (contentType: string | null) => contentType?.split(';')[0]?.trim().toLowerCase();

const bareId = (contentId: string | null) => contentId?.replace(/^<|>$/g, '');

const byId = (attachments: DraftAttachment[]) =>
  attachments
    .toSorted((a, b) => (a.attachmentId < b.attachmentId ? -1 : 1))
    .map((one) => [one.attachmentId, one.size, one.filename, one.contentType, one.disposition, one.contentId]);

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const differing = (equal: Record<string, boolean>) => Object.keys(equal).filter((field) => !equal[field]);
