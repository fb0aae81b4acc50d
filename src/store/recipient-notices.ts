import { and, asc, eq, lte } from 'drizzle-orm';
import { OPEN_STATUSES } from '../domain/state.ts';
import { ORGANIZATION } from '../domain/suppression.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { recipientNotices } from './schema-recipients.ts';
import type { RecipientStore } from './types-recipients.ts';

/** Whoever changed something tells drafts at once; others take it up only when that is surely over. */
const GRACE_MS = 60_000;
const OPEN = OPEN_STATUSES.map((status) => `'${status}'`).join(', ');

/**
 * A part of a statement that changes what is known of recipients: with the change, or not at all, it is kept that open
 * drafts have to be told. Nothing is where no draft would go there. The arguments are SQL: a CTE with a row for each
 * change, and the entry, scope and time in ms it is about.
 */
export const tellingOf = (changed: string, entry: string, scope: string, atMs: string) => `
  insert into recipient_notices as old (entry, scope, next_at_ms)
  select ${entry}, ${scope}, ${atMs}::bigint + ${GRACE_MS}
  where exists (select from ${changed}) and exists (
    select from drafts d where d.reach @> array[${entry}]::text[] and d.status in (${OPEN})
      and (${scope} = '${ORGANIZATION}' or d.inbox_id = ${scope}))
  on conflict (entry, scope) do update
    set version = old.version + 1, after = null, next_at_ms = excluded.next_at_ms`;

type Notices = Pick<RecipientStore, 'noticeAbout' | 'dueNotices' | 'keepNotice' | 'settleNotice'>;

export function createRecipientNotices({ orm }: Database): Notices {
  const { entry, scope, version, after, nextAtMs } = recipientNotices;
  const columns = { entry, scope, version, after };
  const same = (of: { entry: string; scope: string; version: number }) =>
    and(eq(entry, of.entry), eq(scope, of.scope), eq(version, of.version));
  return {
    async noticeAbout(about, where) {
      const [found] = await orm
        .select(columns)
        .from(recipientNotices)
        .where(and(eq(entry, about), eq(scope, where)));
      return found ?? null;
    },
    async dueNotices({ nowMs, limit }) {
      assertLimit(limit);
      return orm
        .select(columns)
        .from(recipientNotices)
        .where(lte(nextAtMs, nowMs))
        .orderBy(asc(nextAtMs), asc(entry), asc(scope))
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
