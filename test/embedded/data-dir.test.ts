import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hashApiKey } from '../../src/config-keys.ts';
import { ensureCredentials } from '../../src/embedded/credentials.ts';
import { openDataDir } from '../../src/embedded/data-dir.ts';

const newPath = () => join(mkdtempSync(join(tmpdir(), 'countersign-data-')), 'state');
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('makes the folder for its owner only and lets one in at a time, by whatever name', async () => {
  const path = newPath();
  const dir = await openDataDir(path);
  expect(modeOf(path)).toBe(0o700);
  const alias = `${path}-alias`;
  symlinkSync(path, alias);
  await expect(openDataDir(alias)).rejects.toThrow(`${dir.path} is in use by process ${process.pid}: stop it, or set`);
  await dir.release();
  await (await openDataDir(alias)).release();
});

test('a folder that cannot be made is one line naming the variable', async () => {
  const file = newPath();
  rmSync(join(file, '..'), { recursive: true });
  writeFileSync(join(file, '..'), '');
  await expect(openDataDir(file)).rejects.toThrow(/^COUNTERSIGN_DATA_DIR .* cannot be used/);
});

test('keys are made once, kept hashed, and readable in the clear by the owner only', async () => {
  const dir = await openDataDir(newPath());
  const first = await ensureCredentials(dir, 'http://127.0.0.1:4400');
  expect(modeOf(dir.keysFile)).toBe(0o600);
  expect(modeOf(dir.credentialsFile)).toBe(0o600);
  expect(new Set(Object.values(first.credentials.keys)).size).toBe(3);
  expect(first.keys.find(({ roles }) => roles.includes('agent'))).toMatchObject({
    roles: ['agent'],
    sha256: hashApiKey(first.credentials.keys.agent),
  });
  for (const key of Object.values(first.credentials.keys))
    expect(readFileSync(dir.keysFile, 'utf8')).not.toContain(key);

  const again = await ensureCredentials(dir, 'http://127.0.0.1:4500');
  expect(again.credentials).toEqual({ url: 'http://127.0.0.1:4500', keys: first.credentials.keys });
  expect(JSON.parse(readFileSync(dir.credentialsFile, 'utf8'))).toEqual(again.credentials);
  expect(again.keys).toEqual(first.keys);
  await dir.release();
});

test('lost plaintext means new keys; a key added by hand stays', async () => {
  const dir = await openDataDir(newPath());
  const { keys, credentials } = await ensureCredentials(dir, 'http://x');
  const mine = { id: 'ci', name: 'CI', roles: ['agent'], sha256: hashApiKey('mine') };
  writeFileSync(dir.keysFile, JSON.stringify([...keys, mine]));
  rmSync(dir.credentialsFile);
  const renewed = await ensureCredentials(dir, 'http://x');
  expect(renewed.credentials.keys.agent).not.toBe(credentials.keys.agent);
  expect(renewed.keys).toContainEqual(mine);
  expect(existsSync(dir.credentialsFile)).toBe(true);
  await dir.release();
});
