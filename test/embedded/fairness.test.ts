import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fairnessKeyOf } from '../../src/domain/ids.ts';
import { type DevServer, startDevServer } from '../../src/embedded/dev-server.ts';
import { connectClient } from '../../src/temporal/connection.ts';
import { temporalCliPath } from '../support/temporal.ts';

const QUEUE = 'order';
let server: DevServer;
let client: Client;
beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-fair-'));
  server = await startDevServer({ binary: temporalCliPath(), dataDir, port: 0, uiPort: 0 });
  client = await connectClient({ connection: { address: server.address }, namespace: 'default' });
});
afterAll(async () => {
  await client?.connection.close();
  await server?.stop();
});

test("the engine lets a quiet inbox's work go before the rest of a busy one's, and what is urgent before both", async () => {
  await Promise.all(Array.from({ length: 60 }, (_, n) => begin(`busy-${n}`, 'busy@acme.test', 3)));
  await Promise.all(Array.from({ length: 3 }, (_, n) => begin(`quiet-${n}`, 'quiet@acme.test', 3)));
  await begin('urgent', 'busy@acme.test', 1);
  const order: string[] = [];
  while (order.length < 64) order.push(await nextTask());
  expect(new Set(order).size).toBe(64);
  const placeOf = (name: string) => order.indexOf(name);
  // A task or two may be on its way to whoever asks before the others were there.
  expect(placeOf('urgent')).toBeLessThan(5);
  for (const name of ['quiet-0', 'quiet-1', 'quiet-2']) expect(placeOf(name)).toBeLessThan(20);
});

/** With the priority and the key that drafts start with. */
async function begin(workflowId: string, inbox: string, priorityKey: number): Promise<void> {
  const priority = { priorityKey, fairnessKey: fairnessKeyOf(inbox) };
  await client.workflow.start('waiting', { workflowId, taskQueue: QUEUE, priority });
}

/** As a worker would ask for one. */
async function nextTask(): Promise<string> {
  for (;;) {
    const request = { namespace: 'default', taskQueue: { name: QUEUE }, identity: 'test' };
    const { workflowExecution } = await client.withDeadline(Date.now() + 70_000, () =>
      client.workflowService.pollWorkflowTaskQueue(request),
    );
    if (workflowExecution?.workflowId) return workflowExecution.workflowId;
  }
}
