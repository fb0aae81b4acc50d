import {
  ActivityFailure,
  ApplicationFailure,
  type LocalActivityInterfaceFor,
  proxyLocalActivities,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { WatchActivities, WatchCheck, WatchSummary } from '../activities/types-watch.ts';

/**
 * Local, because it runs every minute for ever and its history is of use to nobody: a handful of events a run. One try
 * each: the next run is near, and every check goes on where the last one stopped.
 */
const {
  watch,
}: Pick<LocalActivityInterfaceFor<WatchActivities>, 'watch'> = proxyLocalActivities<WatchActivities>({
  startToCloseTimeout: '40s',
  retry: { maximumAttempts: 1 },
});

export interface WatchdogInput {
  checks: WatchCheck[];
}
/** What each check did; a check that failed left the code of its failure. */
export type WatchdogSummary = Partial<Record<WatchCheck, WatchSummary | { failed: string }>>;

/** Looks for what went wrong without anybody noticing, repairs what is provable and tells operators of the rest. */
export async function watchdog({ checks }: WatchdogInput): Promise<WatchdogSummary> {
  const { runId: run } = workflowInfo();
  const summary: WatchdogSummary = {};
  for (const check of checks) summary[check] = await tried(check, run);
  return summary;
}

/** One check that fails keeps no other from its work. */
async function tried(check: WatchCheck, run: string): Promise<WatchSummary | { failed: string }> {
  try {
    return await watch({ check, run });
  } catch (error) {
    // A local activity's failure comes as itself, or wrapped.
    const failure = error instanceof ActivityFailure ? error.cause : error;
    if (!(failure instanceof TemporalFailure)) throw error;
    return { failed: failure instanceof ApplicationFailure ? (failure.type ?? 'failed') : failure.name };
  }
}
