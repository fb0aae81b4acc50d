import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, StartupError } from './errors.ts';
import { type PathLock, tryLock } from './path-lock.ts';

/** The embedded mode's state on disk, ours alone until released. */
export type DataDir = {
  path: string;
  /** PGlite's folder. */
  databaseDir: string;
  /** The local AgentMail's folder. */
  emulatorDir: string;
  /** API keys, hashed. */
  keysFile: string;
  /** The same keys in the clear, for the command line on this machine. */
  credentialsFile: string;
  /** What signs links, and our webhook's secrets. */
  secretsFile: string;
  release(): Promise<void>;
};

/**
 * Creates the folder when missing and locks it: its databases would be destroyed by a second opener.
 * @throws StartupError when another process holds it or it cannot be written.
 */
export async function openDataDir(wanted: string): Promise<DataDir> {
  const path = await prepareDataDir(wanted);
  const lock = await lockOrThrow(path);
  return {
    path,
    databaseDir: join(path, 'postgres'),
    emulatorDir: join(path, 'agentmail'),
    keysFile: join(path, 'keys.json'),
    credentialsFile: credentialsFileIn(path),
    secretsFile: join(path, 'secrets.json'),
    release: lock.release,
  };
}

/** Where the command line finds a running embedded system's address and keys. */
export function credentialsFileIn(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** Creates the folder for its owner only, when missing. Returns its real path. @throws StartupError when it cannot be used. */
export async function prepareDataDir(wanted: string): Promise<string> {
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    await access(wanted, constants.R_OK | constants.W_OK);
    // One folder under two names must be one lock.
    return await realpath(wanted);
  } catch (error) {
    throw new StartupError(`COUNTERSIGN_DATA_DIR ${wanted} cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

async function lockOrThrow(path: string): Promise<PathLock> {
  const attempt = await tryLock(`data-dir:${path}`);
  if (attempt.outcome === 'acquired') return attempt.lock;
  const holder = attempt.holder === undefined ? 'another process' : `process ${attempt.holder}`;
  throw new StartupError(`${path} is in use by ${holder}: stop it, or set COUNTERSIGN_DATA_DIR to another folder`);
}
