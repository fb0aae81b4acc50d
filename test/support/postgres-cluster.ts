import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export type PostgresCluster = { adminUrl: string; pid: number; stop(): Promise<void> };

export const IS_ROOT = process.getuid?.() === 0;

/** Starts a private cluster on a free port in a temporary folder; installs PostgreSQL where that needs no question. */
export async function startPostgres(): Promise<PostgresCluster> {
  const bin = findPostgres() ?? installPostgres();
  const dir = mkdtempSync(join(tmpdir(), 'countersign-pg-'));
  const data = join(dir, 'data');
  const user = IS_ROOT ? osUser('postgres') : undefined;
  if (user) chownSync(dir, user.uid, user.gid);
  const ids = user ? { uid: user.uid, gid: user.gid } : {};
  const options = { cwd: dir, env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: dir }, ...ids };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'], {
    ...options,
    stdio: 'pipe',
  });
  const port = await freePort();
  // Durability is the store's promise on a real server; here it would only slow every test down.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', dir, ...flags],
    {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const adminUrl = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilReady(server, adminUrl);
  return {
    adminUrl,
    pid: server.pid ?? 0,
    async stop() {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The folder of PostgreSQL's programs; Debian keeps them off PATH. */
export function findPostgres(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const debian = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(versions, version, 'bin'))
    : [];
  const onPath = (process.env.PATH ?? '').split(delimiter);
  return [...debian, ...onPath].find((dir) => existsSync(join(dir, 'initdb')) && existsSync(join(dir, 'postgres')));
}

export function installPostgres(): string {
  const hint = 'The tests need PostgreSQL: install it (Debian: apt-get install postgresql) so that initdb is found';
  if (!IS_ROOT || !existsSync('/usr/bin/apt-get')) throw new Error(hint);
  process.stderr.write('Installing PostgreSQL for the tests ...\n');
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'pipe' });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], {
    stdio: 'pipe',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const bin = findPostgres();
  if (!bin) throw new Error(hint);
  return bin;
}

/** initdb and postgres refuse to run as root. */
export function osUser(name: string): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function untilReady(server: ChildProcess, url: string) {
  let log = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-2_000);
  });
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended while starting:\n${log}`);
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL does not answer:\n${log}`, { cause: error });
      await sleep(50);
    }
  }
}

/** A port nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
