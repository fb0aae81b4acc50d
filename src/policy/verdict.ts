import { ApplicationFailure } from '@temporalio/common';
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

/** Said where AgentMail will not show the message at all: no rule that looks for harmless ones fits. */
const UNREADABLE = 'unreadable';

/**
 * Asks AgentMail about the message a revision answers. What may pass is for the caller to try again; a definite no is a
 * verdict of its own: not knowing must not look harmless, and must not end the draft either.
 */
export async function askVerdict(
  mail: Pick<MailProvider, 'getMessage'>,
  { inboxId }: Pick<DraftRow, 'inboxId'>,
  { content }: Pick<RevisionRecord, 'content'>,
): Promise<string> {
  if (content.reply === null) return NO_VERDICT;
  try {
    return verdictOf(await mail.getMessage(inboxId, content.reply.inReplyTo));
  } catch (error) {
    if (error instanceof ApplicationFailure && error.nonRetryable) return UNREADABLE;
    throw error;
  }
}
