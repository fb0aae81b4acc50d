import { ConfigError, loadConfig } from './config.ts';
import { createLogger } from './log.ts';
import { runMain } from './runtime/main.ts';
import { migratePostgres } from './store/index.ts';
import { connectClient } from './temporal/connection.ts';
import { ensureSearchAttributes } from './temporal/namespace.ts';

/**
 * Prepares what the parts share, before a new version of them starts: the database's schema and the namespace's search
 * attributes. Changes nothing where both are up to date; several at once do no harm.
 */
async function main(): Promise<void> {
  const config = loadConfig();
  const { url } = config.database;
  if (!url) throw new ConfigError('DATABASE_URL: required (the embedded database migrates itself)');
  const log = createLogger({ level: config.logLevel, part: 'setup' });
  await migratePostgres(url);
  log.info('database is up to date');
  const client = await connectClient(config.temporal);
  try {
    await ensureSearchAttributes(client.connection, config.temporal.namespace);
    log.info({ namespace: config.temporal.namespace }, 'search attributes are registered');
  } finally {
    await client.connection.close();
  }
}

await runMain(main);
