import { attachmentView } from '../attachments/links.ts';
import type { Core } from '../core.ts';
import { systemLabelsOnly } from '../labels.ts';
import type { MessageRecord } from '../state/records.ts';

export function messageView(message: MessageRecord) {
  const { seq: _seq, direction: _direction, raw_sha256: _raw, attachments, ...view } = message;
  return { ...view, attachments: attachments?.map(attachmentView) };
}

/** List items carry no bodies. */
export function messageItemView(message: MessageRecord) {
  const { text: _text, html: _html, extracted_text: _xt, extracted_html: _xh, ...rest } = messageView(message);
  const { reply_to: _replyTo, ...item } = rest;
  return item;
}

/** The message as lists show it: under `labelLagMs` its own labels are not indexed yet. */
export function asIndexed(core: Core, message: MessageRecord): MessageRecord {
  const { labelLagMs } = core.state.settings.switches;
  const fresh = core.clock.nowMs() - Date.parse(message.created_at) < labelLagMs;
  return fresh && message.direction === 'sent' ? { ...message, labels: systemLabelsOnly(message.labels) } : message;
}
