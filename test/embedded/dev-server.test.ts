import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SEARCH_ATTRIBUTE_TYPES } from '../../src/domain/search-attributes.ts';
import { type DevServer, startDevServer } from '../../src/embedded/dev-server.ts';
import { claimPort } from '../../src/embedded/ports.ts';
import { connectClient } from '../../src/temporal/connection.ts';
import { ensureRetention, ensureSearchAttributes, NamespaceSetupError } from '../../src/temporal/namespace.ts';
import { freePort } from '../support/postgres-cluster.ts';
import { temporalCliPath } from '../support/temporal.ts';

const newDir = () => mkdtempSync(join(tmpdir(), 'countersign-dev-'));
const connect = (server: Pick<DevServer, 'address'>) =>
  connectClient({ connection: { address: server.address }, namespace: 'default' });
const start = (dataDir: string, port = 0) => startDevServer({ binary: temporalCliPath(), dataDir, port, uiPort: 0 });

test('keeps workflows across restarts, for 30 days', async () => {
  const dataDir = newDir();
  const workflowId = randomUUID();
  const first = await start(dataDir);
  const client = await connect(first);
  await ensureRetention(client.connection, 'default', 30);
  await client.workflow.start('waiting', { workflowId, taskQueue: 'nobody' });
  await client.connection.close();
  await first.stop();

  const second = await start(dataDir);
  const again = await connect(second);
  const { config } = await again.workflowService.describeNamespace({ namespace: 'default' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  expect((await again.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
  const ui = await fetch(second.uiUrl);
  expect(ui.status).toBe(200);
  await again.connection.close();
  await second.stop();
});

test('a kill −9 of the owner ends the server, and a start right after it works on the same port', async () => {
  const dataDir = newDir();
  const [port, uiPort] = [await freePort(), await freePort()];
  const owner = spawnOwner(dataDir, port, uiPort);
  await once(owner.stdout ?? owner, 'data');
  owner.kill('SIGKILL');
  const server = await startDevServer({ binary: temporalCliPath(), dataDir, port, uiPort });
  const client = await connect(server);
  await client.workflow.start('waiting', { workflowId: 'after', taskQueue: 'nobody' });
  await client.connection.close();
  await server.stop();
  expect(await claimPort('127.0.0.1', port, 'X')).toBe(port);
});

test('a busy port is one line with port and variable', async () => {
  const busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(claimPort('127.0.0.1', port, 'COUNTERSIGN_TEMPORAL_PORT', 200)).rejects.toThrow(
    `Port ${port} is in use by another program: stop it, or set COUNTERSIGN_TEMPORAL_PORT to a free port`,
  );
  busy.close();
});

test('registers what a namespace lacks, usable at once, and nothing twice', async () => {
  const server = await start(newDir());
  const client = await connect(server);
  const namespace = `ns-${randomUUID()}`;
  const retention = { seconds: 86_400 } as never;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  await untilNamespace(client, namespace);
  const { connection } = client;
  await Promise.all([ensureSearchAttributes(connection, namespace), ensureSearchAttributes(connection, namespace)]);
  await ensureSearchAttributes(connection, namespace);
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  expect(Object.keys(customAttributes ?? {})).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTE_TYPES)));
  await client.connection.close();
  await server.stop();
});

test('a name taken with another type is said', async () => {
  const listSearchAttributes = async () => ({ customAttributes: { CountersignDueAt: 2 } });
  const connection = { operatorService: { listSearchAttributes } } as never;
  await expect(ensureSearchAttributes(connection, 'ns')).rejects.toThrow(/CountersignDueAt .* other than Datetime/);
});

test('without permission the message holds the commands', async () => {
  const refuse = async () => {
    throw new Error('Request unauthorized');
  };
  const listSearchAttributes = async () => ({ customAttributes: {} });
  const connection = { operatorService: { listSearchAttributes, addSearchAttributes: refuse } } as never;
  const error = await ensureSearchAttributes(connection, 'mail.prod').catch((reason) => reason);
  expect(error).toBeInstanceOf(NamespaceSetupError);
  expect(error.message).toContain(
    'temporal operator search-attribute create --namespace mail.prod --name CountersignStatus --type Keyword',
  );
  expect(error.message).toContain('tcld namespace search-attributes add --namespace mail.prod');
});

function spawnOwner(dataDir: string, port: number, uiPort: number): ChildProcess {
  const script = fileURLToPath(new URL('./fixtures/run-dev-server.ts', import.meta.url));
  const args = ['--import', 'tsx', script, temporalCliPath(), dataDir, String(port), String(uiPort)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function untilNamespace(client: Awaited<ReturnType<typeof connectClient>>, namespace: string) {
  for (;;) {
    const found = await client.workflowService.describeNamespace({ namespace }).catch(() => undefined);
    if (found) return;
    await sleep(100);
  }
}
