import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/config-keys.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { ask, createEdge, secret } from '../api/support.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Browser, createPeople, firstAdmin, invited, type People } from './support.ts';

/** On a PostgreSQL server; the tests of sessions run on the embedded one. */
let database: TestDatabase;
let store: Store;
let people: People;
let admin: Browser;
let rita: Browser;
let nowMs = Date.now();
beforeAll(async () => {
  database = await createTestDatabase();
  store = await openStore({ databaseUrl: database.url });
  people = await createPeople({}, { store, clock: { now: () => nowMs } });
  admin = await firstAdmin(people);
  rita = await invited(people, admin, 'rita@acme.test', ['reviewer', 'operator']);
});
afterAll(async () => {
  await store?.close();
  await database?.drop();
});

const DRAFT = { inbox: 'support@acme.test', content: { to: ['beck@example.com'], subject: 'Hi', text: 'Hello' } };
const withKey = (key: string, method: string, path: string, body?: unknown) =>
  ask(people.app, null, method, path, body, { Authorization: `Bearer ${key}` });
const me = async (key: string) => {
  const response = await withKey(key, 'GET', '/v1/me');
  return response.ok ? response.json() : response.status;
};
const agentKey = (extra: object = {}) =>
  admin.json('POST', '/v1/keys', { name: 'Billing', roles: ['agent'], ...extra });

describe("an agent's key", () => {
  it('is shown once, kept as a hash, and acts as an agent', async () => {
    const { apiKey, key } = await agentKey();
    expect(await me(key)).toMatchObject({
      id: apiKey.id,
      name: 'Billing',
      kind: 'agent',
      roles: ['agent'],
      via: 'key',
    });
    const listed = await admin.send('GET', '/v1/keys');
    expect(await listed.text()).not.toContain(key);
    const rows = JSON.stringify(await store.listKeys({}));
    expect(rows).not.toContain(key);
    expect((await withKey(key, 'POST', '/v1/drafts', DRAFT)).status).toBe(201);
    const [{ lastUsedAt }] = (await admin.json('GET', '/v1/keys')).items;
    expect(lastUsedAt).not.toBeNull();
    const { items } = await store.listAccountLog({ limit: 200, subject: apiKey.id });
    expect(items.map(({ event }) => event)).toEqual(['key_first_used', 'key_created']);
  });

  it('stays the same agent when rotated; the old key works for the grace time and no longer', async () => {
    const { apiKey, key } = await agentKey();
    const { id } = await (await withKey(key, 'POST', '/v1/drafts', DRAFT)).json();
    const fresh = await admin.json('POST', `/v1/keys/${apiKey.id}/rotate`, { graceHours: 2 });
    expect((await withKey(fresh.key, 'GET', `/v1/drafts/${id}`)).status).toBe(200);
    expect(await me(key)).toMatchObject({ id: apiKey.id });
    nowMs += 3 * 3_600_000;
    expect(await me(key)).toBe(401);
    expect(await me(fresh.key)).toMatchObject({ id: apiKey.id });
    const last = await admin.json('POST', `/v1/keys/${apiKey.id}/rotate`, { graceHours: 0 });
    expect([await me(fresh.key), (await me(last.key)).id]).toEqual([401, apiKey.id]);
  });

  it('that is over is replaced by one that lives as long as it did', async () => {
    const { apiKey, key } = await agentKey({ expiresInDays: 2 });
    nowMs += 3 * 86_400_000;
    expect(await me(key)).toBe(401);
    const fresh = await admin.json('POST', `/v1/keys/${apiKey.id}/rotate`, {});
    expect(fresh.apiKey).toMatchObject({ state: 'active', expiresAt: new Date(nowMs + 2 * 86_400_000).toISOString() });
    expect([await me(fresh.key), await me(key)]).toEqual([expect.objectContaining({ id: apiKey.id }), 401]);
    // While it lives, its end stays.
    nowMs += 86_400_000;
    const again = await admin.json('POST', `/v1/keys/${apiKey.id}/rotate`, {});
    expect(again.apiKey.expiresAt).toBe(fresh.apiKey.expiresAt);
    nowMs += 86_400_000;
    const late = await admin.json('POST', `/v1/keys/${apiKey.id}/rotate`, {});
    expect(late.apiKey.expiresAt).toBe(new Date(nowMs + 2 * 86_400_000).toISOString());
  });

  it('ends with its expiry and its revocation, and cannot be rotated back', async () => {
    const short = await agentKey({ expiresInDays: 1 });
    expect(await me(short.key)).toMatchObject({ kind: 'agent' });
    nowMs += 25 * 3_600_000;
    expect(await me(short.key)).toBe(401);
    const { apiKey, key } = await agentKey();
    expect((await admin.send('DELETE', `/v1/keys/${apiKey.id}`)).status).toBe(200);
    expect(await me(key)).toBe(401);
    const back = await admin.send('POST', `/v1/keys/${apiKey.id}/rotate`, {});
    expect([back.status, (await back.json()).code]).toEqual([409, 'key_revoked']);
  });

  it('reaches no inbox but its own', async () => {
    const { key } = await agentKey({ inboxes: ['support@acme.test'] });
    const made = await withKey(key, 'POST', '/v1/drafts', DRAFT);
    expect(made.status).toBe(201);
    const { id } = await made.json();
    const elsewhere = await withKey(key, 'POST', '/v1/drafts', { ...DRAFT, inbox: 'sales@acme.test' });
    expect([elsewhere.status, (await elsewhere.json()).fields[0].path]).toEqual([422, 'inbox']);
    expect((await withKey(key, 'GET', `/v1/drafts/${id}`)).status).toBe(200);
  });

  it('makes drafts that its owner cannot approve', async () => {
    const { id: ownerId } = await rita.json('GET', '/v1/me');
    const { key } = await agentKey({ ownerId });
    const { id } = await (await withKey(key, 'POST', '/v1/drafts', DRAFT)).json();
    const approval = { decision: 'approve', revision: 1, digest: 'a'.repeat(64) };
    const refused = await rita.send('POST', `/v1/drafts/${id}/decisions`, approval);
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'self_approval']);
    expect((await agentKey({ ownerId: 'nobody' })).code).toBe('invalid_request');
  });

  it('opens nothing while its owner is locked out, also one of the configuration', async () => {
    const { id: ownerId } = await rita.json('GET', '/v1/me');
    const { key } = await agentKey({ ownerId });
    const configured = {
      id: 'ritas',
      name: 'Bot',
      roles: ['agent' as const],
      sha256: hashApiKey('ritas-key'),
      ownerId,
    };
    const edge = await createEdge({ store, keys: [configured] });
    const bot = () => edge.app.request('/v1/me', { headers: { Authorization: 'Bearer ritas-key' } });
    expect([await me(key), (await bot()).status]).toEqual([expect.objectContaining({ kind: 'agent' }), 200]);
    await store.changeUser(ownerId, { disabled: true }, nowMs);
    expect([await me(key), (await bot()).status]).toEqual([401, 401]);
    await store.changeUser(ownerId, { disabled: false }, nowMs);
    expect([await me(key), (await bot()).status]).toEqual([expect.objectContaining({ kind: 'agent' }), 200]);
  });

  it('belongs to whoever makes it, who cannot approve what it drafts, unless it is said to be nobody’s', async () => {
    const ada = await admin.json('GET', '/v1/me');
    const approve = async (key: string) => {
      const { id } = await (await withKey(key, 'POST', '/v1/drafts', DRAFT)).json();
      const approval = { decision: 'approve', revision: 1, digest: 'a'.repeat(64) };
      return (await admin.send('POST', `/v1/drafts/${id}/decisions`, approval)).json();
    };
    const own = await agentKey();
    expect(own.apiKey.owner).toEqual({ id: ada.id, name: 'Ada Admin' });
    expect((await approve(own.key)).code).toBe('self_approval');
    const free = await agentKey({ ownerId: null });
    expect(free.apiKey.owner).toBeNull();
    expect((await approve(free.key)).code).not.toBe('self_approval');
    const { items } = await store.listAccountLog({ limit: 1, subject: free.apiKey.id, event: 'key_created' });
    expect(items[0]?.facts).toMatchObject({ ownerId: null });
    expect((await rita.json('POST', '/v1/keys', { name: 'Mine', roles: ['reviewer'], ownerId: null })).code).toBe(
      'invalid_request',
    );
  });
});

describe('a key of one’s own', () => {
  const mine = (extra: object = {}) => ({ name: 'Script', roles: ['reviewer'], ...extra });

  it('acts as the person, with no role beyond it and none the person lost', async () => {
    const { key } = await rita.json('POST', '/v1/keys', mine());
    const person = await rita.json('GET', '/v1/me');
    expect(await me(key)).toMatchObject({ id: person.id, kind: 'person', roles: ['reviewer'] });
    const beyond = await rita.send('POST', '/v1/keys', mine({ roles: ['reviewer', 'admin'] }));
    expect([beyond.status, (await beyond.json()).fields[0].path]).toEqual([422, 'roles']);
    await admin.send('PATCH', `/v1/users/${person.id}`, { roles: ['operator'] });
    expect((await withKey(key, 'GET', '/v1/drafts')).status).toBe(403);
    await admin.send('PATCH', `/v1/users/${person.id}`, { roles: ['reviewer', 'operator'], disabled: true });
    expect(await me(key)).toBe(401);
    await admin.send('PATCH', `/v1/users/${person.id}`, { disabled: false });
    await rita.send('POST', '/auth/sign-in/email', {
      email: 'rita@acme.test',
      password: 'correct horse battery staple',
    });
    expect(await me(key)).toMatchObject({ id: person.id });
  });

  it('is made by a session alone, never by another key, and never for an agent or for somebody else', async () => {
    const { apiKey, key } = await rita.json('POST', '/v1/keys', mine());
    expect((await withKey(key, 'POST', '/v1/keys', mine())).status).toBe(403);
    expect((await withKey(key, 'POST', `/v1/keys/${apiKey.id}/rotate`, {})).status).toBe(403);
    expect((await rita.send('POST', '/v1/keys', { name: 'Agent', roles: ['agent'] })).status).toBe(403);
    const { id } = await admin.json('GET', '/v1/me');
    expect((await rita.send('POST', '/v1/keys', mine({ ownerId: id }))).status).toBe(403);
    // Not even an admin gets a key that acts as somebody else.
    expect((await admin.send('POST', `/v1/keys/${apiKey.id}/rotate`, {})).status).toBe(403);
    expect((await admin.send('DELETE', `/v1/keys/${apiKey.id}`)).status).toBe(200);
    expect(await me(key)).toBe(401);
  });

  it('is nobody else’s to see or to revoke', async () => {
    const other = await agentKey();
    expect((await rita.send('DELETE', `/v1/keys/${other.apiKey.id}`)).status).toBe(404);
    const own: { items: { owner: { id: string } }[] } = await rita.json('GET', '/v1/keys');
    const { id } = await rita.json('GET', '/v1/me');
    expect(new Set(own.items.map(({ owner }) => owner.id))).toEqual(new Set([id]));
    expect((await admin.json('GET', '/v1/keys')).items.length).toBeGreaterThan(own.items.length);
  });
});

describe('a link that lets somebody in', () => {
  const ofRita = async () => `/v1/users/${(await rita.json('GET', '/v1/me')).id}/link`;

  it('is made by no key, not even an admin’s', async () => {
    const { key } = await admin.json('POST', '/v1/keys', { name: 'Script', roles: ['admin'] });
    const mails = people.mails.length;
    for (const one of [key, secret('adam')]) {
      const refused = await withKey(one, 'POST', await ofRita());
      expect([refused.status, (await refused.json()).message]).toEqual([
        403,
        expect.stringContaining('sign in to the desk'),
      ]);
    }
    expect(people.mails.length).toBe(mails);
  });

  it('is mailed to the person and then shown to nobody else', async () => {
    const made = await admin.json('POST', await ofRita());
    expect(made).toMatchObject({ url: null, mailed: true });
    expect(people.mails.at(-1)).toMatchObject({ to: ['rita@acme.test'], text: expect.stringContaining('/#password=') });
    const asked = { email: 'mona@acme.test', name: 'Mona', roles: ['auditor'] };
    const invitation = await withKey(secret('adam'), 'POST', '/v1/users', asked);
    expect((await invitation.json()).link).toMatchObject({ url: null, mailed: true });
  });
});

it('configured keys go on working beside accounts, and can be members of groups', async () => {
  expect((await admin.send('PUT', '/v1/groups/finance', { members: ['ana'] })).status).toBe(200);
  expect(await me(secret('ana'))).toMatchObject({ id: 'ana', groups: ['finance'] });
  const agent = await admin.send('PUT', '/v1/groups/finance', { members: ['agent'] });
  expect((await agent.json()).fields[0].path).toBe('members');
});

it('a group that rules in force ask is not deleted; deleting one says on record who was in it', async () => {
  await admin.send('PUT', '/v1/groups/legal', { members: ['ana', 'ben'] });
  const rule = { id: 'contracts', outcome: { kind: 'review', approvals: [{ group: 'legal', count: 1 }] } };
  const route = { id: 'others', outcome: { kind: 'review', route: { inTurn: 'legal' } } };
  const off = { id: 'off', enabled: false, outcome: rule.outcome };
  const put = await admin.send('PUT', '/v1/policies', { policy: { rules: [rule, route, off] } });
  expect(put.ok).toBe(true);
  const refused = await admin.send('DELETE', '/v1/groups/legal');
  expect([refused.status, await refused.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'group_in_use', message: expect.stringContaining('contracts, others') }),
  ]);
  expect((await admin.json('GET', '/v1/groups')).items).toContainEqual({ name: 'legal', members: ['ana', 'ben'] });
  await admin.send('PUT', '/v1/policies', { policy: { rules: [off] } });
  expect((await admin.send('DELETE', '/v1/groups/legal')).status).toBe(204);
  const { items } = await admin.json('GET', '/v1/account-log?subject=legal&event=group_deleted&limit=1');
  expect(items[0].facts).toEqual({ before: ['ana', 'ben'] });
});

it.each([
  ['assigned in turn', { assignTo: { inTurn: 'named' } }, { assignTo: null }],
  ['assigned', { assignTo: { group: 'named' } }, { assignTo: { person: 'ana' } }],
  ['escalated', { escalateTo: 'named', escalateAfterMs: 3_600_000 }, { escalateTo: null, escalateAfterMs: null }],
])('a group to which drafts of an inbox are %s is not deleted', async (_, named, other) => {
  const inbox = 'support@acme.test';
  await admin.send('PUT', '/v1/groups/named', { members: ['ana'] });
  expect((await admin.send('PATCH', `/v1/inboxes/${inbox}`, named)).status).toBe(200);
  const refused = await admin.send('DELETE', '/v1/groups/named');
  const problem = { code: 'group_in_use', message: expect.stringContaining(inbox) };
  expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining(problem)]);
  expect((await admin.send('PATCH', `/v1/inboxes/${inbox}`, other)).status).toBe(200);
  expect((await admin.send('DELETE', '/v1/groups/named')).status).toBe(204);
});

it('changes of rights are on record with who made them, before and after', async () => {
  const { id } = await rita.json('GET', '/v1/me');
  const { id: adminId } = await admin.json('GET', '/v1/me');
  await admin.send('PATCH', `/v1/users/${id}`, { groups: ['legal'] });
  const { items } = await admin.json('GET', `/v1/account-log?subject=${id}&event=user_changed&limit=1`);
  expect(items[0]).toMatchObject({
    actor: { id: adminId, name: 'Ada Admin' },
    facts: { before: { groups: [] }, after: { groups: ['legal'] } },
  });
  const first = await admin.json('GET', '/v1/account-log?limit=2');
  const second = await admin.json('GET', `/v1/account-log?limit=2&cursor=${first.nextCursor}`);
  expect(second.items[0].id).toBeLessThan(first.items[1].id);
});
