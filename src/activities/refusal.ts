import { refusalReason } from '../agentmail/index.ts';
import type { Hindrance } from '../domain/draft-event.ts';
import type { DraftRow } from '../store/types.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import { quotaRefused } from './preflight/quota.ts';
import { quotaIsUsedUp } from './send-alerts.ts';

/** What AgentMail's definite no does to a draft of which nothing left. */
export async function refusedBy(deps: ActivityDeps, row: DraftRow, error: unknown): Promise<Hindrance> {
  if (failureType(error) !== 'agentmail.quota_exhausted') return { kind: 'not_sent', reason: refusalReason(error) };
  // It says nothing of this draft: people approved it, and time mends it.
  await quotaIsUsedUp(deps, row);
  return quotaRefused(await deps.store.getInbox(row.inboxId), deps.clock());
}
