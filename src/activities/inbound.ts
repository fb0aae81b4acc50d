import type { ProviderMessage } from '../agentmail/port.ts';
import { bareAddress } from '../domain/content.ts';

/** Id of the newest message somebody else sent into the thread; null when there is none. */
export function newestInbound(thread: ProviderMessage[], inboxId: string): string | null {
  const own = inboxId.toLowerCase();
  const inbound = thread.filter(({ labels, from }) => !labels.includes('sent') && bareAddress(from) !== own);
  return inbound.at(-1)?.messageId ?? null;
}

/** Id of the newest message of somebody else that came after `seen`, the latest one people had before them; null: none. */
export function unseenInbound(thread: ProviderMessage[], inboxId: string, seen: string | null): string | null {
  const from = thread.findIndex(({ messageId }) => messageId === seen);
  return newestInbound(thread.slice(from + 1), inboxId);
}
