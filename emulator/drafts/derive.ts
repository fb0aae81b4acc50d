import type { Core } from '../core.ts';
import { invalid, notFound } from '../errors.ts';
import { uniqueAddresses } from '../mime/addresses.ts';
import { messageKey } from '../state/message-index.ts';
import type { MessageRecord } from '../state/records.ts';
import type { CreateDraftBody } from './body.ts';

export interface DerivedFields {
  to?: string[];
  cc?: string[];
  bcc?: string[];
  subject?: string;
  references?: string[];
}

export function requireMessage(core: Core, inboxId: string, messageId: string): MessageRecord {
  const message = core.state.messages.get(messageKey(inboxId, messageId));
  if (!message) throw notFound(`Message ${messageId}`);
  return message;
}

/** What a reply or forward takes from its source where the request gives nothing itself. */
export function deriveFields(core: Core, inboxId: string, body: CreateDraftBody): DerivedFields {
  const { in_reply_to: replyTo, forward_of: forwardOf } = body;
  if (replyTo && forwardOf) throw invalid('in_reply_to and forward_of exclude each other', ['forward_of']);
  if (body.reply_all && !replyTo) throw invalid('needs in_reply_to', ['reply_all']);
  const given = { to: body.to ?? undefined, cc: body.cc ?? undefined, bcc: body.bcc ?? undefined };
  if (forwardOf) {
    const source = requireMessage(core, inboxId, forwardOf);
    return { ...given, subject: body.subject ?? prefixed('Fwd', source.subject), references: chain(source) };
  }
  if (!replyTo) return { ...given, subject: body.subject ?? undefined };
  const source = requireMessage(core, inboxId, replyTo);
  const common = { subject: body.subject ?? prefixed('Re', source.subject), references: chain(source) };
  if (!body.reply_all) return { ...given, to: given.to ?? replyRecipients(source), ...common };
  if (body.to || body.cc || body.bcc) throw invalid('to, cc and bcc cannot be given with reply_all', ['reply_all']);
  return { ...replyAllRecipients(source, inboxId), ...common };
}

/** Answering mail one sent oneself goes to its recipients again, as mail clients do. */
function replyRecipients(source: MessageRecord): string[] {
  if (source.direction === 'sent') return source.to;
  return source.reply_to?.length ? source.reply_to : [source.from];
}

function replyAllRecipients(source: MessageRecord, inboxId: string): { to: string[]; cc?: string[] } {
  const to = uniqueAddresses(replyRecipients(source), [inboxId]);
  const others = uniqueAddresses([...to, ...source.to, ...(source.cc ?? [])], [inboxId]);
  const cc = others.filter((address) => !to.includes(address));
  return cc.length > 0 ? { to, cc } : { to };
}

/** The subject with its prefix exactly once, whatever the case it came with. */
function prefixed(prefix: 'Re' | 'Fwd', subject: string | undefined): string {
  const bare = subject ?? '';
  const has = prefix === 'Re' ? /^re:/i : /^(fwd|fw):/i;
  return has.test(bare) ? bare : `${prefix}: ${bare}`.trim();
}

const chain = (source: MessageRecord): string[] => [...(source.references ?? []), source.message_id];
