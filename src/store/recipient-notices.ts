import { and, asc, eq, lte } from 'drizzle-orm';
import { OPEN_STATUSES } from '../domain/state.ts';
import { ORGANIZATION } from '../domain/suppression.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { recipientNotices } from './schema-recipients.ts';
import type { RecipientNotice, RecipientStore } from './types-recipients.ts';

/** Whoever changed something tells drafts at once; others take it up only when that is surely over. */
const GRACE_MS = 60_000;
const OPEN = OPEN_STATUSES.map((status) => `'${status}'`).join(', ');

/**
 * A part of a statement that changes what is known of recipients: with the change, or not at all, it is kept that open
 * drafts have to be told. Nothing is where no draft would go there. The arguments are SQL: a CTE with a row for each
 * change, and the entry, scope and time in ms it is about.
 */
export const tellingOf = (changed: string, entry: string, scope: string, atMs: string) => `
  insert into recipient_notices as old (entry, scope, because, next_at_ms)
  select ${entry}, ${scope}, 'changed', ${atMs}::bigint + ${GRACE_MS}
  where exists (select from ${changed}) and exists (
    select from drafts d where d.reach @> array[${entry}]::text[] and d.status in (${OPEN})
      and (${scope} = '${ORGANIZATION}' or d.inbox_id = ${scope}))
  on conflict (entry, scope, because) do update
    set version = old.version + 1, after = null, next_at_ms = excluded.next_at_ms`;

/**
 * A part of the statement that suppresses: drafts are told when time ends it, those too that are not there yet. The
 * arguments are SQL as before, and the reason and its end in ms, null for none.
 */
export const tellingOfEnd = (changed: string, entry: string, scope: string, reason: string, endsAtMs: string) => `
  insert into recipient_notices as old (entry, scope, because, next_at_ms)
  select ${entry}, ${scope}, ${reason}, ${endsAtMs}::bigint
  where exists (select from ${changed}) and ${endsAtMs}::bigint is not null
  on conflict (entry, scope, because) do update
    set version = old.version + 1, after = null, next_at_ms = excluded.next_at_ms`;

/** Ends that concern no open draft need no telling; there may be many at one time, as of an imported list. */
const DROP_IDLE = `
delete from recipient_notices n
where n.next_at_ms <= $1 and n.because <> 'changed' and not exists (
  select from drafts d where d.reach @> array[n.entry]::text[] and d.status in (${OPEN})
    and (n.scope = '${ORGANIZATION}' or d.inbox_id = n.scope))`;

type Notices = Pick<RecipientStore, 'noticeAbout' | 'dueNotices' | 'keepNotice' | 'settleNotice'>;

export function createRecipientNotices({ engine, orm }: Database): Notices {
  const { entry, scope, because, version, after, nextAtMs } = recipientNotices;
  const columns = { entry, scope, because, version, after };
  const same = (of: RecipientNotice) =>
    and(eq(entry, of.entry), eq(scope, of.scope), eq(because, of.because), eq(version, of.version));
  return {
    async noticeAbout(about, where) {
      const [found] = await orm
        .select(columns)
        .from(recipientNotices)
        .where(and(eq(entry, about), eq(scope, where), eq(because, 'changed')));
      return found ?? null;
    },
    async dueNotices({ nowMs, limit }) {
      assertLimit(limit);
      await engine.rows(DROP_IDLE, [nowMs], 'drop_idle_notices');
      return orm
        .select(columns)
        .from(recipientNotices)
        .where(lte(nextAtMs, nowMs))
        .orderBy(asc(nextAtMs), asc(entry), asc(scope), asc(because))
        .limit(limit);
    },
    async keepNotice(notice, change) {
      await orm.update(recipientNotices).set(change).where(same(notice));
    },
    async settleNotice(notice) {
      await orm.delete(recipientNotices).where(same(notice));
    },
  };
}
