import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WATCH_CHECKS } from '../../src/activities/types-watch.ts';
import { ensureSchedules, scheduleDefinitions, WATCHDOG_SCHEDULE } from '../../src/temporal/schedules.ts';
import { startDevServer } from '../support/temporal.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startDevServer();
});
afterAll(() => env?.teardown());

const lines: string[] = [];
const log = {
  info: (_: unknown, message?: string) => void lines.push(message ?? ''),
  warn: (_: unknown, message?: string) => void lines.push(message ?? ''),
};
const ensure = (checks: readonly string[] = WATCH_CHECKS, taskQueue = 'nobody-polls') => {
  lines.length = 0;
  return ensureSchedules({ temporal: env.client, taskQueue, log }, scheduleDefinitions(checks));
};

test('schedules are made once, changed when their definition is another, and stay paused', async () => {
  await Promise.all([ensure(), ensure()]);
  const handle = env.client.schedule.getHandle(WATCHDOG_SCHEDULE);
  expect(await handle.describe()).toMatchObject({
    spec: { intervals: [{ every: 60_000 }] },
    policies: { overlap: 'SKIP', catchupWindow: 10_000 },
    action: { workflowType: 'watchdog', args: [{ checks: WATCH_CHECKS }] },
  });
  await ensure();
  expect(lines).toEqual([]);
  await handle.pause('maintenance');
  await ensure(['overdue']);
  expect(lines).toEqual(['the schedule was updated']);
  const described = await handle.describe();
  expect(described.action.args).toEqual([{ checks: ['overdue'] }]);
  expect(described.state).toMatchObject({ paused: true, note: 'maintenance' });
  await ensure(['overdue']);
  expect(lines).toEqual([]);
});

test('a server without schedules stops nobody from starting', async () => {
  const broken = new Proxy(env.client, {
    get: (target, name, receiver) =>
      name === 'schedule' ? { create: () => Promise.reject(new Error('no')) } : Reflect.get(target, name, receiver),
  });
  lines.length = 0;
  await ensureSchedules({ temporal: broken, taskQueue: 'q', log }, scheduleDefinitions([]));
  expect(lines).toHaveLength(2);
});
