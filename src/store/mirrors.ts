import { and, asc, eq, gte, lte, sql } from 'drizzle-orm';
import { ORGANIZATION, SUPPRESSION_REASONS } from '../domain/suppression.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { suppressionMirrors } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

/** An entry whose last reason has expired is let go at AgentMail, too. */
const RELEASE_EXPIRED = `
update suppression_mirrors m
set wanted = 'unblock', pending = true, attempts = 0, version = version + 1, next_at_ms = $1, failure = null
where m.wanted = 'block' and not exists (select from suppressions s
  where s.address = m.entry and s.scope = m.scope and (s.expires_at_ms is null or s.expires_at_ms > $1))`;

const WEIGHT = SUPPRESSION_REASONS.map((reason) => `'${reason}'`).join(', ');
const ADD_MISSING = `
with made as (
  insert into suppression_mirrors (entry, scope, wanted, reason, next_at_ms)
  select distinct on (s.address, s.scope) s.address, s.scope, 'block', s.reason, $1::bigint
  from suppressions s
  where (s.expires_at_ms is null or s.expires_at_ms > $1)
    and (($2::boolean and s.scope = '${ORGANIZATION}') or exists (
      select from inboxes i where i.inbox_id = s.scope and i.settings ->> 'mirrorSuppressions' = 'true'))
    and not exists (select from suppression_mirrors m where m.entry = s.address and m.scope = s.scope)
  order by s.address, s.scope, array_position(array[${WEIGHT}], s.reason)
  limit $3
  on conflict do nothing
  returning 1
)
select count(*)::integer from made`;

type Mirrors = Pick<RecipientStore, 'addMissingMirrors' | 'pendingMirrors' | 'settleMirror'>;

export function createMirrors({ engine, orm }: Database): Mirrors {
  const { entry, scope, wanted, reason, pending, attempts, owner, version, nextAtMs } = suppressionMirrors;
  return {
    async addMissingMirrors({ organization, nowMs, limit }) {
      const [row] = await engine.rows(ADD_MISSING, [nowMs, organization, limit], 'add_missing_mirrors');
      return Number(row?.[0] ?? 0);
    },

    async pendingMirrors({ nowMs, limit }) {
      assertLimit(limit);
      await engine.rows(RELEASE_EXPIRED, [nowMs], 'release_expired_mirrors');
      return orm
        .select({ entry, scope, wanted, reason, attempts, owner, version })
        .from(suppressionMirrors)
        .where(and(eq(pending, true), lte(nextAtMs, nowMs)))
        .orderBy(asc(nextAtMs), asc(entry), asc(scope))
        .limit(limit);
    },

    async settleMirror(mirror, outcome) {
      const same = and(eq(entry, mirror.entry), eq(scope, mirror.scope), eq(version, mirror.version));
      if (outcome.kind === 'failed') {
        const change = { attempts: sql`${attempts} + 1`, nextAtMs: outcome.retryAtMs, failure: outcome.code };
        await orm.update(suppressionMirrors).set(change).where(same);
        return;
      }
      // First, and whatever is wanted by now: a later wish must know whose entry it would take off.
      const sameOrLater = and(eq(entry, mirror.entry), eq(scope, mirror.scope), gte(version, mirror.version));
      await orm.update(suppressionMirrors).set({ owner: outcome.owner }).where(sameOrLater);
      if (mirror.wanted === 'unblock') await orm.delete(suppressionMirrors).where(same);
      else await orm.update(suppressionMirrors).set({ pending: false, failure: null }).where(same);
    },
  };
}
