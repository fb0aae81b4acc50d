import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import { newMessageId, newUuid } from '../ids.ts';
import { requireInbox } from '../inboxes/inboxes.ts';
import { receivedLabels } from '../lists/receive.ts';
import { type IncomingMail, parseRaw } from '../mime/parse.ts';
import { previewOf } from '../mime/preview.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord } from '../state/records.ts';
import { threadFor } from '../threads/match.ts';

export interface ReceiveOptions {
  /** `header`: the mail's Date, as when history is imported; `now` (default): the emulator's clock. */
  timestamp?: 'now' | 'header';
}

/** Takes in raw mail. The same Message-ID twice in an inbox is one message. */
export async function receiveRaw(
  core: Core,
  inboxId: string,
  raw: Uint8Array,
  options: ReceiveOptions = {},
): Promise<MessageRecord> {
  const { inbox_id } = requireInbox(core, inboxId);
  if (raw.length === 0) throw invalid('The mail is empty', ['body']);
  const mail = await parseRaw(raw, core.state.blobs);
  const known = mail.messageId ? core.state.messages.get(messageKey(inbox_id, mail.messageId)) : undefined;
  if (known) return known;
  const message = receivedMessage(core, inbox_id, mail, raw, options);
  core.state.commit([
    core.state.messages.put(messageKey(inbox_id, message.message_id), message),
    ...core.events.received(message),
  ]);
  core.events.wake();
  return message;
}

function receivedMessage(
  core: Core,
  inboxId: string,
  mail: IncomingMail,
  raw: Uint8Array,
  options: ReceiveOptions,
): MessageRecord {
  const now = core.clock.nowIso();
  const threading = { in_reply_to: mail.inReplyTo, references: mail.references };
  return {
    inbox_id: inboxId,
    thread_id: threadFor(core, inboxId, threading) ?? newUuid(),
    message_id: mail.messageId ?? newMessageId(),
    labels: receivedLabels(core, inboxId, {
      ...{ from: mail.from, in_reply_to: mail.inReplyTo },
      authenticated: authenticated(mail.headers),
    }),
    timestamp: options.timestamp === 'header' && mail.date ? mail.date.toISOString() : now,
    from: mail.from,
    reply_to: filled(mail.replyTo),
    to: mail.to,
    cc: filled(mail.cc),
    subject: mail.subject,
    preview: previewOf(mail.text, mail.html),
    text: mail.text,
    html: mail.html,
    extracted_text: mail.extractedText,
    extracted_html: mail.extractedHtml,
    attachments: filled(mail.attachments),
    in_reply_to: mail.inReplyTo,
    references: filled(mail.references),
    headers: mail.headers,
    size: raw.length,
    updated_at: now,
    created_at: now,
    seq: core.state.nextSeq(),
    direction: 'received',
    raw_sha256: core.state.blobs.put(raw),
  };
}

/** Whether the server that took the mail in found fault with its sender. A mail that no server judged is believed. */
function authenticated(headers: Record<string, string>): boolean {
  const [, verdict = ''] =
    Object.entries(headers).find(([name]) => name.toLowerCase() === 'authentication-results') ?? [];
  return !/\bdmarc=fail\b/i.test(verdict);
}

const filled = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
