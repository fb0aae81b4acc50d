import { attachmentView } from '../attachments/links.ts';
import type { DraftRecord } from '../state/records.ts';

export function draftView(draft: DraftRecord) {
  const { seq: _seq, reply_all: _replyAll, attachments, ...view } = draft;
  return { ...view, attachments: attachments?.map(attachmentView) };
}

/** List items carry no body, no `client_id`, no `created_at`. */
export function draftItemView(draft: DraftRecord) {
  const { text: _text, html: _html, client_id: _clientId, reply_to: _replyTo, ...rest } = draftView(draft);
  const { references: _references, created_at: _createdAt, ...item } = rest;
  return item;
}
