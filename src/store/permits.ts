import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import type { LimitsStore } from './types-limits.ts';

/** Whoever waited for the key's rest comes back spread over this and a tenth of the rest, not in one millisecond. */
const SPREAD_MS = 1_000;

/** Scopes are locked, looked at and taken within one call; `take_permit` is in the migrations. */
const TAKE = 'select granted, wait_ms, at_scope from take_permit($1::jsonb, $2, $3, $4, $5)';
const RELEASE = `update rate_permits set busy_until = least(busy_until, clock_timestamp()), released = true
  where permit_id = $1 and not released`;
const RETURN = 'delete from rate_permits where permit_id = $1';
const SLOW_DOWN = `
insert into rate_scopes (scope, blocked_until) values ($1, clock_timestamp() + $2 * interval '1 millisecond')
on conflict (scope) do update set blocked_until = greatest(rate_scopes.blocked_until, excluded.blocked_until)`;
const BLOCKED = `select ceil(extract(epoch from blocked_until - clock_timestamp()) * 1000)
  from rate_scopes where scope = 'key' and blocked_until > clock_timestamp()`;

type Permits = Pick<LimitsStore, 'acquirePermit' | 'releasePermit' | 'slowDown' | 'keyBlockedMs'>;

export function createPermits({ engine }: Database): Permits {
  async function keyBlockedMs(): Promise<number> {
    const [row] = await engine.rows(BLOCKED, [], 'key_blocked');
    return Number(row?.[0] ?? 0);
  }
  const spread = (restMs: number) => restMs + Math.ceil(Math.random() * (SPREAD_MS + restMs / 10));

  return {
    keyBlockedMs,
    async acquirePermit({ scopes, holder, leaseMs, hasTurn }) {
      if (scopes.length === 0) {
        const restMs = await keyBlockedMs();
        return restMs === 0
          ? { granted: true, permitId: '' }
          : { granted: false, waitMs: spread(restMs), scope: 'key' };
      }
      const permitId = randomUUID();
      const unique = new Map(scopes.map((one) => [one.scope, { ...one, flow: one.flow ?? '' }]));
      const asked = JSON.stringify([...unique.values()]);
      const [row] = await engine.rows(TAKE, [asked, holder, permitId, leaseMs, hasTurn], 'take_permit');
      if (row?.[0] === true) return { granted: true, permitId };
      const scope = String(row?.[2]);
      const waitMs = Math.ceil(Number(row?.[1]));
      return { granted: false, waitMs: scope === 'key' ? spread(waitMs) : Math.max(1, waitMs), scope };
    },
    async releasePermit(permitId, { used = true } = {}) {
      if (permitId === '') return;
      await (used
        ? engine.rows(RELEASE, [permitId], 'release_permit')
        : engine.rows(RETURN, [permitId], 'return_permit'));
    },
    async slowDown(scope, ms) {
      await engine.rows(SLOW_DOWN, [scope, ms], 'slow_down');
    },
  };
}
