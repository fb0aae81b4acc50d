import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig, requireExternal } from '../../src/config.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const secrets = {
  COUNTERSIGN_DB_PASSWORD: 'apppass1',
  TEMPORAL_DB_PASSWORD: 'temporalpass1',
  AGENTMAIL_API_KEY: 'am_test',
  COUNTERSIGN_KEYS: `[{"id":"ana","name":"Ana","roles":["reviewer"],"sha256":"${'0'.repeat(64)}"}]`,
};

const fileSchema = z.object({
  services: z.record(
    z.string(),
    z.object({ image: z.string(), environment: z.record(z.string(), z.string()).default({}) }),
  ),
});

/** The services as Compose reads them: `${NAME:?why}` must be given, `${NAME:-else}` may be left out. */
function servicesWith(env: Record<string, string>) {
  const text = readFileSync(`${root}/docker-compose.yml`, 'utf8');
  const filled = JSON.stringify(parse(text, { merge: true })).replace(
    /\$\{([A-Z_]+):([?-])([^}]*)\}/g,
    (_whole, name: string, kind: string, other: string) => {
      const value = env[name] || (kind === '-' ? other : undefined);
      if (value === undefined) throw new Error(`${name}: ${other}`);
      return JSON.stringify(value).slice(1, -1);
    },
  );
  return fileSchema.parse(JSON.parse(filled)).services;
}

describe('docker-compose.yml', () => {
  test('every image is pinned', () => {
    const images = Object.values(servicesWith(secrets)).map(({ image }) => image);
    expect(images.length).toBeGreaterThanOrEqual(8);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  test.each(Object.keys(secrets))('%s has no default', (name) => {
    const { [name as keyof typeof secrets]: _left, ...others } = secrets;
    expect(() => servicesWith(others)).toThrow(/set (a password|the API key)/);
  });

  test('the parts can run on what it gives them', () => {
    for (const part of ['api', 'worker', 'setup']) {
      const config = loadConfig(servicesWith(secrets)[part]?.environment ?? {});
      expect(requireExternal(config).databaseUrl).toBe('postgres://countersign:apppass1@db:5432/countersign');
      expect(config.temporal.connection.address).toBe('temporal:7233');
      expect(config.agentmail.baseUrl).toBeUndefined();
      expect(config.keys.map(({ id }) => id)).toEqual(part === 'api' ? ['ana'] : []);
    }
  });
});

/** Compose itself is not on every machine; without it, the above has to do. */
const compose = [['docker', 'compose'], ['docker-compose']].find(
  ([command = '', ...args]) => spawnSync(command, [...args, 'version']).status === 0,
);
test.skipIf(!compose)('Compose takes the file, and names the secrets that lack', () => {
  const [command = '', ...args] = compose ?? [];
  const { PATH = '', HOME = '' } = process.env;
  const config = (env: Record<string, string>) =>
    spawnSync(command, [...args, 'config'], { cwd: root, env: { PATH, HOME, ...env }, encoding: 'utf8' });
  expect(config(secrets)).toMatchObject({ status: 0 });
  expect(config({}).stderr).toMatch(/set (a password|the API key)/);
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
