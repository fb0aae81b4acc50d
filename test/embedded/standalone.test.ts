import { setTimeout as sleep } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { AgentMailClient } from 'agentmail';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { Countersign } from '../../src/client/index.ts';
import { hashApiKey } from '../../src/config-keys.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { freePort } from '../support/postgres-cluster.ts';
import { killPrograms, startProgram } from '../support/processes.ts';
import { startDevServer } from '../support/temporal.ts';

let temporal: TestWorkflowEnvironment;
let database: TestDatabase;
let emulator: Emulator;
let env: Record<string, string>;

beforeAll(async () => {
  [temporal, database, emulator] = await Promise.all([startDevServer(), createTestDatabase(), startEmulator()]);
  env = {
    TEMPORAL_ADDRESS: temporal.address,
    DATABASE_URL: database.url,
    AGENTMAIL_API_KEY: 'any',
    AGENTMAIL_BASE_URL: emulator.url,
    COUNTERSIGN_KEYS: JSON.stringify([
      { id: 'bot', name: 'Bot', roles: ['agent'], sha256: hashApiKey('bot-key') },
      { id: 'ana', name: 'Ana', roles: ['reviewer'], sha256: hashApiKey('ana-key') },
    ]),
  };
});

afterAll(async () => {
  killPrograms();
  await emulator.close();
  await temporal.teardown();
  await database.drop();
});

test('a part that lacks something says what, before it starts', async () => {
  const worker = startProgram('src/worker.ts', { TEMPORAL_ADDRESS: temporal.address });
  expect(await worker.ended).toBe(1);
  expect(worker.output()).toMatch(/^countersign: DATABASE_URL and AGENTMAIL_API_KEY: required/);

  const early = startProgram('src/server.ts', env);
  expect(await early.ended).toBe(1);
  expect(early.output()).toMatch(/^countersign: .*migrat/);
}, 300_000);

test('set-up, API and two workers apart on real servers send a draft; each stops on SIGTERM', async () => {
  const setup = startProgram('src/setup.ts', env);
  expect(await setup.ended).toBe(0);
  const [port, health] = await Promise.all([freePort(), freePort()]);
  const server = startProgram('src/server.ts', { ...env, COUNTERSIGN_PORT: String(port) });
  const workers = [
    startProgram('src/worker.ts', { ...env, COUNTERSIGN_WORKER_HEALTH_PORT: String(health) }),
    startProgram('src/worker.ts', env),
  ];
  await Promise.all([server.until(/API listens/), ...workers.map((worker) => worker.until(/worker runs/))]);
  expect((await fetch(`http://127.0.0.1:${health}/health`)).status).toBe(200);

  const baseUrl = `http://127.0.0.1:${port}`;
  const [agent, reviewer] = ['bot-key', 'ana-key'].map((apiKey) => new Countersign({ baseUrl, apiKey }));
  const mail = new AgentMailClient({ apiKey: 'any', baseUrl: emulator.url });
  const { inboxId } = await mail.inboxes.create({ username: 'billing' });
  const { id } = await agent!.drafts.create({
    inbox: inboxId,
    content: { to: ['sentinel-address@example.com'], subject: 'sentinel-subject', text: 'sentinel-text' },
  });
  let draft = await agent!.drafts.get(id);
  while (draft.status === 'composing') {
    await sleep(100);
    draft = await agent!.drafts.get(id);
  }
  await reviewer!.drafts.decide(id, { decision: 'approve', revision: draft.revision, digest: draft.digest ?? '' });
  expect((await agent!.drafts.waitForOutcome(id, { timeoutMs: 30_000 })).status).toBe('sent');
  expect((await emulator.control.outbox()).messages).toHaveLength(1);

  const parts = [server, ...workers];
  expect(await Promise.all(parts.map((part) => part.end('SIGTERM')))).toEqual([0, 0, 0]);
  for (const part of parts) {
    expect(part.output()).not.toMatch(/sentinel|bot-key|ana-key/);
    for (const line of part.output().trim().split('\n')) expect(() => JSON.parse(line)).not.toThrow();
  }
}, 300_000);
