import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { bareAddress } from '../domain/content.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { StoreInvalid } from './errors.ts';
import { suppressions } from './schema.ts';
import type { Store } from './types.ts';

type Suppressions = Pick<Store, 'addSuppression' | 'removeSuppression' | 'listSuppressions' | 'suppressedAmong'>;

export function createSuppressions({ engine, orm, adhoc }: Database): Suppressions {
  return {
    async addSuppression(suppression) {
      const address = entryOf(suppression.address);
      if (address === null) {
        throw new StoreInvalid('A suppression is an address (user@example.com) or a domain (example.com).');
      }
      await orm
        .insert(suppressions)
        .values({ ...suppression, address })
        .onConflictDoNothing();
    },
    async removeSuppression(address) {
      const entry = entryOf(address);
      if (entry === null) return false;
      const removed = await orm.delete(suppressions).where(eq(suppressions.address, entry)).returning();
      return removed.length > 0;
    },
    async listSuppressions({ text, limit, cursor }) {
      assertLimit(limit);
      const contains = text ? sql`position(${text.toLowerCase()} in ${suppressions.address}) > 0` : undefined;
      const [after] = cursor === undefined ? [] : decodeCursor('suppressions', cursor, 'string');
      const rows = await adhoc
        .select()
        .from(suppressions)
        .where(and(contains, after === undefined ? undefined : gt(suppressions.address, after)))
        .orderBy(asc(suppressions.address))
        .limit(limit + 1);
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, nextCursor: last ? encodeCursor('suppressions', [last.address]) : null };
    },
    async suppressedAmong(addresses) {
      const entriesOf = (address: string) => [address.toLowerCase(), domainOf(address)];
      const wanted = [...new Set(addresses.flatMap(entriesOf))];
      if (wanted.length === 0) return [];
      const text = 'select address from suppressions where address = any ($1::text[])';
      const found = new Set((await engine.rows(text, [wanted], 'suppressed_among')).map(([address]) => address));
      return addresses.filter((address) => entriesOf(address).some((entry) => found.has(entry)));
    },
  };
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The address or domain as it is stored, or null. */
function entryOf(text: string): string | null {
  const address = bareAddress(text);
  if (address !== null) return address;
  const domain = text.trim().replace(/^@/, '').toLowerCase();
  return /^[^\s@<>",;:]+\.[^\s@<>",;:.]+$/.test(domain) ? domain : null;
}
