import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config.ts';
import { tryLock } from '../../src/embedded/path-lock.ts';

const VERSION = 'v1.31.0';
const MODULE = `go.temporal.io/server@${VERSION}`;
const BUILD_TIMEOUT_MS = 3_600_000;
const run = promisify(execFile);

/** The real Temporal server, which unlike the dev server runs on PostgreSQL. */
export interface TemporalServerFiles {
  server: string;
  /** The tool that sets its databases up. */
  sqlTool: string;
  /** Folder of the versioned schemas, below it `temporal` and `visibility`. */
  schemaDir: string;
}

/**
 * The server's programs from the project's cache folder; built there the first time, which takes about ten minutes.
 * @throws Error that says what to do when Go is missing or its modules cannot be fetched
 */
export async function findTemporalServer(report: (line: string) => void): Promise<TemporalServerFiles> {
  const { cacheDir } = loadConfig().binaries;
  const dir = join(cacheDir, `temporal-server-${VERSION.slice(1)}`);
  const files = { server: join(dir, 'server'), sqlTool: join(dir, 'sql'), schemaDir: join(dir, 'schema') };
  const complete = () => Object.values(files).every((file) => existsSync(file));
  for (;;) {
    if (complete()) return files;
    const attempt = await tryLock(`build:${dir}`);
    if (attempt.outcome === 'acquired') {
      try {
        if (!complete()) await build(cacheDir, dir, report);
        return files;
      } finally {
        await attempt.lock.release();
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function build(cacheDir: string, dir: string, report: (line: string) => void): Promise<void> {
  await run('go', ['version']).catch((cause: unknown) => {
    throw new Error(
      'The real Temporal server is built from source and Go is missing: install Go 1.25 or newer ' +
        '(https://go.dev/dl, Debian: apt-get install golang) so that `go` is on PATH, or use --engine dev',
      { cause },
    );
  });
  report(`Building Temporal server ${VERSION} (once, about ten minutes, into ${dir}) ...`);
  const draft = join(cacheDir, 'tmp', randomUUID());
  await mkdir(draft, { recursive: true, mode: 0o700 });
  const options = {
    env: { ...process.env, GOBIN: draft, GOFLAGS: '-mod=mod' },
    cwd: draft,
    timeout: BUILD_TIMEOUT_MS,
    maxBuffer: 2 ** 26,
  };
  const go = async (...args: string[]) => {
    try {
      return (await run('go', args, options)).stdout;
    } catch (error) {
      const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
      throw new Error(`Temporal server ${VERSION} cannot be built: go ${args.join(' ')}: ${said}`, { cause: error });
    }
  };
  try {
    for (const program of ['server', 'tools/sql']) {
      await go('install', `go.temporal.io/server/cmd/${program}@${VERSION}`);
    }
    const download: unknown = JSON.parse(await go('mod', 'download', '-json', MODULE));
    await cp(join(moduleDir(download), 'schema', 'postgresql', 'v12'), join(draft, 'schema'), { recursive: true });
    // Go keeps its modules read-only; a copy that cannot be deleted helps nobody.
    await run('chmod', ['-R', 'u+w', join(draft, 'schema')]);
    await chmod(draft, 0o755);
    await rm(dir, { recursive: true, force: true });
    await rename(draft, dir);
    report('Built.');
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function moduleDir(download: unknown): string {
  if (typeof download === 'object' && download !== null && 'Dir' in download && typeof download.Dir === 'string') {
    return download.Dir;
  }
  throw new Error(`go mod download ${MODULE} named no folder`);
}
