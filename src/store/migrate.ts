import { fileURLToPath } from 'node:url';
import type { PGlite } from '@electric-sql/pglite';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migrateWithPostgres } from 'drizzle-orm/node-postgres/migrator';
import { drizzle as drizzlePGlite } from 'drizzle-orm/pglite';
import { migrate as migrateWithPGlite } from 'drizzle-orm/pglite/migrator';
import { Client } from 'pg';
import type { Engine } from './database.ts';
import { StoreInvalid, translateError, withoutPassword } from './errors.ts';

const CONFIG = {
  migrationsFolder: fileURLToPath(new URL('./migrations', import.meta.url)),
  migrationsSchema: 'public',
  migrationsTable: 'countersign_migrations',
};
/** Any number of our own: processes that migrate the same database take turns. */
const ADVISORY_LOCK = 4_403_226_001;

/** Brings a PostgreSQL database up to this version's schema. Several processes may do so at once. */
export async function migratePostgres(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'countersign (migrations)' });
  client.on('error', () => {});
  try {
    await client.connect();
    // Held by the session: it ends with the connection, also when this process dies.
    await client.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query('set client_min_messages = warning');
    await migrateWithPostgres(drizzlePostgres(client), CONFIG);
  } catch (error) {
    throw translateError(causeOf(error), withoutPassword(databaseUrl));
  } finally {
    await client.end().catch(() => {});
  }
}

export async function migratePGlite(client: PGlite): Promise<void> {
  await migrateWithPGlite(drizzlePGlite(client), CONFIG);
}

/** @throws StoreInvalid when the schema is not the one this version was made for. */
export async function assertMigrated(engine: Engine): Promise<void> {
  const wanted = readMigrationFiles(CONFIG).at(-1)?.folderMillis;
  const [table] = await engine.rows(`select to_regclass('public.countersign_migrations') is not null`, []);
  const [row] = table?.[0]
    ? await engine.rows('select max(created_at)::text from public.countersign_migrations', [])
    : [];
  if (Number(row?.[0] ?? 0) >= (wanted ?? 0)) return;
  throw new StoreInvalid('The database has not been migrated to this version: run the migrations first.');
}

/** Drizzle's own error quotes the statement; what happened is its cause. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}
