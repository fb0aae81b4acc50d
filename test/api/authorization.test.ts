import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERSON_ROLES } from '../../src/domain/actor.ts';
import { ask, BOUND_KEYS, createEdge, type Edge, KEYS } from './support.ts';

/**
 * Who may use which route, written down apart from the routes: a route that is missing here fails, and so does a change
 * of who may use one. `aud` is an auditor and `adam` an admin: both may read whatever people may read (which is not said
 * again for each route), and one of them may change nothing.
 */
const PEOPLE = ['ana', 'ben', 'olga', 'aud', 'adam'];
const ANY = ['agent', ...PEOPLE];
const ALWAYS_READING = ['aud', 'adam'];
const RULES: Record<string, readonly string[] | 'public'> = {
  'POST /v1/drafts': ['agent'],
  'GET /v1/drafts': ANY,
  'GET /v1/drafts/counts': ANY,
  'GET /v1/drafts/calendar': ANY,
  'GET /v1/drafts/{id}': ANY,
  'GET /v1/drafts/{id}/outcome': ANY,
  'GET /v1/drafts/{id}/thread': ANY,
  'GET /v1/drafts/{id}/revisions': ANY,
  'GET /v1/drafts/{id}/revisions/{revision}': ANY,
  'GET /v1/drafts/{id}/revisions/{revision}/attachments/{index}': ANY,
  'GET /v1/drafts/{id}/events': ANY,
  'GET /v1/drafts/{id}/policy': ['ana', 'ben', 'olga'],
  'GET /v1/policies': ['ana', 'ben', 'olga'],
  'PUT /v1/policies': ['ben', 'olga', 'adam'],
  'GET /v1/policies/versions': ['ana', 'ben', 'olga'],
  'GET /v1/policies/versions/{version}': ['ana', 'ben', 'olga'],
  'POST /v1/policies/versions/{version}/activate': ['ben', 'olga', 'adam'],
  'POST /v1/policies/dry-run': ['ana', 'ben', 'olga', 'aud', 'adam'],
  'GET /v1/events': ANY,
  'POST /v1/drafts/{id}/comments': ['ana', 'ben', 'olga'],
  'GET /v1/drafts/{id}/looks': ['ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/looks': ['ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/claim': ['ana', 'ben'],
  'DELETE /v1/drafts/{id}/claim': ['ana', 'ben', 'olga'],
  'PUT /v1/drafts/{id}/assignee': ['ana', 'ben', 'olga'],
  'GET /v1/drafts/{id}/recipient-notes': ['ana', 'ben', 'olga'],
  'GET /v1/drafts/{id}/send-evidence': ['ana', 'ben', 'olga'],
  'GET /v1/drafts/{id}/sources': ['ana', 'ben', 'olga'],
  'GET /v1/reviewers': ['ana', 'ben', 'olga'],
  'GET /v1/absences': ['ana', 'ben', 'olga'],
  // For oneself, operators and admins for others: looked at behind the door.
  'PUT /v1/absences/{person}': ['ana', 'ben', 'olga', 'adam'],
  'DELETE /v1/absences/{person}': ['ana', 'ben', 'olga', 'adam'],
  'GET /v1/saved-views': ['ana', 'ben', 'olga'],
  'POST /v1/saved-views': ['ana', 'ben', 'olga'],
  'DELETE /v1/saved-views/{view}': ['ana', 'ben', 'olga'],
  'GET /v1/numbers': ['ana', 'ben', 'olga'],
  // The operator and the agent come through the door and are refused by the permission table.
  'POST /v1/drafts/{id}/decisions': ['ana', 'ben'],
  'POST /v1/drafts/{id}/revoke': ['ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/edit': ['ana', 'ben'],
  'POST /v1/drafts/{id}/revisions': ['agent'],
  'POST /v1/drafts/{id}/reschedule': ['agent', 'ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/recompose': ['ana', 'ben', 'olga'],
  'POST /v1/drafts/{id}/recheck': ['ana', 'ben', 'olga'],
  'PUT /v1/drafts/{id}/pause': ['ana', 'ben', 'olga'],
  'DELETE /v1/drafts/{id}/pause': ['ben', 'olga'],
  'POST /v1/drafts/{id}/withdraw': ['agent', 'ben', 'olga'],
  'POST /v1/drafts/{id}/cancel': ['ben', 'olga'],
  'POST /v1/drafts/{id}/resolve': ['ana', 'ben', 'olga'],
  'GET /v1/inboxes': ANY,
  'GET /v1/inboxes/{inbox}': ANY,
  'PATCH /v1/inboxes/{inbox}': ['ben', 'olga', 'adam'],
  'GET /v1/suppressions': ['ana', 'ben', 'olga'],
  'POST /v1/suppressions': ['ana', 'ben', 'olga'],
  'POST /v1/suppressions/import': ['ben', 'olga'],
  'GET /v1/suppressions/export': ['ana', 'ben', 'olga'],
  'DELETE /v1/suppressions/{entry}': ['ben', 'olga'],
  'GET /v1/limits': ['ana', 'ben', 'olga'],
  'PUT /v1/limits/{kind}/{target}': ['ben', 'olga', 'adam'],
  'DELETE /v1/limits/{kind}/{target}': ['ben', 'olga', 'adam'],
  'GET /v1/quota': ['ana', 'ben', 'olga'],
  'PUT /v1/quota': ['ben', 'olga', 'adam'],
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
  'GET /v1/alerts': ['ana', 'ben', 'olga'],
  'GET /v1/alerts/{id}': ['ana', 'ben', 'olga'],
  'POST /v1/alerts/{id}/acknowledge': ['ben', 'olga'],
  'POST /v1/alerts/test': ['ben', 'olga'],
  'POST /v1/batches': ['agent', 'ben', 'olga', 'adam'],
  'GET /v1/batches': ANY,
  'GET /v1/batches/{id}': ANY,
  // Whose batch it is, is looked at behind the door.
  'PUT /v1/batches/{id}/rows': ['agent', 'ben', 'olga', 'adam'],
  'POST /v1/batches/{id}/start': ['agent', 'ben', 'olga', 'adam'],
  'POST /v1/batches/{id}/pause': ['agent', 'ben', 'olga', 'adam'],
  'POST /v1/batches/{id}/resume': ['agent', 'ben', 'olga', 'adam'],
  'POST /v1/batches/{id}/cancel': ['agent', 'ben', 'olga', 'adam'],
  'GET /v1/batches/{id}/rows': ANY,
  'GET /v1/batches/{id}/results': ANY,
  'POST /v1/operations': ['ben', 'olga'],
  'GET /v1/operations': ['ben', 'olga'],
  'GET /v1/operations/{id}': ['ben', 'olga'],
  'POST /v1/operations/{id}/run': ['ben', 'olga'],
  'POST /v1/operations/{id}/cancel': ['ben', 'olga'],
  'GET /v1/operations/{id}/items': ['ben', 'olga'],
  'GET /v1/operations/{id}/results': ['ben', 'olga'],
  'GET /v1/users': ['ana', 'ben', 'olga'],
  'POST /v1/users': ['adam'],
  'PATCH /v1/users/{id}': ['adam'],
  // An admin who is signed in: no key, whatever its roles.
  'POST /v1/users/{id}/link': [],
  'GET /v1/groups': ['ana', 'ben', 'olga'],
  'PUT /v1/groups/{group}': ['adam'],
  'DELETE /v1/groups/{group}': ['adam'],
  // Which keys, and with which rights, is looked at behind the door.
  'GET /v1/keys': PEOPLE,
  'POST /v1/keys': ['adam'],
  'POST /v1/keys/{id}/rotate': PEOPLE,
  'DELETE /v1/keys/{id}': PEOPLE,
  'GET /v1/account-log': ['aud', 'adam'],
  'GET /v1/sign-in-methods': 'public',
  'POST /v1/webhooks/agentmail': 'public',
  // Signed, each in its own way; nothing is set up here.
  'POST /v1/webhooks/decisions': 'public',
  'POST /v1/slack/interactions': 'public',
  'GET /v1/me/notifications': PEOPLE,
  'PUT /v1/me/notifications': PEOPLE,
  'POST /v1/me/notifications/slack': PEOPLE,
  'DELETE /v1/me/notifications/slack': PEOPLE,
  'GET /v1/channels': ['olga', 'ben'],
  'POST /v1/channels/{channel}/test': ['olga', 'ben'],
  'GET /v1/health': 'public',
  'GET /v1/ready': 'public',
};
/** What the document does not have, and why anybody may knock there. */
const UNDOCUMENTED: Record<string, string> = {
  'GET /openapi.json': 'the document: it says what there is, and nothing of what is in it',
  'GET /r/{token}': 'behind a mailed link, signed for one person and one revision; looking changes nothing',
  'POST /r/{token}': 'decides once, as the person that the link was signed for',
  'GET /u/{token}': 'behind a link in a sent mail, signed for one recipient; looking changes nothing',
  'POST /u/{token}': 'lets that recipient opt out',
  'ALL /auth/*': 'how people get a session: it has a list of its own paths, and nothing else is there',
};
/** Where something is done before or around routes; nothing is answered there. */
const AROUND = ['/*', '/v1/*', '/auth/*', '/r/*', '/u/*', '/v1/slack/*', '/v1/webhooks/*'];
/** Routes that a key bound to inboxes may use, though no inbox is in their path: they show or take less. */
const WITHIN_INBOXES = [
  'POST /v1/batches',
  'GET /v1/batches',
  'POST /v1/drafts',
  'GET /v1/drafts',
  'GET /v1/drafts/counts',
  'GET /v1/drafts/calendar',
  'GET /v1/events',
  'GET /v1/inboxes',
  'GET /v1/me',
  'GET /v1/me/notifications',
  'PUT /v1/me/notifications',
  'POST /v1/me/notifications/slack',
  'DELETE /v1/me/notifications/slack',
  'GET /v1/recipes',
  'POST /v1/operations',
  'GET /v1/operations',
];
const DIGEST = 'a'.repeat(64);
const CONTENT = { to: ['beck@example.com'], subject: 'Hi', text: 'Hello' };
const BODIES: Record<string, object> = {
  'PUT /v1/policies': { policy: { rules: [] } },
  'POST /v1/policies/dry-run': { policy: { rules: [] } },
  'POST /v1/drafts': { inbox: 'support@acme.test', content: CONTENT },
  'POST /v1/batches': { name: 'Spring', inbox: 'support@acme.test', recipe: 'invoice-reminder' },
  'POST /v1/batches/{id}/cancel': {},
  'POST /v1/drafts/{id}/decisions': { decision: 'approve', revision: 1, digest: DIGEST },
  'POST /v1/drafts/{id}/revoke': { revision: 1 },
  'POST /v1/drafts/{id}/edit': { baseRevision: 1, content: { subject: 'New' } },
  'POST /v1/drafts/{id}/revisions': { baseRevision: 1, content: { subject: 'New' } },
  'POST /v1/drafts/{id}/reschedule': { schedule: { kind: 'held' } },
  'POST /v1/drafts/{id}/recompose': { revision: 1 },
  'POST /v1/drafts/{id}/recheck': {},
  'PUT /v1/drafts/{id}/pause': {},
  'POST /v1/operations': { action: 'recheck', filter: {} },
  'POST /v1/drafts/{id}/withdraw': {},
  'POST /v1/drafts/{id}/cancel': {},
  'POST /v1/drafts/{id}/resolve': { action: 'give_up' },
  'POST /v1/drafts/{id}/comments': { comment: 'Who checked the amount?' },
  'POST /v1/drafts/{id}/looks': { revision: 1 },
  'POST /v1/drafts/{id}/claim': {},
  'PUT /v1/drafts/{id}/assignee': { person: 'ana' },
  'PUT /v1/absences/{person}': { until: '2030-01-01T00:00:00Z' },
  'POST /v1/saved-views': { name: 'Support', path: '/waiting?inbox=support' },
  'PATCH /v1/inboxes/{inbox}': { paused: true },
  'PUT /v1/limits/{kind}/{target}': { windows: [{ count: 10, perMs: 1_000 }] },
  'PUT /v1/quota': { monthlyQuota: 3_000 },
  'POST /v1/pauses': { kind: 'recipe', id: 'none' },
  'PUT /v1/recipients/{address}/preferences': { timeZone: 'Europe/Berlin' },
  'POST /v1/users': { email: 'new@acme.test', name: 'New', roles: ['auditor'] },
  'PATCH /v1/users/{id}': { disabled: true },
  'PUT /v1/groups/{group}': { members: ['ana'] },
  'POST /v1/keys': { name: 'New agent', roles: ['agent'] },
  'POST /v1/keys/{id}/rotate': {},
  'POST /v1/suppressions': { entry: 'stop@example.com', note: 'asked for it' },
  'POST /v1/suppressions/import': { rows: [{ line: 2, entry: 'stop@example.com' }] },
};

let edge: Edge;
let draftId = '';
let batchId = '';
let routes: string[] = [];
beforeAll(async () => {
  edge = await createEdge({ keys: [...KEYS, ...BOUND_KEYS] });
  const document = await (await edge.app.request('/openapi.json')).json();
  routes = Object.entries<object>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const created = await ask(edge.app, 'agent', 'POST', '/v1/drafts', BODIES['POST /v1/drafts']);
  draftId = (await created.json()).id;
  const batch = await ask(edge.app, 'agent', 'POST', '/v1/batches', BODIES['POST /v1/batches']);
  batchId = (await batch.json()).id;
});
afterAll(() => edge.close());

/** Whom the route is for, as its rule says it. */
const lets = (route: string, allowed: readonly string[], id: string) =>
  allowed.includes(id) ||
  (route.startsWith('GET ') && ALWAYS_READING.includes(id) && allowed.some((other) => PEOPLE.includes(other)));

function call(route: string, as: string | null, extra: object = {}, id = draftId) {
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace('/v1/batches/{id}/rows', method === 'PUT' ? '$&?offset=0' : '$&')
    .replace('{id}', id)
    .replace('{revision}', '1')
    .replace('{index}', '0')
    .replace('{version}', '1')
    .replace('{person}', 'ana')
    .replace('{inbox}', 'support@acme.test')
    .replace('{group}', 'finance')
    .replace('{channel}', 'email')
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

  it('has no route that is neither in the document nor open for a reason', () => {
    const served = new Set(
      edge.app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`),
    );
    const expected = [...routes, ...Object.keys(UNDOCUMENTED)];
    const paths = new Set(expected.map((route) => route.split(' ')[1] ?? ''));
    // Of every known path other methods are answered, with 405, and something may be done around it.
    const unforeseen = [...served].filter((route) => {
      const [method = '', path = ''] = route.split(' ');
      return !expected.includes(route) && !(method === 'ALL' && (paths.has(path) || AROUND.includes(path)));
    });
    expect(unforeseen).toEqual([]);
    expect(expected.filter((route) => !served.has(route))).toEqual([]);
  });

  it.each(Object.entries(RULES))('%s lets in %s', async (route, allowed) => {
    for (const { id } of KEYS.filter((key) => key.id !== 'other')) {
      const response = await call(route, id);
      const admitted = ![401, 403].includes(response.status);
      expect([id, admitted]).toEqual([id, allowed === 'public' || lets(route, allowed, id)]);
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
        // Of an account or a key, roles are what it is about.
        if (field === 'roles' && /^\w+ \/v1\/(users|keys)/.test(route)) continue;
        const commands = edge.engine.commands.length;
        const asAgent = await call(route, 'agent', { [field]: 'ana' });
        expect(asAgent.status).toBeGreaterThanOrEqual(400);
        const asAllowed = await call(route, allowed[0] ?? null, { [field]: 'ben' });
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
    for (const route of Object.keys(RULES).filter((known) => known.includes('/v1/drafts/{id}'))) {
      const response = await call(route, 'other');
      expect([route, [403, 404].includes(response.status)]).toEqual([route, true]);
      const forAgents = RULES[route]?.includes('agent') ?? false;
      if (route.startsWith('GET') && forAgents) expect([route, response.status]).toEqual([route, 404]);
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

  it('keeps keys that are bound to inboxes within them', async () => {
    for (const [route, rule] of Object.entries(RULES)) {
      const isDraft = route.includes('/v1/drafts/{id}');
      const isInbox = route.includes('{inbox}');
      const isOperation = route.includes('/v1/operations/{id}');
      const isBatch = route.includes('/v1/batches/{id}');
      for (const as of ['person-there', 'agent-there', ...PERSON_ROLES.map((role) => `${role}-there`)]) {
        const { status } = await call(route, as, {}, isBatch ? batchId : draftId);
        if (rule === 'public') expect([route, as, [401, 403].includes(status)]).toEqual([route, as, false]);
        // The person has every role: only the inbox is against it.
        else if (isBatch && as === 'person-there') expect([route, status]).toEqual([route, 404]);
        else if (isDraft || isInbox || isOperation || isBatch)
          expect([route, as, [403, 404].includes(status)]).toEqual([route, as, true]);
        else if (!WITHIN_INBOXES.includes(route)) expect([route, as, status]).toEqual([route, as, 403]);
        // With every role and only the inbox against it, it is as if the draft were not there.
        if (as === 'person-there' && isDraft && route.startsWith('GET')) expect([route, status]).toEqual([route, 404]);
      }
    }
    for (const as of ['person-there', 'agent-there']) {
      expect((await (await call('GET /v1/drafts', as)).json()).items).toEqual([]);
      expect((await (await call('GET /v1/drafts/counts', as)).json()).total).toBe(0);
      expect((await call('POST /v1/drafts', as)).status).toBe(as === 'agent-there' ? 422 : 403);
      expect((await (await call('GET /v1/batches', as)).json()).items).toEqual([]);
      expect((await call('POST /v1/batches', as)).status).toBe(422);
      expect((await (await call('GET /v1/inboxes', as)).json()).items).toEqual([]);
    }
  });

  it('lets keys that are bound to the inbox do what their role does', async () => {
    expect((await call('GET /v1/drafts/{id}', 'person-here')).status).toBe(200);
    expect((await (await call('GET /v1/drafts', 'person-here')).json()).items.length).toBeGreaterThan(0);
    expect((await call('GET /v1/inboxes/{inbox}', 'person-here')).status).toBe(200);
    // It is another agent's.
    expect((await call('GET /v1/drafts/{id}', 'agent-here')).status).toBe(404);
    const own = await call('POST /v1/drafts', 'agent-here');
    expect(own.status).toBe(201);
    expect((await ask(edge.app, 'agent-here', 'GET', `/v1/drafts/${(await own.json()).id}`)).status).toBe(200);
  });

  it('lets keys that are bound to the inbox make batches for it, and see and steer those they may', async () => {
    expect((await call('GET /v1/batches/{id}', 'agent-here', {}, batchId)).status).toBe(404);
    expect((await call('GET /v1/batches/{id}', 'person-here', {}, batchId)).status).toBe(200);
    expect((await (await call('GET /v1/batches', 'person-here')).json()).items.length).toBeGreaterThan(0);
    for (const as of ['agent-here', 'person-here']) {
      const made = await call('POST /v1/batches', as);
      expect([as, made.status]).toEqual([as, 201]);
      const { id } = await made.json();
      const rows = await call('PUT /v1/batches/{id}/rows', as, {}, id);
      expect([as, rows.status]).toEqual([as, 200]);
      expect((await call('POST /v1/batches/{id}/cancel', as, {}, id)).status).toBe(200);
    }
  });

  it('lets no key give anybody a right to decide or to run things', async () => {
    const made = await call('POST /v1/users', 'adam', { email: 'quiet@acme.test' });
    expect(made.status).toBe(201);
    const { user } = await made.json();
    const change = (body: object) => ask(edge.app, 'adam', 'PATCH', `/v1/users/${user.id}`, body);
    for (const role of ['reviewer', 'operator', 'admin']) {
      for (const refused of [
        await call('POST /v1/users', 'adam', { email: `${role}@acme.test`, roles: ['auditor', role] }),
        await change({ roles: ['auditor', role] }),
      ]) {
        const { code, message } = await refused.json();
        expect([refused.status, code, message]).toEqual([
          403,
          'forbidden',
          expect.stringContaining('sign in to the desk'),
        ]);
      }
    }
    expect((await edge.store.listUsers()).map(({ email }) => email)).not.toContain('reviewer@acme.test');
    // What is there may be taken away, and stay.
    await edge.store.changeUser(user.id, { roles: ['reviewer', 'operator'] }, 1);
    expect((await change({ name: 'Other', roles: ['operator', 'reviewer'] })).status).toBe(200);
    expect((await change({ roles: ['reviewer'] })).status).toBe(200);
    expect((await change({ disabled: true })).status).toBe(200);
    expect((await change({ roles: ['reviewer', 'operator'] })).status).toBe(403);
    // Letting them in again gives them what they had.
    expect((await change({ disabled: false })).status).toBe(403);
    expect((await change({ disabled: false, roles: ['auditor'] })).status).toBe(200);
  });

  it('lets nobody but its maker add rows to a batch, whatever they may steer', async () => {
    for (const as of ['ben', 'olga', 'adam', 'person-here']) {
      expect([as, (await call('PUT /v1/batches/{id}/rows', as, {}, batchId)).status]).toEqual([as, 403]);
    }
    // An admin looks after accounts; batches of others are not theirs to steer.
    expect((await call('POST /v1/batches/{id}/cancel', 'adam', {}, batchId)).status).toBe(403);
    const made = await (await call('POST /v1/batches', 'adam')).json();
    expect((await call('POST /v1/batches/{id}/cancel', 'adam', {}, made.id)).status).toBe(200);
  });

  it('says in the OpenAPI document what it does', async () => {
    const { paths } = await (await edge.app.request('/openapi.json')).json();
    for (const route of Object.keys(RULES).filter((known) => known.startsWith('GET '))) {
      const access = paths[route.slice(4)].get['x-access'];
      if (!Array.isArray(access)) continue;
      expect([route, (await call(route, 'aud')).status === 403]).toEqual([route, !access.includes('auditor')]);
      expect([route, (await call(route, 'adam')).status === 403]).toEqual([route, !access.includes('admin')]);
    }
  });
});
