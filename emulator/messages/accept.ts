import type { Caller, Core } from '../core.ts';
import { newUuid } from '../ids.ts';
import { formatAddress } from '../mime/addresses.ts';
import { previewOf } from '../mime/preview.ts';
import type { Change } from '../state/collection.ts';
import { messageKey } from '../state/message-index.ts';
import type { InboxRecord, MessageRecord, OutboxRecord } from '../state/records.ts';
import type { Idempotency, SendResult } from './idempotency.ts';
import { rememberKey } from './idempotency.ts';
import { localCopies } from './local.ts';
import type { OutgoingMail } from './outgoing.ts';

export interface Acceptance {
  inbox: InboxRecord;
  mail: OutgoingMail;
  messageId: string;
  raw: Uint8Array;
  route: OutboxRecord['route'];
  draftId?: string;
  idempotency?: Idempotency;
  caller?: Caller;
  /** Further changes that must stand or fall with the message, e.g. the draft's removal. */
  also: Change[];
}

export const senderOf = (inbox: InboxRecord): string => formatAddress(inbox.email, inbox.display_name);

/**
 * Accepts a mail: message, outbox row, idempotency key and the draft's removal are one journal record, so no kill can
 * leave one without the others. Synchronous on purpose: nothing may interleave between the caller's checks and this.
 */
export function accept(core: Core, acceptance: Acceptance): SendResult {
  const { state, events, relay } = core;
  const message = sentMessage(core, acceptance);
  const result = { message_id: message.message_id, thread_id: message.thread_id };
  const copies = state.settings.switches.deliverLocally ? localCopies(core, message) : [];
  const outbox = outboxRow(core, acceptance, message);
  state.commit([
    state.messages.put(messageKey(message.inbox_id, message.message_id), message),
    state.outbox.put(String(outbox.seq), outbox),
    ...copies.map((copy) => state.messages.put(messageKey(copy.inbox_id, copy.message_id), copy)),
    ...rememberKey(core, acceptance.idempotency, result),
    ...acceptance.also,
    ...relay.accepted(message),
    ...events.sent(message),
    ...copies.flatMap((copy) => events.received(copy)),
  ]);
  events.wake();
  relay.wake();
  return result;
}

function sentMessage(core: Core, { inbox, mail, messageId, raw }: Acceptance): MessageRecord {
  const now = core.clock.nowIso();
  return {
    inbox_id: inbox.inbox_id,
    thread_id: mail.threadId ?? newUuid(),
    message_id: messageId,
    labels: [...new Set(mail.labels)],
    timestamp: now,
    from: senderOf(inbox),
    reply_to: filled(mail.replyTo),
    to: mail.to,
    cc: filled(mail.cc),
    bcc: filled(mail.bcc),
    subject: mail.subject,
    preview: previewOf(mail.text, mail.html),
    text: mail.text,
    html: mail.html,
    attachments: filled(mail.attachments),
    in_reply_to: mail.inReplyTo,
    references: filled(mail.references),
    headers: Object.keys(mail.headers).length > 0 ? mail.headers : undefined,
    size: raw.length,
    updated_at: now,
    created_at: now,
    seq: core.state.nextSeq(),
    direction: 'sent',
    raw_sha256: core.state.blobs.put(raw),
  };
}

function outboxRow(core: Core, acceptance: Acceptance, message: MessageRecord): OutboxRecord {
  const { mail, caller } = acceptance;
  return {
    seq: core.state.nextSeq(),
    acceptedAt: message.timestamp,
    inboxId: message.inbox_id,
    threadId: message.thread_id,
    messageId: message.message_id,
    draftId: acceptance.draftId,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    attachments: mail.attachments,
    labels: message.labels,
    idempotencyKey: acceptance.idempotency?.key,
    route: acceptance.route,
    apiKey: caller && { id: caller.apiKeyId, name: caller.name, prefix: caller.prefix },
  };
}

const filled = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
