import { and, asc, eq } from 'drizzle-orm';
import { LIMIT_KINDS, type SendLimit } from '../domain/limits.ts';
import type { Database } from './database.ts';
import { limits } from './schema-limits.ts';
import type { LimitsStore } from './types-limits.ts';

/** One statement, so that a target is never seen without its windows in between. */
const PUT = `
with wanted as (select count, "perMs" from json_to_recordset($3::json) as w(count integer, "perMs" bigint)),
gone as (delete from limits where kind = $1 and target = $2 and per_ms not in (select "perMs" from wanted))
insert into limits (kind, target, per_ms, count) select $1, $2, "perMs", count from wanted
on conflict (kind, target, per_ms) do update set count = excluded.count`;

/** A row for the key's rest, and one for each limit. */
const SEND_LIMITS = `
select kind, target, count, per_ms from limits
union all
select 'key', '', 0, ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000)
from rate_scopes where scope = 'key' and blocked_until > clock_timestamp()`;

type Limits = Pick<LimitsStore, 'sendLimits' | 'listLimits' | 'putLimits' | 'removeLimits'>;

export function createLimits({ engine, orm }: Database): Limits {
  return {
    async sendLimits() {
      const rows = await engine.rows(SEND_LIMITS, [], 'send_limits');
      const found: SendLimit[] = [];
      let keyBlockedMs = 0;
      for (const [name, target, count, ms] of rows) {
        const kind = LIMIT_KINDS.find((known) => known === name);
        if (kind) found.push({ kind, target: String(target), count: Number(count), perMs: Number(ms) });
        else keyBlockedMs = Number(ms);
      }
      return { limits: found, keyBlockedMs };
    },
    listLimits: () =>
      orm
        .select({ kind: limits.kind, target: limits.target, count: limits.count, perMs: limits.perMs })
        .from(limits)
        .orderBy(asc(limits.kind), asc(limits.target), asc(limits.perMs)),
    async putLimits(kind, target, windows) {
      await engine.rows(PUT, [kind, target, JSON.stringify(windows)], 'put_limits');
    },
    async removeLimits(kind, target) {
      const removed = await orm
        .delete(limits)
        .where(and(eq(limits.kind, kind), eq(limits.target, target)))
        .returning({ kind: limits.kind });
      return removed.length > 0;
    },
  };
}
