import type { Core } from '../core.ts';
import { messageKey } from '../state/message-index.ts';
import { listDecision } from './decide.ts';

interface Arriving {
  from: string;
  in_reply_to?: string;
  /** Not false: nobody says that the sender is not who the mail names. */
  authenticated?: boolean;
}

/**
 * Labels of arriving mail. An answer (In-Reply-To) to mail of this inbox is judged by the reply lists alone, other mail
 * by the receive lists. What they refuse is kept, labelled `blocked`, and so is what does not prove its sender, labelled
 * `unauthenticated`. Neither counts as unread.
 */
export function receivedLabels(core: Core, inboxId: string, mail: Arriving): string[] {
  const answered = mail.in_reply_to ? core.state.messages.get(messageKey(inboxId, mail.in_reply_to)) : undefined;
  const direction = answered?.direction === 'sent' ? 'reply' : 'receive';
  const { refused } = listDecision(core, direction, inboxId, mail.from);
  if (refused) return ['received', 'blocked'];
  return mail.authenticated === false ? ['received', 'unauthenticated'] : ['received', 'unread'];
}
