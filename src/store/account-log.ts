import { and, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type Database, storableText } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { accountLog, accountSecrets } from './schema-accounts.ts';
import type { AccountStore } from './types-accounts.ts';

type Log = Pick<AccountStore, 'logAccount' | 'listAccountLog' | 'countAccountLog' | 'accountNames' | 'sharedSecret'>;

export function createAccountLog({ engine, orm, adhoc }: Database): Log {
  return {
    async logAccount(entry) {
      // What was tried at the door is anybody's text.
      const subject = entry.subject === null ? null : storableText(entry.subject).slice(0, 320);
      await orm.insert(accountLog).values({ ...entry, subject });
    },
    async listAccountLog({ event, subject, limit, cursor }) {
      assertLimit(limit);
      const before = cursor === undefined ? undefined : decodeCursor('account_log', cursor, 'number')[0];
      const rows = await adhoc
        .select()
        .from(accountLog)
        .where(
          and(
            event === undefined ? undefined : eq(accountLog.event, event),
            subject === undefined ? undefined : eq(accountLog.subject, subject),
            before === undefined ? undefined : lt(accountLog.entryId, before),
          ),
        )
        .orderBy(desc(accountLog.entryId))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('account_log', [last.entryId]) : null };
    },
    async countAccountLog({ event, subject, sinceMs }) {
      const [row] = await orm
        .select({ count: sql<number | string>`count(*)` })
        .from(accountLog)
        .where(and(eq(accountLog.subject, subject), eq(accountLog.event, event), gte(accountLog.atMs, sinceMs)));
      return Number(row?.count ?? 0);
    },
    async accountNames() {
      const text = 'select user_id, name from users union all select key_id, name from api_keys';
      const rows = await engine.rows(text, [], 'account_names');
      return new Map(rows.map(([id, name]) => [String(id), String(name)]));
    },
    async sharedSecret(name, fresh) {
      await orm.insert(accountSecrets).values({ name, value: fresh }).onConflictDoNothing();
      const [kept] = await orm.select().from(accountSecrets).where(eq(accountSecrets.name, name));
      if (!kept) throw new Error(`the shared secret ${name} was deleted while it was read`);
      return kept.value;
    },
  };
}
