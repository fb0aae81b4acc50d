import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadConfig, requireExternal } from '../../src/config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secrets = {
  COUNTERSIGN_DB_PASSWORD: 'apppass1',
  TEMPORAL_DB_PASSWORD: 'temporalpass1',
  AGENTMAIL_API_KEY: 'am_test',
  COUNTERSIGN_KEYS: `[{"id":"ana","name":"Ana","roles":["reviewer"],"sha256":"${'0'.repeat(64)}"}]`,
};

function compose(env: Record<string, string>) {
  const { PATH = '', HOME = '' } = process.env;
  const options = { cwd: root, env: { PATH, HOME, ...env }, encoding: 'utf8' } as const;
  const standalone = spawnSync('docker-compose', ['config'], options);
  return standalone.error ? spawnSync('docker', ['compose', 'config'], options) : standalone;
}

const available = compose(secrets).status !== null;
if (!available) console.warn('skipped: neither docker-compose nor docker is installed, so nothing can read the file');

describe.skipIf(!available)('docker-compose.yml', () => {
  test('is valid, and every image is pinned', () => {
    const { status, stdout, stderr } = compose(secrets);
    expect(stderr).not.toMatch(/error/i);
    expect(status).toBe(0);
    const images = [...stdout.matchAll(/^\s+image: (.+)$/gm)].map((match) => match[1]);
    expect(images.length).toBeGreaterThanOrEqual(8);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  test.each(Object.keys(secrets))('%s has no default', (name) => {
    const { [name as keyof typeof secrets]: _left, ...others } = secrets;
    const { status, stderr } = compose(others);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/set (a password|the API key)/);
  });

  test('the parts can run on what it gives them', () => {
    const { stdout } = compose(secrets);
    const api = /^ {2}api:\n((?: {3,}.*\n)+)/m.exec(stdout)?.[1] ?? '';
    const env = Object.fromEntries(
      [...api.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(([, name, value]) => [name, value?.replace(/^'(.*)'$/, '$1')]),
    );
    const config = loadConfig(env);
    expect(requireExternal(config).databaseUrl).toBe('postgres://countersign:apppass1@db:5432/countersign');
    expect(config.temporal.connection.address).toBe('temporal:7233');
    expect(config.agentmail.baseUrl).toBeUndefined();
    expect(config.keys.map(({ id }) => id)).toEqual(['ana']);
  });
});

test('the image is pinned, not root, and checks its health', () => {
  const dockerfile = readFileSync(`${root}/Dockerfile`, 'utf8');
  for (const [, image] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:\d+\.\d+\.\d+-/);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  const node = /node:(\d+\.\d+)/.exec(dockerfile)?.[1];
  expect(readFileSync(`${root}/package.json`, 'utf8')).toMatch(/"node": ">=20\.19"/);
  expect(Number(node)).toBeGreaterThanOrEqual(20.19);
});
