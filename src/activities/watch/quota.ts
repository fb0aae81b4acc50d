import type { AlertSeverity } from '../../domain/alert.ts';
import type { QuotaLevel } from '../../store/types-limits.ts';
import { QUOTA_REFUSED_KEY } from '../send-alerts.ts';
import type { Check, WatchDeps } from './check.ts';

type Level = Exclude<QuotaLevel, 'ok'>;
const LEVELS: readonly { level: Level; severity: AlertSeverity; title: string }[] = [
  { level: 'warning', severity: 'info', title: "Much of the month's quota is used." },
  { level: 'critical', severity: 'warning', title: "The month's quota is nearly used up." },
  {
    level: 'exhausted',
    severity: 'critical',
    title: "The month's quota is used up: nothing leaves until the next month.",
  },
];

/** Each level has its own alert, so that passing from one to the next is told; those below stay open. */
export const quota: Check = async ({ deps, nowMs }) => {
  const { level, used, quota: allowed, resetsAtMs } = await deps.store.quotaState(nowMs);
  const reached = LEVELS.findIndex((one) => one.level === level);
  const facts = { used, quota: allowed, resetsAt: new Date(resetsAtMs).toISOString() };
  for (const [index, { level: name, severity, title }] of LEVELS.entries()) {
    const key = `quota:${name}`;
    if (index <= reached) await deps.alerts.raise({ key, kind: 'quota', severity, title, facts });
    else await deps.alerts.resolve(key);
  }
  await refusedLately(deps, nowMs);
  return { looked: 1, found: reached < 0 ? 0 : 1 };
};

/** Those that were refused are tried each hour; two hours without a refusal, and there is room again. */
const CALM_MS = 2 * 3_600_000;

async function refusedLately({ store, alerts }: WatchDeps, nowMs: number): Promise<void> {
  const { items } = await store.listAlerts({ open: true, limit: 100 });
  const refused = items.find(({ key }) => key === QUOTA_REFUSED_KEY);
  if (refused && nowMs - refused.lastSeenAtMs >= CALM_MS) await alerts.resolve(QUOTA_REFUSED_KEY);
}
