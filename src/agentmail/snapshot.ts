import type { Attachment, EmailContent } from '../domain/content.ts';
import type { ProviderSnapshot } from '../store/types.ts';
import { sameHtml, sameText } from './footer.ts';
import { normalBody, normalSubject, sameRecipients } from './mail-text.ts';
import type { ProviderDraft, ProviderMessage } from './port.ts';
import { leavesRecipientsToProvider } from './writes.ts';

type ProviderAttachment = ProviderSnapshot['attachments'][number];

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
 * AgentMail (recipients without `to`, an empty subject) is no difference; a send time or a forward always is.
 */
export function contentDifferences(content: EmailContent, snapshot: ProviderSnapshot): string[] {
  const derived = leavesRecipientsToProvider(content);
  const recipients = (written: string[], actual: string[]) =>
    (derived && written.length === 0) || sameRecipients(written, actual);
  return differing({
    to: recipients(content.to, snapshot.to),
    cc: recipients(content.cc, snapshot.cc),
    bcc: recipients(content.bcc, snapshot.bcc),
    replyTo: sameRecipients(content.replyTo, snapshot.replyTo),
    subject: sameSubject(content, snapshot.subject),
    text: normalBody(content.text) === normalBody(snapshot.text),
    html: normalBody(content.html) === normalBody(snapshot.html),
    attachments: sameAttachments(content.attachments, snapshot.attachments, true),
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
    subject: sameSubject(content, message.subject),
    text: sameText(content.text, message.text, declaredFooter),
    html: sameHtml(content.html, message.html, declaredFooter),
    attachments: sameAttachments(content.attachments, message.attachments, false),
  });
}

function sameSubject(content: EmailContent, actual: string): boolean {
  return (content.reply !== null && content.subject === '') || normalSubject(content.subject) === normalSubject(actual);
}

/** Pairs attachments by size and by the name and type the content gives; the ones that ask for most choose first. */
function sameAttachments(wanted: Attachment[], actual: ProviderAttachment[], withType: boolean): boolean {
  if (wanted.length !== actual.length) return false;
  const left = [...actual];
  const demands = (one: Attachment) => Number(one.filename !== undefined) * 2 + Number(one.contentType !== undefined);
  return [...wanted]
    .sort((a, b) => demands(b) - demands(a))
    .every((one) => {
      const index = left.findIndex(
        (candidate) =>
          candidate.size === one.size &&
          (one.filename === undefined || candidate.filename === one.filename) &&
          (!withType ||
            one.contentType === undefined ||
            mediaType(candidate.contentType) === mediaType(one.contentType)),
      );
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    });
}

/** The media type without parameters: a charset may be added on the way. */
const mediaType = (contentType: string | null) => contentType?.split(';')[0]?.trim().toLowerCase();

const byId = (attachments: ProviderAttachment[]) =>
  attachments
    .map(({ attachmentId, size, filename, contentType }) => [attachmentId, size, filename, contentType])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

const differing = (equal: Record<string, boolean>) => Object.keys(equal).filter((field) => !equal[field]);
