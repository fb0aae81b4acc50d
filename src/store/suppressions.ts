import { and, asc, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { entriesCovering, normalizeEntry, ORGANIZATION, SUPPRESSION_REASONS } from '../domain/suppression.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { StoreInvalid } from './errors.ts';
import { tellingOf, tellingOfEnd } from './recipient-notices.ts';
import { suppressions } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

/** One statement, hence one transaction: the entry, the wish to mirror it, the record and the news stand or fall together. */
const ADD = `
with kept as (
  insert into suppressions as old (address, scope, reason, note, source, created_by, created_at_ms, expires_at_ms)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (address, scope, reason) do update
    set note = excluded.note, source = excluded.source, created_by = excluded.created_by,
        created_at_ms = excluded.created_at_ms, expires_at_ms = excluded.expires_at_ms
    where old.expires_at_ms is not null
      and (excluded.expires_at_ms is null or excluded.expires_at_ms > old.expires_at_ms)
  returning 1
), mirrored as (
  insert into suppression_mirrors as old (entry, scope, wanted, reason, next_at_ms)
  select $1, $2, 'block', $3, $7 where $9
  on conflict (entry, scope) do update
    set wanted = 'block', reason = excluded.reason, pending = true, attempts = 0, version = old.version + 1,
        next_at_ms = excluded.next_at_ms, failure = null
    where old.wanted <> 'block'
), told as (${tellingOf('kept', '$1::text', '$2::text', '$7')}
), ending as (${tellingOfEnd('kept', '$1::text', '$2::text', '$3::text', '$8')}
), endless as (
  delete from recipient_notices
  where entry = $1 and scope = $2 and because = $3 and $8::bigint is null and exists (select from kept)
), logged as (
  insert into recipient_events (at_ms, subject, action, by, source, data)
  select $7, $1, 'suppressed', $6, $5, json_build_object('scope', $2::text, 'reason', $3::text, 'expiresAtMs', $8::bigint)
  from kept
)
select exists (select from kept)`;

/** AgentMail's list is only told to forget an entry that no other reason holds on to. */
const REMOVE = `
with gone as (
  delete from suppressions where address = $1 and scope = $2 and ($3::text is null or reason = $3)
    and ($4::text is null or starts_with(source, $4))
  returning reason
), released as (
  update suppression_mirrors
  set wanted = 'unblock', pending = true, attempts = 0, version = version + 1, next_at_ms = $5, failure = null
  where entry = $1 and scope = $2 and wanted = 'block' and exists (select from gone)
    and not exists (select from suppressions s where s.address = $1 and s.scope = $2
      and s.reason not in (select reason from gone) and (s.expires_at_ms is null or s.expires_at_ms > $5))
), told as (${tellingOf('gone', '$1::text', '$2::text', '$5')}
), endless as (
  delete from recipient_notices where entry = $1 and scope = $2 and because in (select reason from gone)
), logged as (
  insert into recipient_events (at_ms, subject, action, by, source, data)
  select $5, $1, 'suppression_removed', $6, $7, json_build_object('scope', $2::text, 'reason', reason) from gone
)
select count(*)::integer from gone`;

const AMONG = `select address, scope, reason, expires_at_ms from suppressions
where address = any ($1::text[]) and scope in ('${ORGANIZATION}', $2) and (expires_at_ms is null or expires_at_ms > $3)`;

type Suppressions = Pick<
  RecipientStore,
  'addSuppression' | 'removeSuppression' | 'getSuppression' | 'listSuppressions' | 'suppressedAmong'
>;

export function createSuppressions({ engine, orm, adhoc }: Database): Suppressions {
  return {
    async addSuppression(suppression, { mirror = false } = {}) {
      const entry = normalizeEntry(suppression.entry);
      if (entry === null) {
        throw new StoreInvalid('A suppression is an address (user@example.com) or a domain (example.com).');
      }
      const { scope, reason, note, source, createdBy, createdAtMs, expiresAtMs } = suppression;
      const values = [entry, scope, reason, note, source, createdBy, createdAtMs, expiresAtMs, mirror];
      const [row] = await engine.rows(ADD, values, 'add_suppression');
      return { entry, changed: row?.[0] === true };
    },

    async removeSuppression(text, { scope, reason, onlySource, by, atMs, source = null }) {
      const entry = normalizeEntry(text);
      if (entry === null) return 0;
      const values = [entry, scope, reason ?? null, onlySource ?? null, atMs, by, source];
      const [row] = await engine.rows(REMOVE, values, 'remove_suppression');
      return Number(row?.[0] ?? 0);
    },

    async getSuppression({ entry, scope, reason }) {
      const same = and(eq(suppressions.entry, entry), eq(suppressions.scope, scope), eq(suppressions.reason, reason));
      const [found] = await orm.select().from(suppressions).where(same);
      return found ?? null;
    },

    async listSuppressions({ text, scope, reason, liveAtMs, limit, cursor }) {
      assertLimit(limit);
      const { entry, expiresAtMs } = suppressions;
      const after = cursor === undefined ? null : decodeCursor('suppressions', cursor, 'string', 'string', 'string');
      const rows = await adhoc
        .select()
        .from(suppressions)
        .where(
          and(
            text ? sql`position(${text.toLowerCase()} in ${entry}) > 0` : undefined,
            scope === undefined ? undefined : eq(suppressions.scope, scope),
            reason === undefined ? undefined : eq(suppressions.reason, reason),
            liveAtMs === undefined ? undefined : or(isNull(expiresAtMs), gt(expiresAtMs, liveAtMs)),
            after === null
              ? undefined
              : sql`(${entry}, ${suppressions.scope}, ${suppressions.reason}) > (${after[0]}, ${after[1]}, ${after[2]})`,
          ),
        )
        .orderBy(asc(entry), asc(suppressions.scope), asc(suppressions.reason))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const next = last ? encodeCursor('suppressions', [last.entry, last.scope, last.reason]) : null;
      return { items, nextCursor: next };
    },

    async suppressedAmong(addresses, { inboxId, nowMs }) {
      const covering = new Map(addresses.map((address) => [address, entriesCovering(address)]));
      const wanted = [...new Set([...covering.values()].flat())];
      if (wanted.length === 0) return [];
      const rows = await engine.rows(AMONG, [wanted, inboxId, nowMs], 'suppressed_among');
      return [...covering].flatMap(([address, entries]) => {
        // The weightiest reason first, and of its entries the narrowest.
        for (const reason of SUPPRESSION_REASONS) {
          for (const entry of entries) {
            const row = rows.find((found) => found[0] === entry && found[2] === reason);
            if (row) return [{ address, entry, scope: String(row[1]), reason, expiresAtMs: numberOrNull(row[3]) }];
          }
        }
        return [];
      });
    },
  };
}

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));
