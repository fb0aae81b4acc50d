import type { Hindrance } from '../../domain/draft-event.ts';
import { actionFor, type CheckResult } from '../../domain/preflight.ts';
import type { InboxSettings, Store } from '../../store/types.ts';
import type { Circumstances, Finding } from './subject.ts';

/** The provider's plan has a number of messages a month; beyond it a send would be refused. */
export async function quotaUsedUp(store: Store, { nowMs }: Circumstances): Promise<Finding | null> {
  const { level, used, quota } = await store.quotaState(nowMs);
  if (level !== 'exhausted') return null;
  return { check: 'quota', reason: 'quota_exhausted', untilMs: askAgainAtMs(nowMs), evidence: { used, quota } };
}

/** AgentMail itself says so, whatever was counted here. Nothing can leave then, so a warning is no choice. */
export function quotaRefused({ checks }: Pick<InboxSettings, 'checks'>, nowMs: number): Hindrance {
  const result = actionFor('quota', checks) === 'review' ? 'review' : 'block';
  const found: CheckResult = { check: 'quota', result, reason: 'quota_exhausted', evidence: { byAgentMail: true } };
  if (result === 'review') return { kind: 'not_sent', reason: 'quota_exhausted', found };
  return { kind: 'held', reason: 'quota_exhausted', untilMs: askAgainAtMs(nowMs), found };
}

/** Quotas begin anew with the month (UTC); until then only a new quota helps, which is asked about each hour. */
function askAgainAtMs(nowMs: number): number {
  const now = new Date(nowMs);
  const monthMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
  return Math.min(monthMs, nowMs + 3_600_000);
}
