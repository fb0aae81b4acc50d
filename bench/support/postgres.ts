import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { findPostgres, freePort, IS_ROOT, installPostgres, osUser } from '../../test/support/postgres-cluster.ts';
import type { Keeper } from './keeper.ts';
import { Part } from './part.ts';

export interface PostgresServer {
  part: Part;
  port: number;
  url(database: string): string;
  createDatabase(name: string): Promise<void>;
}

/** Makes a private cluster below `dir` with PostgreSQL's own, durable settings: what it acknowledged survives a kill −9. */
export async function createPostgres(keeper: Keeper, dir: string): Promise<PostgresServer> {
  const bin = findPostgres() ?? installPostgres();
  const home = join(dir, 'postgres');
  mkdirSync(home);
  const user = IS_ROOT ? osUser('postgres') : undefined;
  if (user) {
    chownSync(home, user.uid, user.gid);
    // mkdtemp closes the folder to others, and the server runs as another user.
    chmodSync(dir, 0o711);
  }
  const data = join(home, 'data');
  const env = { LC_ALL: 'C', HOME: home };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'], {
    cwd: home,
    env: { PATH: process.env.PATH, ...env },
    stdio: 'pipe',
    ...user,
  });
  const port = await freePort();
  const flags = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', home, '-c', 'max_connections=300'];
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const query = async (sql: string) => {
    const client = new Client({ connectionString: url('postgres'), connectionTimeoutMillis: 2_000 });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const logFile = join(dir, 'postgres.log');
  const part = new Part({
    name: 'PostgreSQL',
    keeper,
    launch: () => keeper.start(join(bin, 'postgres'), flags, { env, cwd: home, user, logFile }),
    probe: () => query('select 1'),
  });
  return { part, port, url, createDatabase: (name) => query(`create database ${name}`) };
}
