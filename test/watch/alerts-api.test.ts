import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert, AlertDetail, AlertList } from '../../src/api/schemas/index.ts';
import { ask, createEdge, type Edge, type KeyId } from '../api/support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge();
  const raise = { kind: 'overdue', severity: 'critical', title: 'Late.', facts: { drafts: 2 } } as const;
  await edge.store.raiseAlert({ ...raise, key: 'a', draftId: 'draft-1' }, { alertId: 'alert-a', atMs: 1_000 });
  await edge.store.raiseAlert({ ...raise, key: 'b' }, { alertId: 'alert-b', atMs: 2_000 });
  await edge.store.resolveAlert('b', 3_000);
});
afterAll(() => edge?.close());

const read = async <T>(as: KeyId, method: string, path: string) => {
  const response = await ask(edge.app, as, method, path);
  const body: T = await response.json();
  return { status: response.status, body };
};

test('people list alerts, agents do not', async () => {
  const all = await read<AlertList>('ana', 'GET', '/v1/alerts');
  expect(all.body.items.map(({ id }) => id)).toEqual(['alert-b', 'alert-a']);
  expect(all.body.items[1]).toMatchObject({ draftId: 'draft-1', facts: { drafts: 2 }, resolvedAt: null, count: 1 });
  const open = await read<AlertList>('olga', 'GET', '/v1/alerts?open=true');
  expect(open.body.items.map(({ id }) => id)).toEqual(['alert-a']);
  const over = await read<AlertList>('olga', 'GET', '/v1/alerts?open=false');
  expect(over.body.items.map(({ id }) => id)).toEqual(['alert-b']);
  expect((await read('agent', 'GET', '/v1/alerts')).status).toBe(403);
  expect((await read('olga', 'GET', '/v1/alerts?open=maybe')).status).toBe(422);
});

test('an operator acknowledges, the first one stays', async () => {
  expect((await read('ana', 'POST', '/v1/alerts/alert-a/acknowledge')).status).toBe(403);
  const first = await read<Alert>('olga', 'POST', '/v1/alerts/alert-a/acknowledge');
  expect(first).toMatchObject({ status: 200, body: { acknowledgedBy: { id: 'olga', name: 'Olga Lind' } } });
  const second = await read<Alert>('ben', 'POST', '/v1/alerts/alert-a/acknowledge');
  expect(second.body.acknowledgedBy?.id).toBe('olga');
  expect((await read('olga', 'POST', '/v1/alerts/none/acknowledge')).status).toBe(404);
});

test('a test alert is kept and waits, also when Temporal does not answer', async () => {
  expect((await read('ana', 'POST', '/v1/alerts/test')).status).toBe(403);
  const { status, body } = await read<Alert>('olga', 'POST', '/v1/alerts/test');
  expect([status, body.kind]).toEqual([202, 'test']);
  expect(body.resolvedAt).not.toBeNull();
  const detail = await read<AlertDetail>('olga', 'GET', `/v1/alerts/${body.id}`);
  expect(detail.body.deliveries).toMatchObject([
    { transition: 'opened', channel: 'log', state: 'pending', attempts: 0 },
  ]);
});
