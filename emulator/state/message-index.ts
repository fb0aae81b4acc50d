import type { MessageRecord } from './records.ts';

export const messageKey = (inboxId: string, messageId: string): string => `${inboxId}\n${messageId}`;

/** Finds messages by inbox and by thread without walking all of them. */
export class MessageIndex {
  readonly #byInbox = new Map<string, Map<string, MessageRecord>>();
  readonly #byThread = new Map<string, Map<string, MessageRecord>>();

  observe(previous: MessageRecord | undefined, next: MessageRecord | undefined): void {
    if (previous) {
      this.#byInbox.get(previous.inbox_id)?.delete(previous.message_id);
      this.#byThread.get(previous.thread_id)?.delete(previous.message_id);
    }
    if (!next) return;
    bucket(this.#byInbox, next.inbox_id).set(next.message_id, next);
    bucket(this.#byThread, next.thread_id).set(next.message_id, next);
  }

  inInbox(inboxId: string): MessageRecord[] {
    return [...(this.#byInbox.get(inboxId)?.values() ?? [])];
  }

  /** Oldest first. */
  inThread(threadId: string): MessageRecord[] {
    const messages = [...(this.#byThread.get(threadId)?.values() ?? [])];
    return messages.sort((a, b) => a.timestamp.localeCompare(b.timestamp) || a.seq - b.seq);
  }

  threadIds(): string[] {
    return [...this.#byThread.entries()].filter(([, messages]) => messages.size > 0).map(([id]) => id);
  }
}

function bucket(map: Map<string, Map<string, MessageRecord>>, key: string): Map<string, MessageRecord> {
  const found = map.get(key);
  if (found) return found;
  const made = new Map<string, MessageRecord>();
  map.set(key, made);
  return made;
}
