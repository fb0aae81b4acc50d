import type { Caller, Core } from '../core.ts';
import { draftRemoval, refuseWhileSending, requireDraft } from '../drafts/drafts.ts';
import { newMessageId } from '../ids.ts';
import { requireInbox } from '../inboxes/inboxes.ts';
import { refuseSystemLabels } from '../labels.ts';
import { buildRaw } from '../mime/build.ts';
import type { DraftRecord } from '../state/records.ts';
import { accept, senderOf } from './accept.ts';
import { type Idempotency, replayOf, type SendResult } from './idempotency.ts';
import { checkSendable, outgoingFromDraft } from './outgoing.ts';

export interface DraftSend {
  inboxId: string;
  draftId: string;
  labels: { add_labels?: string[] | null; remove_labels?: string[] | null };
  idempotency?: Idempotency;
  caller?: Caller;
}

/** Sends a draft once: the original answer for a known key, otherwise the draft turns into a message. */
export async function sendDraft(core: Core, send: DraftSend): Promise<SendResult> {
  refuseSystemLabels('add_labels', send.labels.add_labels);
  const requireSendable = () => {
    const draft = requireDraft(core, send.inboxId, send.draftId);
    refuseWhileSending(draft);
    return draft;
  };
  return settle(core, send, requireSendable, 'draft_send');
}

/** The service's own send of a draft whose time has come; it is already marked `sending`. */
export async function sendScheduled(core: Core, inboxId: string, draftId: string): Promise<SendResult> {
  return settle(core, { inboxId, draftId, labels: {} }, () => requireDraft(core, inboxId, draftId), 'send_at');
}

async function settle(
  core: Core,
  send: DraftSend,
  requireSendable: () => DraftRecord,
  route: 'draft_send' | 'send_at',
): Promise<SendResult> {
  for (;;) {
    const earlier = replayOf(core, send.idempotency);
    if (earlier) return earlier;
    const draft = requireSendable();
    const inbox = requireInbox(core, draft.inbox_id);
    const mail = outgoingFromDraft(core, draft, send.labels);
    checkSendable(core, inbox.inbox_id, mail);
    const messageId = newMessageId();
    const date = new Date(core.clock.nowMs());
    const raw = await buildRaw(mail, { from: senderOf(inbox), messageId, date }, core.state.blobs);
    // Building the mail gave others a turn. From here to `accept` nothing awaits: if the key was used or the draft
    // replaced meanwhile, begin again with what holds now.
    const raced = replayOf(core, send.idempotency);
    if (raced) return raced;
    if (core.state.drafts.get(draft.draft_id) !== draft) continue;
    checkSendable(core, inbox.inbox_id, mail);
    const { idempotency, caller } = send;
    const also = draftRemoval(core, draft);
    return accept(core, { inbox, mail, messageId, raw, route, draftId: draft.draft_id, idempotency, caller, also });
  }
}
