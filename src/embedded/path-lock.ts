import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasCode } from './errors.ts';

/** Holding it is being alive: the kernel drops it with the process, also after a kill −9. */
export type PathLock = { release(): Promise<void> };

export type LockAttempt =
  | { outcome: 'acquired'; lock: PathLock }
  /** `holder` is the other process's id, when it answered. */
  | { outcome: 'held'; holder?: number };

/**
 * Locks a name (usually a real path) among the processes of this machine with a listening socket. A lock file would
 * survive a kill −9, and a process id in it may by then be somebody else's.
 */
export async function tryLock(name: string): Promise<LockAttempt> {
  const address = lockAddress(name);
  for (let attempt = 0; attempt < 5; attempt++) {
    const server = await listen(address);
    if (server) return { outcome: 'acquired', lock: { release: () => closeServer(server) } };
    const answer = await askHolder(address);
    if (answer.alive) return { outcome: 'held', holder: answer.pid };
    await removeStale(address);
  }
  return { outcome: 'held' };
}

/**
 * Linux's abstract sockets leave no file behind, so there is no stale one to judge; Windows' pipes neither. Elsewhere
 * the socket is a file in the temporary folder (a data folder's own path can exceed a socket address's 104 bytes).
 */
function lockAddress(name: string): string {
  const label = `countersign-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
  if (process.platform === 'linux') return `\0${label}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${label}`;
  return join(tmpdir(), `${label}.sock`);
}

function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(String(process.pid));
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (hasCode(error, 'EADDRINUSE') ? resolve(undefined) : reject(error)));
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function askHolder(address: string): Promise<{ alive: boolean; pid?: number }> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(address);
    // A holder that is stopped or busy accepts into its backlog and says nothing: alive, just nameless.
    socket.setTimeout(2_000, () => settle(true));
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('end', () => settle(true));
    socket.on('error', (error) => settle(!hasCode(error, 'ECONNREFUSED', 'ENOENT')));
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve({ alive, pid: /^\d+$/.test(text) ? Number(text) : undefined });
    };
  });
}

/** Moves the dead socket away before deleting it, so that of two openers only one removes it. */
async function removeStale(address: string): Promise<void> {
  if (!address.startsWith('/')) return;
  const aside = `${address}.${process.pid}.stale`;
  try {
    await rename(address, aside);
    if ((await askHolder(aside)).alive) await rename(aside, address);
    else await rm(aside, { force: true });
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
