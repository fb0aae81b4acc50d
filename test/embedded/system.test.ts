import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentMailClient } from 'agentmail';
import { afterEach, expect, test } from 'vitest';
import { connectControl } from '../../emulator/control-client.ts';
import { Countersign } from '../../src/client/index.ts';
import { credentialsSchema } from '../../src/embedded/credentials.ts';
import { freePort } from '../support/postgres-cluster.ts';
import { killPrograms, startProgram } from '../support/processes.ts';
import { temporalCliPath } from '../support/temporal.ts';

afterEach(killPrograms);

async function newEnvironment() {
  const [port, emulatorPort, temporalPort, uiPort] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
    freePort(),
  ]);
  return {
    COUNTERSIGN_DATA_DIR: join(mkdtempSync(join(tmpdir(), 'countersign-system-')), 'state'),
    COUNTERSIGN_PORT: String(port),
    COUNTERSIGN_EMULATOR_PORT: String(emulatorPort),
    COUNTERSIGN_TEMPORAL_PORT: String(temporalPort),
    COUNTERSIGN_TEMPORAL_UI_PORT: String(uiPort),
    TEMPORAL_CLI_PATH: temporalCliPath(),
  };
}

type Environment = Awaited<ReturnType<typeof newEnvironment>>;

function clientsOf(env: Environment) {
  const file = join(env.COUNTERSIGN_DATA_DIR, 'credentials.json');
  const { url, keys } = credentialsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return {
    agent: new Countersign({ baseUrl: url, apiKey: keys.agent }),
    reviewer: new Countersign({ baseUrl: url, apiKey: keys.reviewer }),
  };
}

async function untilStatus(client: Countersign, id: string, status: string) {
  for (;;) {
    const draft = await client.drafts.get(id);
    if (draft.status === status) return draft;
    await sleep(100);
  }
}

test('a draft that waits while everything is killed is there after the next start, and is sent once', async () => {
  const env = await newEnvironment();
  const emulatorUrl = `http://127.0.0.1:${env.COUNTERSIGN_EMULATOR_PORT}`;
  const first = startProgram('src/dev.ts', env);
  await first.until(/Countersign is ready/);
  expect(statSync(env.COUNTERSIGN_DATA_DIR).mode & 0o777).toBe(0o700);
  for (const inside of ['postgres', 'agentmail', 'temporal.db', 'credentials.json', 'countersign.log'])
    expect([inside, statSync(join(env.COUNTERSIGN_DATA_DIR, inside)).mode & 0o077]).toEqual([inside, 0]);
  const mail = new AgentMailClient({ apiKey: 'any', baseUrl: emulatorUrl });
  const { inboxId } = await mail.inboxes.create({ username: 'support' });
  const created = await clientsOf(env).agent.drafts.create({
    inbox: inboxId,
    content: { to: ['ana@example.com'], subject: 'Your order', text: 'It is on its way.' },
  });
  await untilStatus(clientsOf(env).agent, created.id, 'in_review');
  await first.end('SIGKILL');

  const second = startProgram('src/dev.ts', env);
  await second.until(/Countersign is ready/);
  const { agent, reviewer } = clientsOf(env);
  const draft = await agent.drafts.get(created.id);
  expect(draft.status).toBe('in_review');
  await reviewer.drafts.decide(created.id, {
    decision: 'approve',
    revision: draft.revision,
    digest: draft.digest ?? '',
  });
  const outcome = await agent.drafts.waitForOutcome(created.id, { timeoutMs: 30_000 });
  expect(outcome.status).toBe('sent');
  const { messages } = await connectControl(emulatorUrl).outbox();
  expect(messages).toHaveLength(1);

  expect(await second.end('SIGINT')).toBe(0);
  await expect(fetch(`${emulatorUrl}/v0/inboxes`)).rejects.toThrow();
  await expect(fetch(`http://127.0.0.1:${env.COUNTERSIGN_TEMPORAL_UI_PORT}`)).rejects.toThrow();
}, 300_000);

test('the block at the start names every place, and a second start is refused in one line', async () => {
  const env = await newEnvironment();
  const first = startProgram('src/dev.ts', env);
  await first.until(/Ctrl-C/);
  const { COUNTERSIGN_DATA_DIR: dir, COUNTERSIGN_PORT: port } = env;
  const places = [port, env.COUNTERSIGN_EMULATOR_PORT, env.COUNTERSIGN_TEMPORAL_PORT, env.COUNTERSIGN_TEMPORAL_UI_PORT];
  for (const place of [...places, join(dir, 'credentials.json')]) expect(first.output()).toContain(place);
  expect(first.output()).not.toContain('cs_');

  const second = startProgram('src/dev.ts', env);
  expect(await second.ended).toBe(1);
  expect(second.output()).toBe(
    `countersign: ${dir} is in use by process ${first.pid}: stop it, or set COUNTERSIGN_DATA_DIR to another folder\n`,
  );

  const elsewhere = { ...(await newEnvironment()), COUNTERSIGN_PORT: port };
  const third = startProgram('src/dev.ts', elsewhere);
  expect(await third.ended).toBe(1);
  expect(third.output()).toBe(
    `countersign: Port ${port} is in use by another program: stop it, or set COUNTERSIGN_PORT to a free port\n`,
  );
  expect(await first.end('SIGTERM')).toBe(0);
}, 300_000);

test('wrong variables are said in one line each, without a stack', async () => {
  const program = startProgram('src/dev.ts', { COUNTERSIGN_PORT: 'x', COUNTERSIGN_LOG_LEVEL: 'loud' });
  expect(await program.ended).toBe(1);
  expect(program.output().trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^countersign: COUNTERSIGN_PORT: /),
    expect.stringMatching(/^COUNTERSIGN_LOG_LEVEL: /),
  ]);
}, 120_000);
