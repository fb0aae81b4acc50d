import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getRecipe } from '../../src/compose/index.ts';
import { ask, clientOf, createEdge, type Edge } from './support.ts';

const PLAN = getRecipe('reply-to-thread').plan({
  messageId: '<m1@example.com>',
  customer: { url: 'https://crm.example/customers/1' },
  resolution: 'The replacement leaves on Monday.',
  sender: { name: 'Jonas Brandt', company: 'Nordlicht GmbH' },
});
const FETCHED_MS = Date.parse('2026-11-23T09:00:00Z');

let edge: Edge;
let id = '';
beforeAll(async () => {
  edge = await createEdge();
  const content = { to: ['beck@example.com'], subject: 'Hi', text: 'Hello' };
  id = (await clientOf(edge.app, 'agent').drafts.create({ inbox: 'support@acme.test', content })).id;
});
afterAll(() => edge.close());

describe('what a draft was composed from', () => {
  it('is nothing for ready-made content', async () => {
    const known = await clientOf(edge.app, 'ana').drafts.sources(id);
    expect(known).toEqual({ recipe: null, writtenBy: null, model: null, items: [] });
  });

  it('is every source of the recipe with its answer, cut, and who wrote the text', async () => {
    const { store } = edge;
    await store.putStep(id, 'plan', PLAN);
    await store.putStep(id, 'source:customer', { data: { name: '<b>Ana</b>' }, fetchedAtMs: FETCHED_MS });
    await store.putStep(id, 'source:reply', { data: 'x'.repeat(300) });
    await store.putStep(id, 'generated', {
      subject: 's',
      markdown: 'm',
      missing: [],
      writtenBy: 'model',
      model: 'm-1',
    });
    const known = await clientOf(edge.app, 'ana').drafts.sources(id, { maxLength: 100 });
    expect(known).toMatchObject({ recipe: { name: 'reply-to-thread' }, writtenBy: 'model', model: 'm-1' });
    const one = (name: string) => known.items.find((item) => item.id === name);
    expect(one('thread')).toMatchObject({ kind: 'thread', asked: '<m1@example.com>', answer: null, fetchedAt: null });
    expect(one('customer')).toEqual({
      ...{ id: 'customer', kind: 'http', asked: 'https://crm.example/customers/1', truncated: false, length: 26 },
      ...{ fetchedAt: '2026-11-23T09:00:00.000Z', answer: '{\n  "name": "<b>Ana</b>"\n}' },
    });
    expect(one('reply')).toMatchObject({ kind: 'inline', asked: null, fetchedAt: null, length: 302, truncated: true });
    expect(one('reply')?.answer).toHaveLength(100);
  });

  it('is not for agents, whose own key may not read what was fetched', async () => {
    expect((await ask(edge.app, 'agent', 'GET', `/v1/drafts/${id}/sources`)).status).toBe(403);
    expect((await ask(edge.app, 'aud', 'GET', `/v1/drafts/${id}/sources`)).status).toBe(200);
    expect((await ask(edge.app, 'ana', 'GET', `/v1/drafts/${id}/sources?maxLength=1`)).status).toBe(422);
  });
});
