import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fairnessKeyOf } from '../../src/domain/ids.ts';
import { type DevServer, startDevServer } from '../../src/embedded/dev-server.ts';
import { connectClient } from '../../src/temporal/connection.ts';
import { temporalCliPath } from '../support/temporal.ts';

/** Of this try alone: what an earlier one left behind has no say. */
let queue: string;
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
  queue = `order-${randomUUID()}`;
  await Promise.all(Array.from({ length: 60 }, (_, n) => begin(`busy-${n}`, 'busy@acme.test', 3)));
  await Promise.all(Array.from({ length: 9 }, (_, n) => begin(`quiet-${n}`, 'quiet@acme.test', 3)));
  await Promise.all(Array.from({ length: 5 }, (_, n) => begin(`urgent-${n}`, 'busy@acme.test', 1)));
  const order: string[] = [];
  while (order.length < 74) order.push(await nextTask());
  expect(new Set(order).size).toBe(74);
  // The queue has four parts, and chance says which is asked: one task may wait for its part's turn, most do not. In the
  // order of their coming all of these would be among the last.
  const placesOf = (kind: string) => order.flatMap((name, place) => (name.startsWith(kind) ? [place] : []));
  expect(placesOf('urgent')[2]).toBeLessThan(20);
  expect(placesOf('quiet')[4]).toBeLessThan(37);
});

/** With the priority and the key that drafts start with. */
async function begin(name: string, inbox: string, priorityKey: number): Promise<void> {
  const priority = { priorityKey, fairnessKey: fairnessKeyOf(inbox) };
  await client.workflow.start('waiting', { workflowId: `${queue}/${name}`, taskQueue: queue, priority });
}

/** As a worker would ask for one. */
async function nextTask(): Promise<string> {
  for (;;) {
    const request = { namespace: 'default', taskQueue: { name: queue }, identity: 'test' };
    const { workflowExecution } = await client.withDeadline(Date.now() + 70_000, () =>
      client.workflowService.pollWorkflowTaskQueue(request),
    );
    if (workflowExecution?.workflowId) return workflowExecution.workflowId.slice(queue.length + 1);
  }
}
