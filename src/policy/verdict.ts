import type { MailProvider, ProviderMessage } from '../agentmail/port.ts';
import { HELD_VERDICT, NO_VERDICT } from '../domain/policy/schema.ts';
import type { DraftRow, RevisionRecord } from '../store/types.ts';

/** AgentMail's label of received mail that waits for somebody to release it. */
const HELD_LABEL = 'agent-armor-held';

/** What AgentMail's scan says of a received message, in one word. */
export function verdictOf(message: Pick<ProviderMessage, 'labels' | 'armor'> | null): string {
  if (message?.labels.includes(HELD_LABEL)) return HELD_VERDICT;
  return message?.armor ?? NO_VERDICT;
}

/** Asks AgentMail about the message a revision answers. Its failures pass through: not knowing must not look harmless. */
export async function askVerdict(
  mail: Pick<MailProvider, 'getMessage'>,
  { inboxId }: Pick<DraftRow, 'inboxId'>,
  { content }: Pick<RevisionRecord, 'content'>,
): Promise<string> {
  return content.reply === null ? NO_VERDICT : verdictOf(await mail.getMessage(inboxId, content.reply.inReplyTo));
}
