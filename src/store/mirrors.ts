import { and, asc, eq, lte, sql } from 'drizzle-orm';
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

export function createMirrors({ engine, orm }: Database): Pick<RecipientStore, 'pendingMirrors' | 'settleMirror'> {
  const { entry, scope, wanted, reason, pending, attempts, version, nextAtMs } = suppressionMirrors;
  return {
    async pendingMirrors({ nowMs, limit }) {
      assertLimit(limit);
      await engine.rows(RELEASE_EXPIRED, [nowMs], 'release_expired_mirrors');
      return orm
        .select({ entry, scope, wanted, reason, attempts, version })
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
      } else if (mirror.wanted === 'unblock') {
        await orm.delete(suppressionMirrors).where(same);
      } else {
        await orm.update(suppressionMirrors).set({ pending: false, failure: null }).where(same);
      }
    },
  };
}
