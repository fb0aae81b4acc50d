import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { newKey, newKeyId } from '../../accounts/index.ts';
import type { AccountEvent } from '../../domain/account-event.ts';
import type { AccountFacts, ApiKeyRow } from '../../store/types.ts';
import { peerOf } from '../auth.ts';
import { type Api, callerOf } from '../context.ts';
import type { ApiEnv, Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import {
  type ApiKeyView,
  apiKeyListSchema,
  apiKeyViewSchema,
  type CreateApiKey,
  createKeySchema,
  freshKeySchema,
  keyParams,
  rotateKeySchema,
} from '../schemas/index.ts';
import { iso, isoOrNull } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator', 'auditor', 'admin'] as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const list = createRoute({
  operationId: 'listKeys',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/keys',
  summary: 'API keys',
  responses: {
    200: json(apiKeyListSchema, 'Your own; all of them for admins and auditors. Newest first.'),
    ...PROBLEMS,
  },
});
const create = createRoute({
  operationId: 'createKey',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/keys',
  summary: 'Make an API key',
  request: { body: jsonBody(createKeySchema) },
  responses: { 201: json(freshKeySchema, 'The key, this once.'), ...PROBLEMS },
});
const rotate = createRoute({
  operationId: 'rotateKey',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/keys/{id}/rotate',
  summary: 'Replace a key by a new one',
  description: 'It stays the same actor with the same rights. The old key works on for the grace time.',
  request: { params: keyParams, body: jsonBody(rotateKeySchema) },
  responses: { 200: json(freshKeySchema, 'The new key, this once.'), ...PROBLEMS },
});
const revoke = createRoute({
  operationId: 'revokeKey',
  ...guard(PEOPLE),
  method: 'delete',
  path: '/v1/keys/{id}',
  summary: 'Revoke a key',
  request: { params: keyParams },
  responses: { 200: json(apiKeyViewSchema, 'It opens nothing any more, from now on.'), ...PROBLEMS },
});

export function keyRoutes(api: Api) {
  const view = (row: ApiKeyRow): ApiKeyView => ({
    ...{ id: row.keyId, name: row.name, roles: row.roles, inboxes: row.inboxes, hint: row.hint },
    owner: row.ownerId === null ? null : api.names(row.ownerId),
    state: row.revokedAtMs !== null ? 'revoked' : (row.expiresAtMs ?? Infinity) <= api.now() ? 'expired' : 'active',
    createdBy: api.names(row.createdBy),
    createdAt: iso(row.createdAtMs),
    expiresAt: isoOrNull(row.expiresAtMs),
    lastUsedAt: isoOrNull(row.lastUsedAtMs),
    rotatedAt: isoOrNull(row.rotatedAtMs),
    previousUntil: isoOrNull(row.previousUntilMs),
    revokedAt: isoOrNull(row.revokedAtMs),
  });
  const note = (
    c: Context<ApiEnv>,
    event: AccountEvent,
    { keyId, name, roles }: ApiKeyRow,
    facts: AccountFacts = {},
  ) => {
    const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy), atMs: api.now() };
    return api.store.logAccount({ ...by, event, subject: keyId, facts: { name, roles, ...facts } });
  };
  const end = (days: number | undefined) => (days === undefined ? null : api.now() + days * DAY_MS);

  return newRouter()
    .openapi(list, async (c) => {
      const caller = callerOf(c);
      const all = caller.roles.includes('admin') || caller.roles.includes('auditor');
      const rows = await api.store.listKeys(all ? {} : { ownerId: caller.id });
      return c.json({ items: rows.map(view) }, 200);
    })
    .openapi(create, async (c) => {
      const caller = callerOf(c);
      const { name, roles, expiresInDays, inboxes, ...asked } = c.req.valid('json');
      const ownerId = await ownerOf(caller, { roles, ownerId: asked.ownerId });
      const { key, sha256, hint } = newKey();
      const made = { keyId: newKeyId(), name, roles, ownerId, inboxes: inboxes ?? null, hint, sha256 };
      const at = { createdBy: caller.id, createdAtMs: api.now(), expiresAtMs: end(expiresInDays) };
      const row = await api.store.createKey({ ...made, ...at });
      await note(c, 'key_created', row, { ownerId, inboxes: row.inboxes, expiresAt: isoOrNull(row.expiresAtMs) });
      await api.directory.reload();
      return c.json({ apiKey: view(row), key }, 201);
    })
    .openapi(rotate, async (c) => {
      const { graceHours, expiresInDays } = c.req.valid('json');
      const before = await ownKey(callerOf(c), c.req.valid('param').id);
      if (before.roles.every((role) => role !== 'agent')) assertSession(callerOf(c), before.ownerId);
      const { key, ...hashed } = newKey();
      const atMs = api.now();
      const ended = before.expiresAtMs !== null && before.expiresAtMs <= atMs ? before.expiresAtMs : null;
      // The end stays. Of a key that is over the new one lives as long as it did, and the old one does not come back.
      const stays = ended === null ? before.expiresAtMs : atMs + (await lifeOf(before, ended));
      const expiresAtMs = expiresInDays === undefined ? stays : end(expiresInDays);
      const next = { ...hashed, atMs, expiresAtMs, graceUntilMs: ended === null ? atMs + graceHours * HOUR_MS : atMs };
      const row = await api.store.rotateKey(before.keyId, next);
      if (row === null) throw new ApiProblem('key_revoked', 'This key was revoked: make another one.');
      await note(c, 'key_rotated', row, { graceHours, expiresAt: isoOrNull(row.expiresAtMs) });
      return c.json({ apiKey: view(row), key }, 200);
    })
    .openapi(revoke, async (c) => {
      const caller = callerOf(c);
      const { keyId, revokedAtMs } = await ownKey(caller, c.req.valid('param').id);
      const row = await api.store.revokeKey(keyId, caller.id, api.now());
      if (row === null) throw keyNotFound(keyId);
      if (revokedAtMs === null) await note(c, 'key_revoked', row);
      return c.json(view(row), 200);
    });

  /** Whom the new key belongs to, when the caller may make it at all. */
  async function ownerOf(caller: Caller, { roles, ownerId }: Pick<CreateApiKey, 'roles' | 'ownerId'>) {
    if (roles.includes('agent')) {
      if (!caller.roles.includes('admin')) throw new ApiProblem('forbidden', "Only an admin can make an agent's key.");
      // Whoever makes the key holds it, so what it drafts is theirs; that nobody answers for it has to be said.
      if (ownerId === undefined) return caller.id;
      if (ownerId !== null && ownerId !== caller.id && (await api.store.getUser(ownerId)) === null) {
        throw invalid('ownerId', `there is no person ${ownerId}`);
      }
      return ownerId;
    }
    if (ownerId === null) throw invalid('ownerId', 'a key that acts as a person is that person’s');
    assertSession(caller, ownerId ?? caller.id);
    const beyond = roles.filter((role) => !caller.roles.includes(role));
    if (beyond.length > 0) throw invalid('roles', `you do not have the role ${beyond.join(', ')} yourself`);
    return caller.id;
  }

  /** How long the key was good for, from when its end was set (ms). */
  async function lifeOf({ keyId, createdAtMs }: ApiKeyRow, expiresAtMs: number): Promise<number> {
    const { items } = await api.store.listAccountLog({ subject: keyId, limit: 200 });
    const set = items.findLast(({ facts }) => facts.expiresAt === iso(expiresAtMs));
    return expiresAtMs - (set?.atMs ?? createdAtMs);
  }

  /** Everybody's for an admin. Another's key is not there for anybody else. */
  async function ownKey(caller: Caller, keyId: string): Promise<ApiKeyRow> {
    const row = await api.store.getKey(keyId);
    if (row === null || !(caller.roles.includes('admin') || row.ownerId === caller.id)) throw keyNotFound(keyId);
    return row;
  }
}

/** A key that acts as a person is given out to that very person, signed in: a stolen key must not beget others. */
function assertSession(caller: Caller, ownerId: string | null): void {
  if (caller.via === 'session' && ownerId === caller.id) return;
  const message = 'A key that acts as a person is made by that person, signed in at the desk; an admin can revoke it.';
  throw new ApiProblem('forbidden', message);
}

const keyNotFound = (id: string) => new ApiProblem('not_found', `There is no key ${id}, or it is not yours.`);
const invalid = (path: string, message: string) =>
  new ApiProblem('invalid_request', `${path}: ${message}`, { extra: { fields: [{ path, message }] } });
