import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import { StoreInvalid } from './errors.ts';

/** What the store needs of PostgreSQL, the server or the embedded one. Each statement is its own transaction. */
export interface Engine {
  /** Whether other processes, or other connections of this one, write at the same time. */
  shared: boolean;
  /** Rows as arrays in column order. A named statement is prepared once per connection; a name means one text for ever. */
  rows(text: string, params: unknown[], name?: string): Promise<unknown[][]>;
  /** Calls back after other transactions' `pg_notify(channel)`, and after a gap in which some may have been missed. */
  listen(channel: string, onNotify: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export interface Database {
  engine: Engine;
  /** For statements whose text is always the same: prepared. */
  orm: PgRemoteDatabase;
  /** For statements put together from a query: planned for the very values they filter by. */
  adhoc: PgRemoteDatabase;
}

export function createDatabase(engine: Engine): Database {
  const names = new Map<string, string>();
  const nameOf = (text: string) => {
    const name = names.get(text) ?? `orm_${names.size}`;
    names.set(text, name);
    return name;
  };
  const checked: Engine = {
    ...engine,
    rows(text, params, name) {
      for (const param of params) assertStorable(param);
      return engine.rows(text, params, name);
    },
  };
  return {
    engine: checked,
    orm: drizzle(async (text, params) => ({ rows: await checked.rows(text, params, nameOf(text)) })),
    adhoc: drizzle(async (text, params) => ({ rows: await checked.rows(text, params) })),
  };
}

/** Drivers turn a lone surrogate into U+FFFD without a word, so that two names become one; the server refuses NUL. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

function assertStorable(param: unknown) {
  if (Array.isArray(param)) return param.forEach(assertStorable);
  if (typeof param === 'string' && UNSTORABLE.test(param)) {
    throw new StoreInvalid('The text holds NUL or half of a surrogate pair, which PostgreSQL cannot store.');
  }
}

/** Text for showing and searching: what cannot be stored becomes U+FFFD. */
export function storableText(value: string): string {
  return value.replace(/[\0\p{Surrogate}]/gu, '\uFFFD');
}
