import { attachmentView } from '../attachments/links.ts';
import type { MessageRecord } from '../state/records.ts';

const latest = (messages: MessageRecord[]): MessageRecord | undefined =>
  messages.reduce<MessageRecord | undefined>((best, m) => (best && best.timestamp > m.timestamp ? best : m), undefined);

/** The summary of a thread; `messages` must not be empty and be ordered oldest first. */
export function threadItemView(messages: MessageRecord[]) {
  const first = messages[0];
  const last = messages.at(-1);
  if (!first || !last) throw new Error('a thread has at least one message');
  const received = messages.filter(({ direction }) => direction === 'received');
  const sent = messages.filter(({ direction }) => direction === 'sent');
  const attachments = messages.flatMap((message) => message.attachments ?? []);
  return {
    inbox_id: first.inbox_id,
    thread_id: first.thread_id,
    labels: unique(messages.flatMap(({ labels }) => labels)),
    timestamp: last.timestamp,
    received_timestamp: latest(received)?.timestamp,
    sent_timestamp: latest(sent)?.timestamp,
    senders: unique(messages.map(({ from }) => from)),
    recipients: unique(messages.flatMap(({ to, cc, bcc }) => [...to, ...(cc ?? []), ...(bcc ?? [])])),
    subject: first.subject,
    preview: last.preview,
    attachments: attachments.length > 0 ? attachments.map(attachmentView) : undefined,
    last_message_id: last.message_id,
    message_count: messages.length,
    size: messages.reduce((sum, { size }) => sum + size, 0),
    updated_at: messages
      .map(({ updated_at }) => updated_at)
      .sort()
      .at(-1),
    created_at: first.created_at,
  };
}

const unique = (values: string[]): string[] => [...new Set(values)];
