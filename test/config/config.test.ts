import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, cachedWorkflowsFor, loadConfig, requireExternal } from '../../src/config.ts';
import { hashApiKey } from '../../src/config-keys.ts';

const key = { id: 'ana', name: 'Ana', roles: ['reviewer'], sha256: hashApiKey('secret') };

describe('loadConfig', () => {
  test('an empty environment gives the embedded defaults', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      dataDir: resolve('.countersign'),
      logLevel: 'info',
      http: { host: '127.0.0.1', port: 4400, publicUrl: undefined },
      database: { url: undefined },
      agentmail: { apiKey: undefined, emulatorPort: 4401 },
      keys: [],
      httpSourceHosts: [],
    });
    expect(config.temporal).toMatchObject({
      namespace: 'default',
      taskQueue: 'countersign',
      external: false,
      devServer: { port: 7233, uiPort: 8233 },
    });
    expect(config.worker).toMatchObject({ maxConcurrentActivities: 100, shutdownGraceMs: 20_000 });
  });

  test('empty variables count as unset', () => {
    expect(loadConfig({ COUNTERSIGN_PORT: '', DATABASE_URL: ' ' })).toMatchObject({
      http: { port: 4400 },
      database: {},
    });
  });

  test.each([
    ['COUNTERSIGN_PORT', 'abc'],
    ['COUNTERSIGN_PORT', '70000'],
    ['COUNTERSIGN_TEMPORAL_PORT', '1.5'],
    ['COUNTERSIGN_URL', 'ftp://x'],
    ['DATABASE_URL', 'mysql://u:hunter2@h/d'],
    ['AGENTMAIL_BASE_URL', 'not a url'],
    ['COUNTERSIGN_LOG_LEVEL', 'loud'],
    ['COUNTERSIGN_MAX_CACHED_WORKFLOWS', '0'],
    ['COUNTERSIGN_KEYS', '{"id":'],
    ['COUNTERSIGN_KEYS', JSON.stringify([{ ...key, sha256: 'hunter2' }])],
    ['COUNTERSIGN_KEYS', JSON.stringify([{ ...key, roles: ['agent', 'reviewer'] }])],
    ['COUNTERSIGN_KEYS', JSON.stringify([{ ...key, roles: ['reviewer'], ownerId: 'usr_hunter2' }])],
    ['COUNTERSIGN_KEYS', JSON.stringify([key, key])],
    ['COUNTERSIGN_SOURCE_SECRETS', '{"crm": hunter2'],
    ['COUNTERSIGN_SOURCE_SECRETS', '{"crm": 5}'],
    ['COUNTERSIGN_KEYS_FILE', '/no/such/file'],
    ['COUNTERSIGN_SECRET', 'hunter2'],
    ['AGENTMAIL_WEBHOOK_SECRET', 'hunter2'],
    ['COUNTERSIGN_MIRROR_SUPPRESSIONS', 'maybe'],
  ])('%s=%s is refused by name, without its value', (name, value) => {
    const load = () => loadConfig({ [name]: value });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(new RegExp(`^${name}: `));
    expect(load).not.toThrow(/hunter2/);
  });

  test('every variable at fault is named at once', () => {
    expect(() => loadConfig({ COUNTERSIGN_PORT: 'x', DATABASE_URL: 'y' })).toThrow(/COUNTERSIGN_PORT.*\nDATABASE_URL/);
  });

  test("Temporal's own variables make the connection", () => {
    const { temporal } = loadConfig({
      TEMPORAL_ADDRESS: 'cloud.example:7233',
      TEMPORAL_NAMESPACE: 'mail.prod',
      TEMPORAL_API_KEY: 'k',
    });
    expect(temporal).toMatchObject({ external: true, namespace: 'mail.prod' });
    expect(temporal.connection).toMatchObject({ address: 'cloud.example:7233', apiKey: 'k', tls: true });
    expect(loadConfig({ TEMPORAL_ADDRESS: 'a:1', TEMPORAL_TLS: 'true' }).temporal.connection.tls).toBeTruthy();
    expect(loadConfig({ TEMPORAL_ADDRESS: 'a:1' }).temporal.connection.tls).toBeFalsy();
  });

  test('keys come from the variable and from the file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'countersign-keys-')), 'keys.json');
    writeFileSync(file, JSON.stringify([{ ...key, id: 'bo', roles: ['agent'] }]));
    const config = loadConfig({ COUNTERSIGN_KEYS: JSON.stringify([key]), COUNTERSIGN_KEYS_FILE: file });
    expect(config.keys.map(({ id }) => id)).toEqual(['ana', 'bo']);
  });

  test('hosts of HTTP sources are a list in lower case', () => {
    const config = loadConfig({ COUNTERSIGN_HTTP_SOURCE_HOSTS: 'CRM.example, billing.example' });
    expect(config.httpSourceHosts).toEqual(['crm.example', 'billing.example']);
  });
});

test('secrets are lists, the first of which signs', () => {
  const [one, two] = ['a'.repeat(32), 'b'.repeat(40)];
  const webhook = `whsec_${'c'.repeat(32)}`;
  const config = loadConfig({
    COUNTERSIGN_SECRET: `${one}, ${two}`,
    AGENTMAIL_WEBHOOK_SECRET: `${webhook},${webhook}`,
  });
  expect([config.secrets, config.agentmail.webhookSecrets]).toEqual([
    [one, two],
    [webhook, webhook],
  ]);
});

test('links lead to the public URL, and only one that is told is given to AgentMail', () => {
  const config = loadConfig({ COUNTERSIGN_PUBLIC_URL: 'https://mail.acme.test/' });
  expect([config.http.publicUrl, config.agentmail.webhookBaseUrl]).toEqual(Array(2).fill('https://mail.acme.test'));
  const inner = loadConfig({ COUNTERSIGN_URL: 'http://api:4400' });
  expect([inner.http.publicUrl, inner.agentmail.webhookBaseUrl]).toEqual(['http://api:4400', undefined]);
});

test('a model needs its name and its address', () => {
  const model = { COUNTERSIGN_MODEL: 'm', COUNTERSIGN_MODEL_URL: 'http://127.0.0.1:11434/v1' };
  expect(loadConfig(model).model).toEqual({ name: 'm', url: model.COUNTERSIGN_MODEL_URL, apiKey: undefined });
  expect(() => loadConfig({ COUNTERSIGN_MODEL: 'm' })).toThrow(/COUNTERSIGN_MODEL_URL/);
});

test('a part that runs alone names what it lacks', () => {
  expect(() => requireExternal(loadConfig({}))).toThrow(/DATABASE_URL and AGENTMAIL_API_KEY/);
  const alone = loadConfig({ DATABASE_URL: 'postgres://h/d', AGENTMAIL_API_KEY: 'k' });
  expect(requireExternal(alone)).toEqual({ databaseUrl: 'postgres://h/d', agentmailApiKey: 'k' });
});

test('cached workflows follow the memory within bounds', () => {
  expect([1, 8, 64].map((gb) => cachedWorkflowsFor(gb * 2 ** 30))).toEqual([100, 512, 750]);
});
