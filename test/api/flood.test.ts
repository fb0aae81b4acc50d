import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiEnv } from '../../src/api/deps.ts';
import { asProblem, sendProblem } from '../../src/api/errors.ts';
import { floodGuards, networkOf } from '../../src/api/flood.ts';
import { createHooked, deliver, type HookedEdge } from '../recipients/support.ts';

afterEach(() => vi.useRealTimers());

const from = (peer: string) => ({ 'X-Forwarded-For': `10.9.8.7, ${peer}` });

/** The guards alone, before what answers `status` to everything. */
function guarded(status: 200 | 401) {
  const app = new Hono<ApiEnv>();
  app.onError((error, c) => sendProblem(c, asProblem(error)));
  for (const { path, guard } of floodGuards({ trustProxy: true })) app.use(path, guard);
  app.all('*', (c) => c.body(null, status));
  return async (method: string, path: string, peer: string, times = 1) => {
    const seen = new Set<number>();
    let last = new Response();
    for (let i = 0; i < times; i += 1) {
      last = await app.request(path, { method, headers: from(peer) });
      seen.add(last.status);
    }
    return { seen: [...seen], last };
  };
}

describe.each([
  ['GET', '/u/token', 240],
  ['POST', '/u/token', 1_200],
  ['GET', '/r/token', 1_500],
  ['POST', '/r/token', 120],
])('%s %s', (method, path, most) => {
  it(`is turned away after ${most} in a minute, and let in again after it`, async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const ask = guarded(200);
    expect((await ask(method, path, '192.0.2.1', most)).seen).toEqual([200]);
    const { last } = await ask(method, path, '192.0.2.1');
    expect([last.status, last.headers.get('Retry-After')]).toEqual([429, '60']);
    expect(await last.json()).toMatchObject({ code: 'too_many_requests' });
    // Nobody else is, and nothing else.
    expect((await ask(method, path, '192.0.2.2')).seen).toEqual([200]);
    expect((await ask('GET', '/v1/drafts', '192.0.2.1', 300)).seen).toEqual([200]);
    vi.advanceTimersByTime(59_000);
    expect((await ask(method, path, '192.0.2.1')).last.headers.get('Retry-After')).toBe('1');
    vi.advanceTimersByTime(1_001);
    expect((await ask(method, path, '192.0.2.1')).seen).toEqual([200]);
  });
});

it('looking at opt-out pages takes nothing from the presses of mail programs', async () => {
  const ask = guarded(200);
  expect((await ask('GET', '/u/token', '192.0.2.1', 241)).last.status).toBe(429);
  expect((await ask('POST', '/u/token', '192.0.2.1', 1_000)).seen).toEqual([200]);
});

it('a scanner that looks at every link takes nothing from the people behind the same address', async () => {
  const ask = guarded(200);
  expect((await ask('GET', '/r/token', '192.0.2.1', 1_501)).last.status).toBe(429);
  expect((await ask('POST', '/r/token', '192.0.2.1')).seen).toEqual([200]);
});

describe.each(['/v1/webhooks/agentmail', '/v1/webhooks/decisions', '/v1/slack/interactions'])('%s', (path) => {
  it('turns away who goes on without a right signature', async () => {
    const ask = guarded(401);
    expect((await ask('POST', path, '192.0.2.1', 300)).seen).toEqual([401]);
    expect((await ask('POST', path, '192.0.2.1')).seen).toEqual([429]);
  });

  it('takes however many are signed', async () => {
    expect((await guarded(200)('POST', path, '192.0.2.1', 2_000)).seen).toEqual([200]);
  });
});

it('who has no network address is not counted', async () => {
  const app = new Hono<ApiEnv>();
  for (const { path, guard } of floodGuards({})) app.use(path, guard);
  app.all('*', (c) => c.body(null, 200));
  // Not behind a trusted proxy: what a caller says of itself counts nothing.
  for (let i = 0; i < 1_600; i += 1) {
    expect((await app.request('/r/token', { headers: from('192.0.2.1') })).status).toBe(200);
  }
});

describe('the whole API', () => {
  let edge: HookedEdge;
  beforeAll(async () => {
    edge = await createHooked({ trustProxy: true });
  });
  afterAll(() => edge.close());

  it('has the guards before its pages and webhooks', async () => {
    const statuses = new Set<number>();
    for (let i = 0; i < 1_501; i += 1) {
      statuses.add((await edge.app.request('/r/forged', { headers: from('192.0.2.1') })).status);
    }
    expect([...statuses]).toEqual([404, 429]);
    for (let i = 0; i < 300; i += 1) await deliver(edge, { body: '{}', headers: from('192.0.2.1') });
    expect((await deliver(edge, { body: '{}', headers: from('192.0.2.1') })).status).toBe(429);
  });
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:0DB8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('%s is of %s', (peer, network) => {
  expect(networkOf(peer)).toBe(network);
});
