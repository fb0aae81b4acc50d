import { Client } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/postgres.ts';
import { createTimeSkippingEnv, startDevServer } from '../support/temporal.ts';

test('the time-skipping server skips an hour in no time', async () => {
  const env = await createTimeSkippingEnv();
  try {
    const before = await env.currentTimeMs();
    await env.sleep('1 hour');
    expect((await env.currentTimeMs()) - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    await env.teardown();
  }
});

test('the dev server has our search attributes', async () => {
  const env = await startDevServer();
  try {
    const answer = await env.connection.operatorService.listSearchAttributes({ namespace: env.namespace ?? 'default' });
    expect(Object.keys(answer.customAttributes ?? {})).toContain('CountersignDueAt');
  } finally {
    await env.teardown();
  }
});

test('a test database is fresh, and gone afterwards', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query("select count(*)::int as tables from pg_tables where schemaname = 'public'");
  expect(rows).toEqual([{ tables: 0 }]);
  await client.end();
  await database.drop();
  await expect(new Client({ connectionString: database.url }).connect()).rejects.toThrow(/does not exist/);
});
