import type { ThreadMessage } from '../../../src/compose/sources/thread.ts';

/** An inbound message of a support inbox; tests name what matters to them. */
export function message(part: Partial<ThreadMessage> = {}): ThreadMessage {
  return {
    messageId: '<m1@example.com>',
    threadId: 'thread-1',
    inboxId: 'help@nordlicht.example',
    labels: ['received'],
    from: 'Anna Keller <anna.keller@example.com>',
    to: ['help@nordlicht.example'],
    cc: [],
    bcc: [],
    subject: 'Where is my order?',
    text: 'Hello, where is my order?',
    html: '',
    attachments: [],
    timestampMs: Date.UTC(2026, 10, 12, 9, 30),
    ...part,
  };
}
