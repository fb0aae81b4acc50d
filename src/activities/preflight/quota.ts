import type { Store } from '../../store/types.ts';
import type { Circumstances, Finding } from './subject.ts';

/** The provider's plan has a number of messages a month; beyond it a send would be refused. */
export async function quotaUsedUp(store: Store, { nowMs }: Circumstances): Promise<Finding | null> {
  const { level, used, quota } = await store.quotaState(nowMs);
  if (level !== 'exhausted') return null;
  return { check: 'quota', reason: 'quota_exhausted', untilMs: nextMonthMs(nowMs), evidence: { used, quota } };
}

/** Quotas begin anew with the month (UTC); until then only a new quota helps, which is asked about each hour. */
function nextMonthMs(nowMs: number): number {
  const now = new Date(nowMs);
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.min(monthMs, nowMs + 3_600_000);
}
