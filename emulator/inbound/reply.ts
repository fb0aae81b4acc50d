import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Core } from '../core.ts';
import { requireMessage } from '../drafts/derive.ts';
import { newMessageId } from '../ids.ts';
import type { MessageRecord } from '../state/records.ts';
import { receiveRaw } from './receive.ts';

export interface InboundReply {
  text?: string;
  html?: string;
  /** Defaults to the first recipient of a sent message, or the author of a received one. */
  from?: string;
  subject?: string;
}

/** Somebody outside answers a message of the inbox; it arrives in the same thread. */
export async function receiveReply(
  core: Core,
  inboxId: string,
  messageId: string,
  reply: InboundReply,
): Promise<MessageRecord> {
  const source = requireMessage(core, inboxId, messageId);
  const subject = source.subject ?? '';
  const composer = new MailComposer({
    from: reply.from ?? (source.direction === 'sent' ? source.to[0] : source.from),
    to: inboxId,
    subject: reply.subject ?? (/^re:/i.test(subject) ? subject : `Re: ${subject}`),
    text: reply.text ?? (reply.html === undefined ? 'Thank you.' : undefined),
    html: reply.html,
    messageId: newMessageId(),
    date: new Date(core.clock.nowMs()),
    inReplyTo: source.message_id,
    references: [...(source.references ?? []), source.message_id],
  });
  return receiveRaw(core, inboxId, new Uint8Array(await composer.compile().build()));
}
