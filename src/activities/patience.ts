import { Context } from '@temporalio/activity';
import type { Store } from '../store/types.ts';
import { failureType } from './context.ts';
import type { Sending } from './send.ts';

/**
 * Whether AgentMail has been out of reach for as long as the inbox has patience, with no request of ours under way: one
 * that may have left has a patience of its own, in the settle table. The age is the server's, so no clock of ours counts.
 */
export async function outOfPatience(
  store: Pick<Store, 'getInbox'>,
  { row, attempts, intended }: Pick<Sending, 'row' | 'attempts' | 'intended'>,
  error: unknown,
): Promise<boolean> {
  if (attempts.open > 0 || intended || !failureType(error)?.startsWith('agentmail.')) return false;
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  const { sendPatienceMs } = await store.getInbox(row.inboxId);
  return currentAttemptScheduledTimestampMs - scheduledTimestampMs >= sendPatienceMs;
}
