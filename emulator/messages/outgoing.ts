import type { Core } from '../core.ts';
import type { CreateDraftBody } from '../drafts/body.ts';
import { deriveFields, requireMessage } from '../drafts/derive.ts';
import { MAX_RECIPIENTS } from '../drafts/drafts.ts';
import { invalid, quotaExceeded, rejected } from '../errors.ts';
import { patchLabels } from '../labels.ts';
import { sendDecision } from '../lists/decide.ts';
import { requireAddresses } from '../mime/addresses.ts';
import { forwardedBody } from '../mime/forward.ts';
import type { AttachmentRecord, DraftRecord } from '../state/records.ts';
import { monthOf } from '../state/state.ts';

/** A mail about to leave, whatever route it came by. */
export interface OutgoingMail {
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject?: string;
  text?: string;
  html?: string;
  attachments: AttachmentRecord[];
  headers: Record<string, string>;
  labels: string[];
  inReplyTo?: string;
  references: string[];
  /** Undefined starts a new thread. */
  threadId?: string;
}

interface LabelPatch {
  add_labels?: string[] | null;
  remove_labels?: string[] | null;
}

export function outgoingFromDraft(core: Core, draft: DraftRecord, patch: LabelPatch): OutgoingMail {
  const sourceId = draft.in_reply_to ?? draft.forward_of;
  const source = sourceId === undefined ? undefined : requireMessage(core, draft.inbox_id, sourceId);
  const body = { text: draft.text, html: draft.html, attachments: draft.attachments ?? [] };
  const content = draft.forward_of !== undefined && source ? forwardedBody(body, source) : body;
  const labels = draft.labels.filter((label) => label !== 'scheduled');
  return {
    to: draft.to ?? [],
    cc: draft.cc ?? [],
    bcc: draft.bcc ?? [],
    replyTo: draft.reply_to ?? [],
    subject: draft.subject,
    ...content,
    headers: {},
    labels: ['sent', ...patchLabels(labels, patch)],
    inReplyTo: draft.in_reply_to,
    references: draft.references ?? [],
    threadId: source?.thread_id,
  };
}

export interface DirectSend {
  body: CreateDraftBody;
  attachments: AttachmentRecord[];
  headers: Record<string, string>;
}

/** Direct sends follow the rules of drafts: a reply derives what it does not say, a forward merges its source. */
export function outgoingFromBody(core: Core, inboxId: string, send: DirectSend): OutgoingMail {
  const { body } = send;
  const derived = deriveFields(core, inboxId, body);
  const sourceId = body.in_reply_to ?? body.forward_of;
  const source = sourceId ? requireMessage(core, inboxId, sourceId) : undefined;
  const own = { text: body.text ?? undefined, html: body.html ?? undefined, attachments: send.attachments };
  const content = body.forward_of && source ? forwardedBody(own, source) : own;
  return {
    to: derived.to ?? [],
    cc: derived.cc ?? [],
    bcc: derived.bcc ?? [],
    replyTo: body.reply_to ?? [],
    subject: derived.subject,
    ...content,
    headers: send.headers,
    labels: ['sent', ...patchLabels([], { add_labels: body.labels })],
    inReplyTo: body.in_reply_to ?? undefined,
    references: derived.references ?? [],
    threadId: source?.thread_id,
  };
}

/** @throws ApiError 400 without recipients or with over 50, 403 when a list forbids one or the month's mail is used up */
export function checkSendable(core: Core, inboxId: string, mail: OutgoingMail): void {
  for (const field of ['to', 'cc', 'bcc'] as const) requireAddresses(field, mail[field]);
  requireAddresses('reply_to', mail.replyTo);
  const recipients = [...mail.to, ...mail.cc, ...mail.bcc];
  if (recipients.length === 0) throw invalid('at least one recipient is needed', ['to'], 'missing_recipients');
  if (recipients.length > MAX_RECIPIENTS) {
    throw invalid(`over ${MAX_RECIPIENTS} recipients`, ['to'], 'too_many_recipients');
  }
  for (const recipient of recipients) {
    const decision = sendDecision(core, inboxId, recipient);
    if (decision.refused)
      throw rejected(`${recipient} is ${decision.reason}`, 'Change the send lists or the recipient');
  }
  const quota = core.state.settings.switches.monthlyQuota;
  if (quota !== null && core.state.sentIn(monthOf(core.clock.nowIso())) >= quota) throw quotaExceeded(quota);
}
