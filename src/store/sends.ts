import { sql } from 'drizzle-orm';
import { monthOf, quotaLevel } from '../domain/limits.ts';
import type { Database } from './database.ts';
import { quota } from './schema-limits.ts';
import type { LimitsStore, QuotaSettings } from './types-limits.ts';

export const QUOTA_DEFAULTS: QuotaSettings = { monthlyQuota: null, warningPercent: 80, criticalPercent: 95 };

const SENT = 'select count(*)::integer from sends where sent_at_ms >= $1 and sent_at_ms < $2';

type Sends = Pick<LimitsStore, 'sentThisMonth' | 'getQuota' | 'putQuota' | 'quotaState'>;

/** What was sent; `record` writes it. */
export function createSends({ engine, orm }: Database): Sends {
  const settings = {
    monthlyQuota: quota.monthlyQuota,
    warningPercent: quota.warningPercent,
    criticalPercent: quota.criticalPercent,
  };
  async function sentThisMonth(nowMs: number): Promise<number> {
    const { fromMs, toMs } = monthOf(nowMs);
    const [row] = await engine.rows(SENT, [fromMs, toMs], 'sent_between');
    return Number(row?.[0] ?? 0);
  }
  async function getQuota(): Promise<QuotaSettings> {
    const [row] = await orm.select(settings).from(quota);
    return row ?? QUOTA_DEFAULTS;
  }
  return {
    sentThisMonth,
    getQuota,
    async putQuota(change) {
      const [row] = await orm
        .insert(quota)
        .values({ ...QUOTA_DEFAULTS, ...change })
        .onConflictDoUpdate({ target: quota.only, set: { only: sql`true`, ...change } })
        .returning(settings);
      return row ?? QUOTA_DEFAULTS;
    },
    async quotaState(nowMs) {
      const set = await getQuota();
      const used = await sentThisMonth(nowMs);
      const { toMs } = monthOf(nowMs);
      return { ...set, used, quota: set.monthlyQuota, level: quotaLevel(used, set), resetsAtMs: toMs };
    },
  };
}
