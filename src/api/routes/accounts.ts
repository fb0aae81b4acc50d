import { createRoute } from '@hono/zod-openapi';
import { type OneTimeLink as MadeLink, newUserId } from '../../accounts/index.ts';
import type { AccountEvent } from '../../domain/account-event.ts';
import type { PersonRole } from '../../domain/actor.ts';
import type { AccountFacts, UserRow } from '../../store/types.ts';
import { peerOf } from '../auth.ts';
import { type Api, callerOf } from '../context.ts';
import type { Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import {
  accountLogQuery,
  accountLogSchema,
  changeUserSchema,
  invitedSchema,
  inviteUserSchema,
  linkSchema,
  signInMethodsSchema,
  type User,
  userListSchema,
  userParams,
  userSchema,
} from '../schemas/index.ts';
import { iso, isoOrNull } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const methods = createRoute({
  operationId: 'getSignInMethods',
  ...guard('public'),
  method: 'get',
  path: '/v1/sign-in-methods',
  summary: 'How people may sign in here',
  responses: { 200: json(signInMethodsSchema, 'For the sign-in page.'), ...PROBLEMS },
});
const list = createRoute({
  operationId: 'listUsers',
  ...guard(['reviewer', 'operator', 'admin']),
  method: 'get',
  path: '/v1/users',
  summary: 'People',
  responses: { 200: json(userListSchema, 'By name.'), ...PROBLEMS },
});
const invite = createRoute({
  operationId: 'inviteUser',
  ...guard(['admin']),
  method: 'post',
  path: '/v1/users',
  summary: 'Give somebody an account',
  description:
    'By key only an auditor: reviewers, operators and admins are made by an admin who is signed in. No key gives anybody ' +
    'a right to decide or to run things: whoever stole it could invite themselves.',
  request: { body: jsonBody(inviteUserSchema) },
  responses: { 201: json(invitedSchema, 'The person, and the link that lets them choose a password.'), ...PROBLEMS },
});
const change = createRoute({
  operationId: 'changeUser',
  ...guard(['admin']),
  method: 'patch',
  path: '/v1/users/{id}',
  summary: 'Change what a person may do',
  description:
    'Takes effect at once, also for sessions and keys the person has. A disabled person is signed out, and keys of theirs and of their agents open nothing. ' +
    'To give the roles reviewer, operator or admin, also by letting somebody with one in again, takes an admin who is signed in.',
  request: { params: userParams, body: jsonBody(changeUserSchema) },
  responses: { 200: json(userSchema, 'The person now.'), ...PROBLEMS },
});
const link = createRoute({
  operationId: 'makeUserLink',
  ...guard(['admin']),
  method: 'post',
  path: '/v1/users/{id}/link',
  summary: 'A new link to choose a password with',
  description: 'For an admin who is signed in. No key makes one: whoever stole it could act as anybody.',
  request: { params: userParams },
  responses: { 200: json(linkSchema, 'For a person who lost it, or the password.'), ...PROBLEMS },
});
const log = createRoute({
  operationId: 'listAccountLog',
  ...guard(['admin', 'auditor']),
  method: 'get',
  path: '/v1/account-log',
  summary: 'Sign-ins, and changes of what anybody may do',
  request: { query: accountLogQuery },
  responses: { 200: json(accountLogSchema, 'Newest first.'), ...PROBLEMS },
});

export function accountRoutes(api: Api) {
  return newRouter()
    .openapi(methods, (c) => {
      const { magicLink = false, oidc = null, local = false } = api.accounts?.methods ?? {};
      return c.json({ password: api.accounts !== undefined, magicLink, sso: oidc, local }, 200);
    })
    .openapi(list, async (c) => c.json({ items: (await api.store.listUsers()).map(userView) }, 200))
    .openapi(invite, async (c) => {
      const { groups, ...asked } = c.req.valid('json');
      assertMayGive(callerOf(c), asked.roles);
      const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy) };
      const userId = newUserId();
      if (!(await api.store.createUser({ ...asked, userId, createdAtMs: api.now() }))) {
        throw new ApiProblem('already_exists', 'Somebody with this address has an account already.');
      }
      if (groups.length > 0) await api.store.changeUser(userId, { groups }, api.now());
      await note('user_created', by, userId, { roles: asked.roles, groups });
      const made = (await api.accounts?.passwordLink({ ...asked, userId }, by.actorId)) ?? null;
      const user = userView(await existing(userId));
      return c.json({ user, link: made && linkView(made) }, 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const changes = c.req.valid('json');
      const before = await existing(id);
      const { roles = before.roles, disabled } = changes;
      const letsIn = before.disabledAtMs !== null && disabled === false;
      assertMayGive(
        callerOf(c),
        roles.filter((role) => letsIn || !before.roles.includes(role)),
      );
      const after = await api.store.changeUser(id, changes, api.now());
      if (after === null) throw userNotFound(id);
      if (after === 'last_admin') {
        const message = 'Nobody else could look after accounts then. Make somebody else an admin first.';
        throw new ApiProblem('last_admin', message);
      }
      if (after.disabledAtMs !== null) await api.store.endSessions(id);
      const by = { actorId: callerOf(c).id, ip: peerOf(c, api.trustProxy) };
      await note('user_changed', by, id, { before: rights(before), after: rights(after) });
      return c.json(userView(after), 200);
    })
    .openapi(link, async (c) => {
      assertSignedIn(callerOf(c), 'A link that lets somebody in is made by an admin');
      const { userId, email, disabledAtMs } = await existing(c.req.valid('param').id);
      if (api.accounts === undefined || disabledAtMs !== null) throw userNotFound(userId);
      return c.json(linkView(await api.accounts.passwordLink({ userId, email }, callerOf(c).id)), 200);
    })
    .openapi(log, async (c) => {
      const { items, nextCursor } = await api.store.listAccountLog(c.req.valid('query'));
      const views = items.map(({ entryId, atMs, actorId, ...entry }) => ({
        ...entry,
        id: entryId,
        at: iso(atMs),
        actor: actorId === null ? null : api.names(actorId),
      }));
      return c.json({ items: views, nextCursor }, 200);
    });

  async function existing(id: string): Promise<UserRow> {
    const row = await api.store.getUser(id);
    if (row === null) throw userNotFound(id);
    return row;
  }

  async function note(
    event: AccountEvent,
    by: { actorId: string; ip: string | null },
    subject: string,
    facts: AccountFacts,
  ) {
    await api.store.logAccount({ event, ...by, subject, facts, atMs: api.now() });
    await api.directory.reload();
  }
}

/** A key is as good in other hands: no right to decide drafts, or to run the system, comes from one. */
function assertMayGive(caller: Caller, roles: readonly PersonRole[]): void {
  if (roles.every((role) => role === 'auditor')) return;
  assertSignedIn(caller, 'The roles reviewer, operator and admin are given by an admin, not by a key');
}

function assertSignedIn(caller: Caller, what: string): void {
  if (caller.via === 'session') return;
  throw new ApiProblem('forbidden', `${what}: sign in to the desk, and go to Settings, People.`);
}

const userNotFound = (id: string) => new ApiProblem('not_found', `There is no person ${id} with an account.`);

const rights = ({ name, roles, groups, disabledAtMs }: UserRow) => ({
  ...{ name, roles, groups },
  disabled: disabledAtMs !== null,
});

/** What went to the person by mail is nobody else's to see. */
const linkView = ({ url, expiresAtMs, mailed }: MadeLink) => ({
  ...{ url: mailed ? null : url, mailed },
  expiresAt: iso(expiresAtMs),
});

const userView = ({ userId, name, email, roles, groups, ...row }: UserRow): User => ({
  ...{ id: userId, name, email, roles, groups },
  disabled: row.disabledAtMs !== null,
  createdAt: iso(row.createdAtMs),
  lastSignInAt: isoOrNull(row.lastSignInAtMs),
});
