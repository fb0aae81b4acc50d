import { drizzle, type PgRemoteDatabase } from 'drizzle-orm/pg-proxy';
import type { Engine } from './database.ts';
import { sessions, signInLimits, signIns, users, verifications } from './schema-accounts.ts';

/** Where better-auth keeps what is its own, by its own names. Nothing else uses it. */
export interface AuthTables {
  orm: PgRemoteDatabase;
  schema: {
    user: typeof users;
    session: typeof sessions;
    account: typeof signIns;
    verification: typeof verifications;
    rateLimit: typeof signInLimits;
  };
}

export function createAuthTables(engine: Engine): AuthTables {
  return {
    orm: drizzle(async (text, params) => ({ rows: await engine.rows(counted(text), params) })),
    schema: { user: users, session: sessions, account: signIns, verification: verifications, rateLimit: signInLimits },
  };
}

/** better-auth reads how many rows a write met from the number of rows that come back, and this proxy has no other. */
function counted(text: string): string {
  const silent = /^(update|delete) /i.test(text) && !/ returning /i.test(text);
  return silent ? `${text} returning 1` : text;
}
