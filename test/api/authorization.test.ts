import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, createEdge, type Edge, KEYS, type KeyId } from './support.ts';

/**
 * Who may use which route, written down apart from the routes: a route that is missing here fails, and so does a change
 * of who may use one.
 */
const ANY = ['agent', 'ana', 'ben', 'olga'];
const RULES: Record<string, readonly string[] | 'public'> = {
  'POST /v1/drafts': ['agent'],
  'GET /v1/drafts': ANY,
  'GET /v1/drafts/counts': ANY,
  'GET /v1/drafts/{id}': ANY,
  'GET /v1/drafts/{id}/outcome': ANY,
  'GET /v1/drafts/{id}/thread': ANY,
  'GET /v1/drafts/{id}/revisions': ANY,
  'GET /v1/drafts/{id}/revisions/{revision}': ANY,
  'GET /v1/drafts/{id}/revisions/{revision}/attachments/{index}': ANY,
  'GET /v1/drafts/{id}/events': ANY,
  'GET /v1/events': ANY,
  // The operator and the agent come through the door and are refused by the permission table.
  'POST /v1/drafts/{id}/decisions': ['ana', 'ben'],
  'POST /v1/drafts/{id}/revoke': ['ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/edit': ['ana', 'ben'],
  'POST /v1/drafts/{id}/revisions': ['agent'],
  'POST /v1/drafts/{id}/reschedule': ANY,
  'POST /v1/drafts/{id}/withdraw': ['agent', 'ben', 'olga'],
  'POST /v1/drafts/{id}/cancel': ['ben', 'olga'],
  'POST /v1/drafts/{id}/resolve': ['ana', 'ben', 'olga'],
  'GET /v1/inboxes': ANY,
  'GET /v1/inboxes/{inbox}': ANY,
  'PATCH /v1/inboxes/{inbox}': ['ben', 'olga'],
  'GET /v1/suppressions': ['ana', 'ben', 'olga'],
  'POST /v1/suppressions': ['ana', 'ben', 'olga'],
  'POST /v1/suppressions/import': ['ben', 'olga'],
  'GET /v1/suppressions/export': ['ana', 'ben', 'olga'],
  'DELETE /v1/suppressions/{entry}': ['ben', 'olga'],
  'GET /v1/limits': ['ana', 'ben', 'olga'],
  'PUT /v1/limits/{kind}/{target}': ['ben', 'olga'],
  'DELETE /v1/limits/{kind}/{target}': ['ben', 'olga'],
  'GET /v1/quota': ['ana', 'ben', 'olga'],
  'PUT /v1/quota': ['ben', 'olga'],
  'GET /v1/settings-log': ['ana', 'ben', 'olga'],
  'GET /v1/pauses': ['ana', 'ben', 'olga'],
  'POST /v1/pauses': ['ana', 'ben', 'olga'],
  'DELETE /v1/pauses/all': ['ben', 'olga'],
  'DELETE /v1/pauses/{kind}/{id}': ['ben', 'olga'],
  'GET /v1/me': ANY,
  'GET /v1/recipes': ANY,
  'GET /v1/recipients/{address}/preferences': ['ana', 'ben', 'olga'],
  'PUT /v1/recipients/{address}/preferences': ['ana', 'ben', 'olga'],
  'DELETE /v1/recipients/{address}/preferences': ['ben', 'olga'],
  'GET /v1/suppression-proposals': ['ana', 'ben', 'olga'],
  'POST /v1/suppression-proposals/{proposal}/accept': ['ana', 'ben', 'olga'],
  'POST /v1/suppression-proposals/{proposal}/dismiss': ['ana', 'ben', 'olga'],
  'POST /v1/webhooks/agentmail': 'public',
  'GET /v1/health': 'public',
  'GET /v1/ready': 'public',
};
const DIGEST = 'a'.repeat(64);
const CONTENT = { to: ['beck@example.com'], subject: 'Hi', text: 'Hello' };
const BODIES: Record<string, object> = {
  'POST /v1/drafts': { inbox: 'support@acme.test', content: CONTENT },
  'POST /v1/drafts/{id}/decisions': { decision: 'approve', revision: 1, digest: DIGEST },
  'POST /v1/drafts/{id}/revoke': { revision: 1 },
  'POST /v1/drafts/{id}/edit': { baseRevision: 1, content: { subject: 'New' } },
  'POST /v1/drafts/{id}/revisions': { baseRevision: 1, content: { subject: 'New' } },
  'POST /v1/drafts/{id}/reschedule': { schedule: { kind: 'held' } },
  'POST /v1/drafts/{id}/withdraw': {},
  'POST /v1/drafts/{id}/cancel': {},
  'POST /v1/drafts/{id}/resolve': { action: 'give_up' },
  'PATCH /v1/inboxes/{inbox}': { paused: true },
  'PUT /v1/limits/{kind}/{target}': { windows: [{ count: 10, perMs: 1_000 }] },
  'PUT /v1/quota': { monthlyQuota: 3_000 },
  'POST /v1/pauses': { kind: 'recipe', id: 'none' },
  'PUT /v1/recipients/{address}/preferences': { timeZone: 'Europe/Berlin' },
  'POST /v1/suppressions': { entry: 'stop@example.com', note: 'asked for it' },
  'POST /v1/suppressions/import': { rows: [{ line: 2, entry: 'stop@example.com' }] },
};

let edge: Edge;
let draftId = '';
let routes: string[] = [];
beforeAll(async () => {
  edge = await createEdge();
  const document = await (await edge.app.request('/openapi.json')).json();
  routes = Object.entries<object>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const created = await ask(edge.app, 'agent', 'POST', '/v1/drafts', BODIES['POST /v1/drafts']);
  draftId = (await created.json()).id;
});
afterAll(() => edge.close());

function call(route: string, as: KeyId | null, extra: object = {}) {
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace('{id}', draftId)
    .replace('{revision}', '1')
    .replace('{index}', '0')
    .replace('{inbox}', 'support@acme.test')
    .replace('{address}', 'nobody@example.com')
    .replace('{kind}', 'inbox')
    .replace('{target}', 'support@acme.test')
    .replace('{proposal}', 'none')
    .replace('{entry}', 'nobody@example.com');
  const body = BODIES[route];
  return ask(edge.app, as, method, url, body && { ...body, ...extra });
}

describe('authorization', () => {
  it('has a rule for every route, and a route for every rule', () => {
    expect(routes.length).toBeGreaterThan(20);
    expect([...routes].sort()).toEqual(Object.keys(RULES).sort());
  });

  it.each(Object.entries(RULES))('%s lets in %s', async (route, allowed) => {
    for (const { id } of KEYS.filter((key) => key.id !== 'other')) {
      const response = await call(route, id as KeyId);
      const admitted = ![401, 403].includes(response.status);
      expect([id, admitted]).toEqual([id, allowed === 'public' || allowed.includes(id)]);
      await response.body?.cancel();
    }
    const anonymous = await call(route, null);
    expect(anonymous.status === 401).toBe(allowed !== 'public');
  });

  it.each(Object.keys(RULES).filter((route) => route in BODIES))(
    '%s refuses a body that names who acts',
    async (route) => {
      const rule = RULES[route];
      const allowed = rule === 'public' ? ANY : (rule ?? []);
      for (const field of ['actor', 'approver', 'reviewer', 'createdBy', 'roles', 'by']) {
        const commands = edge.engine.commands.length;
        const asAgent = await call(route, 'agent', { [field]: 'ana' });
        expect(asAgent.status).toBeGreaterThanOrEqual(400);
        const asAllowed = await call(route, allowed[0] as KeyId, { [field]: 'ben' });
        expect(asAllowed.status).toBe(422);
        expect((await asAllowed.json()).fields).toContainEqual({
          path: field,
          message: 'unknown field: who acts is known from the API key alone',
        });
        expect(edge.engine.commands.length).toBe(commands);
      }
    },
  );

  it("hides an agent's drafts from every other agent", async () => {
    for (const route of Object.keys(RULES).filter((known) => known.includes('{id}'))) {
      const response = await call(route, 'other');
      expect([route, [403, 404].includes(response.status)]).toEqual([route, true]);
      if (route.startsWith('GET')) expect(response.status).toBe(404);
    }
    const list = await (await call('GET /v1/drafts', 'other')).json();
    expect(list.items).toEqual([]);
    expect((await (await call('GET /v1/drafts', 'agent')).json()).items.length).toBeGreaterThan(0);
    const byName = await ask(edge.app, 'other', 'GET', '/v1/drafts?createdBy=agent');
    expect((await byName.json()).items).toEqual([]);
    expect((await (await call('GET /v1/drafts/counts', 'other')).json()).total).toBe(0);
  });

  it("tells an agent that it cannot approve, and keeps the attempt from the engine's ears", async () => {
    const before = edge.engine.commands.length;
    const response = await call('POST /v1/drafts/{id}/decisions', 'agent');
    expect(response.status).toBe(403);
    expect((await response.json()).code).toBe('agent_approval');
    expect(edge.engine.commands.length).toBe(before);
  });
});
