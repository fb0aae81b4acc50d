import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OperationActivities } from '../../src/activities/types-operations.ts';
import type { operation } from '../../src/workflows/operation.ts';
import { cancelOperationUpdate, getOperationQuery } from '../../src/workflows/operation-messages.ts';
import { eventually } from '../support/machine.ts';
import { workflowBundle } from '../support/rig-worker.ts';
import { createTimeSkippingEnv } from '../support/temporal.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
});
afterAll(() => env?.teardown());

/** A store of so many drafts, and what a page of it answers. */
function fake(total: number, page: (left: number) => Promise<{ settled: number; over?: boolean }>) {
  let done = 0;
  const told: string[] = [];
  const counts = () => ({ waiting: total - done, done, skipped: 0, failed: 0, changed: done });
  const activities: OperationActivities = {
    async tellOperation({ status }) {
      const over = told.includes('cancelled') && status !== 'cancelled';
      told.push(status);
      return { ...counts(), over };
    },
    async operateOnDrafts() {
      const { settled, over = false } = await page(total - done);
      done += settled;
      return { ...counts(), blocked: settled === 0, over };
    },
  };
  return { activities, told, done: () => done };
}

async function started(activities: OperationActivities) {
  const taskQueue = `operation-${randomUUID()}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...activities },
  });
  const running = worker.run();
  const operationId = `operation-${randomUUID()}`;
  const handle = await env.client.workflow.start<typeof operation>('operation', {
    taskQueue,
    workflowId: operationId,
    args: [{ operationId }],
  });
  return {
    handle,
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}

it('goes on page by page, waits longer where nobody answers, and says how far it is', async () => {
  let silent = 6;
  const store = fake(120, async (left) => {
    silent -= 1;
    return { settled: silent >= 0 ? 0 : Math.min(50, left) };
  });
  const { handle, stop } = await started(store.activities);
  const result = await handle.result();
  expect(result).toMatchObject({ status: 'finished', done: 120, waiting: 0 });
  expect(store.told).toEqual(['running', 'finished']);
  const events = (await handle.fetchHistory()).events ?? [];
  expect(events.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)).toHaveLength(6);
  await stop();
});

it('continues as new when its history is long, and loses nothing', async () => {
  const store = fake(2_000, async () => ({ settled: 2 }));
  const { handle, stop } = await started(store.activities);
  const result = await handle.result();
  expect(result).toMatchObject({ status: 'finished', done: 2_000 });
  const last = await env.client.workflow.getHandle(handle.workflowId).describe();
  expect(last.runId).not.toBe(handle.firstExecutionRunId);
  await stop();
}, 120_000);

it('cancelled touches no further draft once that is answered', async () => {
  let open = () => {};
  const store = fake(
    200,
    () =>
      new Promise((resolve) => {
        open = () => resolve({ settled: 8 });
      }),
  );
  const { handle, stop } = await started(store.activities);
  await eventually('at work', async () => store.told.includes('running'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const cancelled = handle.executeUpdate(cancelOperationUpdate);
  setTimeout(() => open(), 300);
  expect(await cancelled).toMatchObject({ status: 'cancelled', done: 8, waiting: 192 });
  expect(await handle.result()).toMatchObject({ status: 'cancelled' });
  expect(await handle.query(getOperationQuery)).toMatchObject({ status: 'cancelled', done: 8 });
  expect(store.told).toEqual(['running', 'cancelled']);
  await stop();
});

it('ends where the store says it was cancelled, also before it began', async () => {
  const store = fake(200, async () => ({ settled: 0, over: true }));
  const { handle, stop } = await started(store.activities);
  expect(await handle.result()).toMatchObject({ status: 'cancelled', waiting: 200 });
  await stop();
  const late = fake(5, async () => ({ settled: 5 }));
  late.told.push('cancelled');
  const second = await started(late.activities);
  expect(await second.handle.result()).toMatchObject({ status: 'cancelled' });
  expect(late.done()).toBe(0);
  await second.stop();
});
