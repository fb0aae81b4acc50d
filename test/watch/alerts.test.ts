import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AlertRaise, alertWorkflowId } from '../../src/domain/alert.ts';
import { ChannelError } from '../../src/notify/index.ts';
import { createAlertPort } from '../../src/temporal/alerts.ts';
import { createTimeSkippingEnv } from '../support/temporal.ts';
import { type Bench, createBench } from './bench.ts';

let env: TestWorkflowEnvironment;
let bench: Bench;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
  bench = await createBench(env);
});
afterAll(async () => {
  await bench?.close();
  await env?.teardown();
});

let serial = 0;
let alert: AlertRaise;
beforeEach(() => {
  serial += 1;
  alert = { key: `overdue:${serial}`, kind: 'overdue', severity: 'critical', title: 'Late.', facts: { drafts: 2 } };
  for (const channel of bench.channels) {
    channel.told.length = 0;
    channel.attempts = 0;
    channel.failure = null;
  }
});

const idOf = async (key: string) => {
  const { items } = await bench.store.listAlerts({ limit: 100 });
  const found = items.find((one) => one.key === key);
  if (!found) throw new Error(`no alert ${key}`);
  return found.alertId;
};
/** Waits for a telling; the test server skips the time between attempts. */
const told = async (key: string, transition: 'opened' | 'resolved' | 'reminder-1') =>
  env.client.workflow.getHandle(alertWorkflowId({ alertId: await idOf(key), transition })).result();
const deliveries = async (key: string) =>
  (await bench.store.listDeliveries(await idOf(key))).map(
    ({ transition, channel, state }) => `${transition} ${channel} ${state}`,
  );

describe('an alert', () => {
  test('is told once however often it is raised, then that it is over, and anew the next time', async () => {
    const { alerts } = bench.deps;
    const [log, slack] = bench.channels;
    await Promise.all([alerts.raise(alert), alerts.raise(alert), alerts.raise({ ...alert, facts: { drafts: 3 } })]);
    await told(alert.key, 'opened');
    expect(await bench.store.getAlert(await idOf(alert.key))).toMatchObject({ count: 3, resolvedAtMs: null });
    await alerts.resolve(alert.key);
    await alerts.resolve(alert.key);
    await told(alert.key, 'resolved');
    const lines = [`opened ${alert.key}`, `resolved ${alert.key}`];
    expect([log.lines, slack.lines]).toEqual([lines, lines]);
    const before = await idOf(alert.key);
    await alerts.raise(alert);
    await expect.poll(() => slack.lines).toEqual([...lines, `opened ${alert.key}`]);
    expect(await idOf(alert.key)).not.toBe(before);
  });

  test('that nobody opened cannot be over', async () => {
    await bench.deps.alerts.resolve('never:raised');
    expect(await bench.store.openAlertKeys('never')).toEqual([]);
  });

  test('one channel that fails holds no other, and is tried again', async () => {
    const [log, slack] = bench.channels;
    slack.failure = new ChannelError('http_500');
    await bench.deps.alerts.raise(alert);
    await expect.poll(() => slack.attempts, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(log.lines).toEqual([`opened ${alert.key}`]);
    expect(await deliveries(alert.key)).toEqual(['opened log delivered', 'opened slack pending']);
    slack.failure = null;
    expect(await told(alert.key, 'opened')).toEqual({ log: 'told', slack: 'told' });
    const [, delivery] = await bench.store.listDeliveries(await idOf(alert.key));
    expect(delivery).toMatchObject({ state: 'delivered', lastError: null });
    expect(delivery?.attempts).toBeGreaterThan(1);
  });

  test('a channel that fails for a day is given up, and the others say that it fails', async () => {
    const [log, slack] = bench.channels;
    slack.failure = new ChannelError('http_404');
    await bench.deps.alerts.raise(alert);
    expect(await told(alert.key, 'opened')).toEqual({ log: 'told', slack: 'failed' });
    expect(slack.attempts).toBeGreaterThan(100);
    await expect.poll(() => log.lines).toContain('opened channel:slack');
    const [, delivery] = await bench.store.listDeliveries(await idOf(alert.key));
    expect(delivery).toMatchObject({ channel: 'slack', state: 'failed', lastError: 'http_404' });
    expect(await deliveries('channel:slack')).toEqual(['opened log delivered']);

    // The end of what slack never heard of is not told there; its own trouble is over once it takes something.
    await bench.deps.alerts.resolve(alert.key);
    slack.failure = null;
    expect(await told(alert.key, 'resolved')).toEqual({ log: 'told', slack: 'told' });
    expect(slack.told).toEqual([]);
    expect(await deliveries(alert.key)).toContain('resolved slack skipped');
    await bench.deps.alerts.raise({ ...alert, key: `${alert.key}:next` });
    await told(`${alert.key}:next`, 'opened');
    await expect.poll(() => log.lines).toContain('resolved channel:slack');
  }, 120_000);

  test('its end is told after its beginning, also over a channel that was down meanwhile', async () => {
    const [, slack] = bench.channels;
    slack.failure = new ChannelError('network');
    await bench.deps.alerts.raise(alert);
    await expect.poll(() => slack.attempts).toBeGreaterThan(0);
    await bench.deps.alerts.resolve(alert.key);
    slack.failure = null;
    expect(await told(alert.key, 'resolved')).toMatchObject({ slack: 'told' });
    expect(slack.lines).toEqual([`opened ${alert.key}`, `resolved ${alert.key}`]);
  });
});

test('an alert whose telling could not be started waits, and the watchdog tells it', async () => {
  const broken = new Proxy(env.client, {
    get(target, name, receiver) {
      if (name === 'withDeadline') return () => Promise.reject(new Error('UNAVAILABLE'));
      return Reflect.get(target, name, receiver);
    },
  });
  const { store, taskQueue, clock } = bench;
  const port = createAlertPort({ store, temporal: broken, taskQueue, clock });
  await expect(port.raise(alert)).resolves.toBeUndefined();
  expect(bench.channels[0].told).toEqual([]);
  expect(await bench.watchdog('alerts')).toMatchObject({ alerts: { repaired: 0 } });
  bench.advance(31_000);
  expect(await bench.watchdog('alerts')).toMatchObject({ alerts: { repaired: 1 } });
  await told(alert.key, 'opened');
  expect(bench.channels[0].lines).toEqual([`opened ${alert.key}`]);
});

test('a store that is down does not reach whoever raises', async () => {
  const store = new Proxy(bench.store, { get: () => () => Promise.reject(new Error('down')) });
  const port = createAlertPort({ store, temporal: env.client, taskQueue: bench.taskQueue, clock: bench.clock });
  await expect(port.raise(alert)).resolves.toBeUndefined();
  await expect(port.resolve(alert.key)).resolves.toBeUndefined();
});

test('an open critical alert is told again after a day, until somebody acknowledges it', async () => {
  const { store, channels } = bench;
  const [log] = channels;
  const mild = { ...alert, key: `${alert.key}:mild`, severity: 'warning' as const };
  // One after the other: the test server skips past the end of a workflow that nobody waits for just then.
  for (const one of [alert, mild]) {
    await bench.deps.alerts.raise(one);
    await told(one.key, 'opened');
  }
  bench.advance(25 * 3_600_000);
  await bench.watchdog('alerts');
  await bench.watchdog('alerts');
  await told(alert.key, 'reminder-1');
  expect(log.lines.filter((line) => line.endsWith(alert.key))).toEqual([
    `opened ${alert.key}`,
    `reminder-1 ${alert.key}`,
  ]);
  expect(log.lines.filter((line) => line.endsWith('mild'))).toHaveLength(1);
  expect(await store.acknowledgeAlert(await idOf(alert.key), 'olga', bench.clock())).toMatchObject({
    acknowledgedBy: 'olga',
  });
  expect(await store.acknowledgeAlert(await idOf(alert.key), 'ben', bench.clock())).toMatchObject({
    acknowledgedBy: 'olga',
  });
  bench.advance(25 * 3_600_000);
  await bench.watchdog('alerts');
  expect(await store.getAlert(await idOf(alert.key))).toMatchObject({ reminders: 1 });
});
