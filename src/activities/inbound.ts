import type { ProviderMessage } from '../agentmail/port.ts';
import { bareAddress } from '../domain/content.ts';

/** Id of the newest message somebody else sent into the thread; null when there is none. */
export function newestInbound(thread: ProviderMessage[], inboxId: string): string | null {
  const own = inboxId.toLowerCase();
  const inbound = thread.filter(({ labels, from }) => !labels.includes('sent') && bareAddress(from) !== own);
  return inbound.at(-1)?.messageId ?? null;
}
