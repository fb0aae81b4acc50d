import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { creation, projection } from '../store/fixtures.ts';
import { ask, clientOf, createEdge, type Edge } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await createEdge();
});
afterAll(() => edge.close());

const held = async (inboxId: string, reason: ReasonCode = 'inbox_paused') => {
  const { draftId } = (await edge.store.createDraft(creation({ inboxId }))).stored;
  await edge.store.record(draftId, [], projection({ status: 'scheduled', reason }));
  return draftId;
};
const logOf = async (what: string) => (await clientOf(edge.app, 'olga').limits.log({ what })).items;

describe('pauses', () => {
  it('are made by reviewers, ended by operators, and both is written down', async () => {
    const [ana, olga] = [clientOf(edge.app, 'ana'), clientOf(edge.app, 'olga')];
    const made = await ana.pauses.add({ kind: 'recipe', id: 'invoice-reminder', reason: ' wrong amounts ' });
    expect(made).toMatchObject({ kind: 'recipe', id: 'invoice-reminder', reason: 'wrong amounts', by: { id: 'ana' } });
    expect(await olga.pauses.list()).toEqual([made]);
    await expect(ana.pauses.remove({ kind: 'recipe', id: 'invoice-reminder' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await olga.pauses.remove({ kind: 'recipe', id: 'invoice-reminder' })).toEqual({ told: 0, remaining: 0 });
    await expect(olga.pauses.remove({ kind: 'recipe', id: 'invoice-reminder' })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await logOf('pause:recipe:invoice-reminder')).toMatchObject([
      { actor: { id: 'olga', name: 'Olga Lind' }, before: { reason: 'wrong amounts', by: 'ana' }, after: null },
      { actor: { id: 'ana', name: 'Ana Ruiz' }, before: null, after: { reason: 'wrong amounts', by: 'ana' } },
    ]);
  });

  it('of all need no id, every other one needs it', async () => {
    const olga = clientOf(edge.app, 'olga');
    expect(await olga.pauses.add({ kind: 'all' })).toMatchObject({ kind: 'all', id: null, reason: '' });
    expect(await olga.pauses.remove({ kind: 'all' })).toEqual({ told: 0, remaining: 0 });
    for (const body of [{ kind: 'all', id: 'x' }, { kind: 'inbox' }, { kind: 'inbox', id: '' }, { kind: 'day' }, {}]) {
      expect((await ask(edge.app, 'olga', 'POST', '/v1/pauses', body)).status).toBe(422);
    }
  });

  it('tell what they held when they end, and leave others alone', async () => {
    const olga = clientOf(edge.app, 'olga');
    const mine = [await held('a@acme.test'), await held('a@acme.test', 'paused')];
    await held('b@acme.test');
    await held('a@acme.test', 'quota_exhausted');
    await olga.pauses.add({ kind: 'inbox', id: 'a@acme.test' });
    edge.engine.noticed.length = 0;
    expect(await olga.pauses.remove({ kind: 'inbox', id: 'a@acme.test' })).toEqual({ told: 2, remaining: 0 });
    expect([...edge.engine.noticed].sort()).toEqual([...mine].sort());
  });

  it('tell at most a thousand at once and say how many are left', async () => {
    const olga = clientOf(edge.app, 'olga');
    for (let i = 0; i < 1_005; i += 15) await Promise.all(Array.from({ length: 15 }, () => held('many@acme.test')));
    await olga.pauses.add({ kind: 'inbox', id: 'many@acme.test' });
    edge.engine.noticed.length = 0;
    const { notice } = edge.engine;
    let calls = 0;
    edge.engine.notice = async (...args) => {
      calls += 1;
      const call = calls;
      await notice.apply(edge.engine, args);
      if (call === 7) throw new Error('Temporal is away');
      return true;
    };
    expect(await olga.pauses.remove({ kind: 'inbox', id: 'many@acme.test' })).toEqual({ told: 999, remaining: 6 });
    edge.engine.notice = notice;
    expect(new Set(edge.engine.noticed).size).toBe(1_000);
    expect((await edge.store.heldWithoutPause(1_000)).length).toBe(1_000);
  });

  it('of an inbox show in its settings, where they can be changed as well', async () => {
    const path = '/v1/inboxes/support%40acme.test';
    const ben = clientOf(edge.app, 'ben');
    await clientOf(edge.app, 'ana').pauses.add({ kind: 'inbox', id: 'support@acme.test', reason: 'odd' });
    expect(await ben.inboxes.get('support@acme.test')).toMatchObject({ paused: true, pausedReason: 'odd' });
    const changed = await ask(edge.app, 'ben', 'PATCH', path, { pausedReason: 'odd mails', maxApprovalAgeMs: 5_000 });
    expect(await changed.json()).toMatchObject({ paused: true, pausedReason: 'odd mails', maxApprovalAgeMs: 5_000 });
    expect(await ben.inboxes.update('support@acme.test', { paused: false })).toMatchObject({
      ...{ paused: false, pausedReason: null, maxApprovalAgeMs: 5_000 },
    });
    expect(await ben.pauses.list()).toEqual([]);
    expect(await ben.inboxes.update('support@acme.test', { pausedReason: 'nothing to explain' })).toMatchObject({
      ...{ paused: false, pausedReason: null },
    });
    const [settings] = await logOf('inbox:support@acme.test');
    expect(settings).toMatchObject({ actor: { id: 'ben' }, after: { maxApprovalAgeMs: 5_000 } });
    expect((await logOf('pause:inbox:support@acme.test')).map(({ after }) => after)).toEqual([
      ...[null, { reason: 'odd mails', by: 'ben' }, { reason: 'odd', by: 'ana' }],
    ]);
  });
});

describe('limits', () => {
  it('are set with all their windows, listed, and removed', async () => {
    const olga = clientOf(edge.app, 'olga');
    const windows = [
      { count: 10, perMs: 1_000 },
      { count: 500, perMs: 3_600_000 },
    ];
    expect(await olga.limits.set('inbox', '*', windows)).toEqual({ kind: 'inbox', target: '*', windows });
    await olga.limits.set('recipient_domain', 'example.com', [{ count: 1, perMs: 1_000 }]);
    const replaced = [{ count: 20, perMs: 1_000 }];
    await olga.limits.set('inbox', '*', replaced);
    expect(await clientOf(edge.app, 'ana').limits.list()).toEqual({
      items: [
        { kind: 'inbox', target: '*', windows: replaced },
        { kind: 'recipient_domain', target: 'example.com', windows: [{ count: 1, perMs: 1_000 }] },
      ],
      keyBlockedMs: 0,
    });
    await olga.limits.remove('inbox', '*');
    await olga.limits.remove('recipient_domain', 'example.com');
    await expect(olga.limits.remove('inbox', '*')).rejects.toMatchObject({ code: 'not_found' });
    expect((await logOf('limit:inbox:*')).map(({ before, after }) => [before, after])).toEqual([
      [replaced, null],
      [windows, replaced],
      [null, windows],
    ]);
  });

  it.each([
    ['/v1/limits/organization/a@b.c', [{ count: 1, perMs: 1_000 }]],
    ['/v1/limits/recipient_domain/Example.com', [{ count: 1, perMs: 1_000 }]],
    ['/v1/limits/recipient_domain/ann@example.com', [{ count: 1, perMs: 1_000 }]],
    ['/v1/limits/inbox/*', []],
    ['/v1/limits/inbox/*', [{ count: 0, perMs: 1_000 }]],
    ['/v1/limits/inbox/*', [{ count: 1, perMs: 1 }]],
    [
      '/v1/limits/inbox/*',
      [
        { count: 1, perMs: 1_000 },
        { count: 2, perMs: 1_000 },
      ],
    ],
    ['/v1/limits/day/*', [{ count: 1, perMs: 1_000 }]],
  ])('%s with %j is refused', async (path, windows) => {
    const response = await ask(edge.app, 'olga', 'PUT', path, { windows });
    expect(response.status).toBe(422);
    expect((await response.json()).fields.length).toBeGreaterThan(0);
  });
});

it('the quota is set, watched and logged', async () => {
  const olga = clientOf(edge.app, 'olga');
  expect(await olga.limits.quota()).toMatchObject({ monthlyQuota: null, used: 0, level: 'ok', warningPercent: 80 });
  const { draftId } = (await edge.store.createDraft(creation())).stored;
  await edge.store.record(draftId, [], projection({ status: 'sent', toldAtMs: Date.now() }));
  expect(await olga.limits.setQuota({ monthlyQuota: 1 })).toMatchObject({ monthlyQuota: 1, level: 'exhausted' });
  const wrong = await ask(edge.app, 'olga', 'PUT', '/v1/quota', { criticalPercent: 50 });
  expect([wrong.status, (await wrong.json()).message]).toEqual([422, expect.stringContaining('criticalPercent')]);
  expect(await olga.limits.setQuota({ monthlyQuota: null })).toMatchObject({
    monthlyQuota: null,
    used: 1,
    level: 'ok',
  });
  expect(await logOf('quota')).toHaveLength(2);
});
