import type { z } from 'zod';
import { storeAttachments } from '../attachments/incoming.ts';
import type { Caller, Core } from '../core.ts';
import type { CreateDraftBody } from '../drafts/body.ts';
import { newMessageId } from '../ids.ts';
import { requireInbox } from '../inboxes/inboxes.ts';
import { refuseSystemLabels } from '../labels.ts';
import { buildRaw } from '../mime/build.ts';
import type { OutboxRecord } from '../state/records.ts';
import { accept, senderOf } from './accept.ts';
import type { sendMessageBody } from './body.ts';
import { type Idempotency, replayOf, type SendResult } from './idempotency.ts';
import { checkSendable, outgoingFromBody } from './outgoing.ts';

export interface DirectSendRequest {
  inboxId: string;
  route: OutboxRecord['route'];
  body: z.infer<typeof sendMessageBody>;
  origin: Pick<CreateDraftBody, 'in_reply_to' | 'forward_of' | 'reply_all'>;
  idempotency?: Idempotency;
  caller?: Caller;
}

/** Sends without a draft: a new mail, a reply, a reply to all or a forward. */
export async function sendDirect(core: Core, request: DirectSendRequest): Promise<SendResult> {
  const { body, inboxId, idempotency, route, caller } = request;
  const earlier = replayOf(core, idempotency);
  if (earlier) return earlier;
  refuseSystemLabels('labels', body.labels);
  const inbox = requireInbox(core, inboxId);
  const attachments = await storeAttachments(core.state.blobs, body.attachments);
  const content = { body: { ...body, ...request.origin }, attachments, headers: body.headers ?? {} };
  const mail = outgoingFromBody(core, inboxId, content);
  checkSendable(core, inboxId, mail);
  const messageId = newMessageId();
  const envelope = { from: senderOf(inbox), messageId, date: new Date(core.clock.nowMs()) };
  const raw = await buildRaw(mail, envelope, core.state.blobs);
  // Nothing awaits from here to `accept`.
  const raced = replayOf(core, idempotency);
  if (raced) return raced;
  requireInbox(core, inboxId);
  checkSendable(core, inboxId, mail);
  return accept(core, { inbox, mail, messageId, raw, route, idempotency, caller, also: [] });
}
