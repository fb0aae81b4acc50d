import { type ActivityInterfaceFor, proxyActivities } from '@temporalio/workflow';
import type { DiscoveryPass, MissingSummary, WatchActivities } from '../activities/types-watch.ts';

/** Reading AgentMail, page by page. What a try did not finish, the next run finds again. */
const {
  discover,
  concludeDiscovery,
  findMissing,
}: Pick<
  ActivityInterfaceFor<WatchActivities>,
  'discover' | 'concludeDiscovery' | 'findMissing'
> = proxyActivities<WatchActivities>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: '20s',
  scheduleToCloseTimeout: '5m',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Steps of one pass: each reads some thousand drafts, so this is far beyond any mailbox. */
const MAX_STEPS = 200;

export interface DiscoverySummary extends Pick<DiscoveryPass, 'full' | 'looked' | 'adopted'> {
  missing: MissingSummary | null;
}

/** Finds drafts that others made in AgentMail, and drafts of ours that are there no more. */
export async function discovery(): Promise<DiscoverySummary> {
  let pass = await discover({ pass: null });
  for (let step = 1; pass.pageToken !== null && step < MAX_STEPS; step += 1) pass = await discover({ pass });
  const { full, looked, adopted, pageToken } = pass;
  // A pass that did not reach its end proves nothing about what it did not see.
  if (pageToken !== null) return { full, looked, adopted, missing: null };
  const missing = full ? await findMissing(pass) : null;
  await concludeDiscovery(pass);
  return { full, looked, adopted, missing };
}
