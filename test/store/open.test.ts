import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildTemplate } from '../../src/store/build-template.ts';
import { openPGlite } from '../../src/store/embedded.ts';
import { openStore, StoreInvalid, StoreUnavailable } from '../../src/store/index.ts';
import { migratePGlite } from '../../src/store/migrate.ts';
import { startUpkeep } from '../../src/store/upkeep.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { freePort } from '../support/postgres-cluster.ts';
import { temporaryDir } from './engines.ts';
import { creation, entry } from './fixtures.ts';

const { dir, remove } = temporaryDir();
const templateFile = join(dir, 'template.tar.gz');
beforeAll(() => buildTemplate(templateFile));
afterAll(remove);

describe('the embedded database', () => {
  it('loads a template, and finds everything again when reopened', async () => {
    const dataDir = join(dir, 'a', 'db');
    const store = await openStore({ dataDir }, { templateFile });
    const made = creation();
    await store.createDraft(made);
    await store.record(made.draftId, [entry()], null);
    const latest = await store.latestEventId();
    await store.close();
    await store.close();
    const again = await openStore({ dataDir });
    expect((await again.createDraft(made)).created).toBe(false);
    expect(await again.latestEventId()).toBe(latest);
    await again.record(made.draftId, [entry({ sequence: 2 })], null);
    expect((await again.eventsAfter(latest, 10)).map((row) => row.sequence)).toEqual([2]);
    await again.close();
  });

  it('starts over when its first opening did not come to an end', async () => {
    const dataDir = join(dir, 'b');
    await (await openStore({ dataDir }, { templateFile })).close();
    writeFileSync(`${dataDir}.unfinished`, '');
    writeFileSync(join(dataDir, 'PG_VERSION'), 'damaged');
    const store = await openStore({ dataDir }, { templateFile });
    expect((await store.listDrafts({ limit: 1 })).items).toEqual([]);
    expect(existsSync(`${dataDir}.unfinished`)).toBe(false);
    await store.close();
  });

  it('gathers statistics of what has grown before it was opened', async () => {
    const dataDir = join(dir, 'grown');
    const client = await openPGlite(dataDir, templateFile, migratePGlite);
    await client.query(`insert into steps select 'draft-' || i, 'step', '{}' from generate_series(1, 5000) as i`);
    await client.close();
    const again = await openPGlite(dataDir, undefined, migratePGlite);
    const stop = startUpkeep(again);
    await vi.waitFor(async () => {
      const { rows } = await again.query(`select reltuples from pg_class where relname = 'steps'`);
      expect(rows).toEqual([{ reltuples: 5000 }]);
    }, 20_000);
    await stop();
    await again.close();
  });

  it('has every acknowledged row after its process was killed while writing', async () => {
    const dataDir = join(dir, 'killed');
    const writer = fileURLToPath(new URL('./writer.ts', import.meta.url));
    const args = ['--import', 'tsx', writer, dataDir, templateFile];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    const gone = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await new Promise<void>((resolve, reject) => {
      child.once('exit', () => reject(new Error('the writer ended by itself')));
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.split('\n').length > 100) resolve();
      });
    });
    child.kill('SIGKILL');
    expect(await gone).toBe('SIGKILL');
    const acknowledged = output.split('\n').slice(0, -1);
    const store = await openStore({ dataDir });
    for (const id of acknowledged) {
      expect((await store.getDraft(id))?.projection?.status).toBe('in_review');
      expect(await store.getRevision(id, 1)).not.toBeNull();
      expect(await store.listEvents(id)).toHaveLength(1);
    }
    await store.close();
  });
});

describe('PostgreSQL', () => {
  let database: TestDatabase;
  const sql = async (text: string) => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is not opened before it is migrated, unless asked to migrate', async () => {
    await expect(openStore({ databaseUrl: database.url }, { migrate: false })).rejects.toThrow(StoreInvalid);
    expect(await sql(`select tablename from pg_tables where schemaname = 'public'`)).toEqual([]);
  });

  it('is migrated once by many processes that start together', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore({ databaseUrl: database.url })));
    expect(await sql('select count(*)::int from event_log')).toEqual([{ count: 1 }]);
    for (const store of stores) await store.close();
    const store = await openStore({ databaseUrl: database.url }, { migrate: false });
    await store.ping();
    await store.close();
  });

  it('names its connections and ends statements that take too long', async () => {
    const options = { postgres: { applicationName: 'store-test', statementTimeoutMs: 300 } };
    const store = await openStore({ databaseUrl: database.url }, options);
    const held = new Client({ connectionString: database.url });
    await held.connect();
    await held.query('begin; lock table inboxes in access exclusive mode');
    expect(await sql(`select 1 as one from pg_stat_activity where application_name = 'store-test'`)).toContainEqual({
      one: 1,
    });
    await expect(store.getInbox('x')).rejects.toMatchObject({ code: '57014' });
    await held.query('rollback');
    await held.end();
    expect((await store.getInbox('x')).inboxId).toBe('x');
    await store.close();
  });

  it('gives a server up that went silent, and goes on when it is there again', async () => {
    const proxy = await silentProxy(new URL(database.url));
    const store = await openStore({ databaseUrl: proxy.url }, { migrate: false, postgres: { queryTimeoutMs: 300 } });
    proxy.silent = true;
    await expect(store.getInbox('x')).rejects.toThrow(StoreUnavailable);
    proxy.silent = false;
    expect((await store.getInbox('x')).inboxId).toBe('x');
    await store.close();
    await proxy.close();
  });

  it('goes on after its connections broke, and still hears of events', async () => {
    const store = await openStore({ databaseUrl: database.url }, { postgres: { applicationName: 'broken' } });
    const made = creation();
    await store.createDraft(made);
    const listener = vi.fn();
    await store.onEvents(listener);
    await sql(`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'broken%'`);
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), 5_000);
    listener.mockClear();
    await store.record(made.draftId, [entry()], null);
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), 2_000);
    await store.close();
  });

  it('hears of an event again that a transaction without events held back', async () => {
    const store = await openStore({ databaseUrl: database.url });
    const made = creation();
    await store.createDraft(made);
    const start = await store.latestEventId();
    const seen: string[] = [];
    await store.onEvents(() => {
      void store.eventsAfter(start, 10).then((rows) => seen.push(...rows.map((row) => row.origin)));
    });
    const holding = new Client({ connectionString: database.url });
    await holding.connect();
    await holding.query('begin; select pg_current_xact_id()');
    await store.record(made.draftId, [entry({ origin: 'held' })], null);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen).toEqual([]);
    await holding.query('commit');
    await vi.waitFor(() => expect(seen).toContain('held'), 3_000);
    await holding.end();
    await store.close();
  });

  it('sorts new events behind those of a restored dump, whose transactions are of the future', async () => {
    const before = await openStore({ databaseUrl: database.url });
    const made = creation();
    await before.createDraft(made);
    await before.record(made.draftId, [entry()], null);
    await before.close();
    await sql(`update events set xid = (xid::text::bigint + 1000000)::text::xid8`);
    const store = await openStore({ databaseUrl: database.url });
    const old = await store.eventsAfter(null, 100, made.draftId);
    expect(old).toHaveLength(1);
    await store.record(made.draftId, [entry({ sequence: 2 })], null);
    const after = await store.eventsAfter(old[0]?.id ?? '', 100);
    expect(after.map((row) => row.sequence)).toEqual([2]);
    expect(await store.latestEventId()).toBe(after[0]?.id);
    const next = await openStore({ databaseUrl: database.url });
    expect(await next.latestEventId()).toBe(after[0]?.id);
    await next.close();
    await store.close();
  });

  it('says which server is not there, without its password', async () => {
    const port = await freePort();
    const databaseUrl = `postgres://user:s3cret@127.0.0.1:${port}/app?application_name=x`;
    for (const migrate of [true, false]) {
      const error: unknown = await openStore({ databaseUrl }, { migrate }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(String(error)).toContain(`postgres://user@127.0.0.1:${port}/app`);
      expect(String(error)).toContain('DATABASE_URL');
      expect(String(error)).not.toContain('s3cret');
    }
    const missing = new URL(database.url);
    missing.pathname = 'no_such_database';
    await expect(openStore({ databaseUrl: missing.href })).rejects.toThrow(/no_such_database/);
  });
});

/** Stands between client and server; while it is silent, connections stay and nothing comes through. */
async function silentProxy(server: URL) {
  const sockets = new Set<Socket>();
  const proxy = { silent: false, url: '', close: async () => {} };
  const listening = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => !proxy.silent && to.write(bytes));
      from.on('close', () => to.destroy());
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const url = new URL(server);
  url.hostname = '127.0.0.1';
  url.port = String((listening.address() as AddressInfo).port);
  proxy.url = url.href;
  proxy.close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => listening.close(resolve));
  };
  return proxy;
}
