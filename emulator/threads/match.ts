import type { Core } from '../core.ts';
import { messageKey } from '../state/message-index.ts';

interface Threaded {
  in_reply_to?: string;
  references?: string[];
}

/** The thread that arriving mail continues in this inbox: by In-Reply-To, else by its nearest known reference. */
export function threadFor(core: Core, inboxId: string, mail: Threaded): string | undefined {
  const ancestors = [mail.in_reply_to, ...[...(mail.references ?? [])].reverse()];
  for (const messageId of ancestors) {
    const known = messageId ? core.state.messages.get(messageKey(inboxId, messageId)) : undefined;
    if (known) return known.thread_id;
  }
  return undefined;
}
