import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { ownOrigins } from '../accounts/index.ts';
import type { Role } from '../domain/actor.ts';
import { isAgent, mayUseInbox } from '../domain/permissions.ts';
import type { ApiDeps, ApiEnv, Caller } from './deps.ts';
import { createIdentify } from './identify.ts';
import { ApiProblem } from './problems.ts';

/** Who may use a route: anybody, any key or session, or those with one of these roles. */
export type Access = 'public' | 'any' | readonly Role[];

const PROBES = ['/v1/health', '/v1/ready'];
const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/** Finds out who calls, from the bearer key, else from the session cookie. Which routes need that is for `allow` to say. */
export function authenticate(deps: ApiDeps): MiddlewareHandler<ApiEnv> {
  const identify = createIdentify(deps);
  return async (c, next) => {
    c.set('caller', null);
    // These answer also while the database cannot.
    if (PROBES.includes(c.req.path)) return next();
    const header = c.req.header('Authorization');
    if (header === undefined) {
      const caller = await identify.bySession(c.req.raw.headers);
      if (caller !== null && !SAFE.includes(c.req.method)) assertSameOrigin(c.req.raw);
      c.set('caller', caller);
    } else {
      const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
      c.set('caller', token === undefined ? null : await identify.byKey(token, peerOf(c, deps.trustProxy)));
    }
    await next();
  };
}

/**
 * A browser sends its cookies along with what other pages ask of it, but always says which page asked. Whoever sends a
 * key cannot be somebody else's page.
 * @throws ApiProblem `forbidden`
 */
export function assertSameOrigin(request: Request): void {
  const site = request.headers.get('Sec-Fetch-Site');
  const origin = request.headers.get('Origin');
  const fromOwnPage = origin !== null ? ownOrigins(request).includes(origin) : site === 'same-origin';
  if (fromOwnPage && (site === null || site === 'same-origin')) return;
  const message = 'A session only acts for pages of this server. Programs send a key: `Authorization: Bearer KEY`.';
  throw new ApiProblem('forbidden', message);
}

/** The caller's network address: of the connection, or as the trusted proxy before it has it. */
export function peerOf(c: Context<ApiEnv>, trustProxy = false): string | null {
  const forwarded = trustProxy ? c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() : undefined;
  if (forwarded) return forwarded;
  try {
    return getConnInfo(c).remote.address ?? null;
  } catch {
    // Not served over a socket.
    return null;
  }
}

/** The guard of one route; it runs before anything of the request is validated. */
export function allow(access: Access): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (access !== 'public') {
      const caller = c.var.caller ?? unauthenticated(c.req.header('Authorization'));
      const admitted = withReaders(access, SAFE.includes(c.req.method));
      if (!mayUse(admitted, caller)) throw forbidden(admitted, caller);
      assertWithinInboxes(caller, c.req.path, c.req.param('inbox'));
    }
    await next();
  };
}

/** May read whatever any person may. */
const READERS: readonly Role[] = ['auditor', 'admin'];
const PEOPLE: readonly Role[] = ['reviewer', 'operator'];

/** `access`, and the readers where people may read. */
export function withReaders(access: Exclude<Access, 'public'>, reads: boolean): Exclude<Access, 'public'> {
  if (access === 'any' || !reads || !access.some((role) => PEOPLE.includes(role))) return access;
  return [...new Set([...access, ...READERS])];
}

function mayUse(access: Exclude<Access, 'public'>, caller: Caller): boolean {
  if (isAgent(caller)) return access === 'any' || access.includes('agent');
  // A person without any role has an account and nothing more.
  return caller.roles.some((role) => access === 'any' || access.includes(role));
}

function forbidden(access: Exclude<Access, 'public'>, { roles }: Caller): ApiProblem {
  const needed = access === 'any' ? 'any' : access.join(' or ');
  return new ApiProblem('forbidden', `This needs the role ${needed}; yours is ${roles.join(', ') || 'none'}.`);
}

/** Routes that heed what a key is bound to. A bound key can use no other: a new route is closed to it until it is here. */
const INBOX_AWARE = /^\/v1\/(batches|drafts|events|inboxes|me|operations|recipes|sign-in-methods|health|ready)(\/|$)/;

/** @throws ApiProblem `forbidden` for a route beyond inboxes, `not_found` for an inbox the key does not reach */
function assertWithinInboxes(caller: Caller, path: string, inbox: string | undefined): void {
  if (caller.inboxes === undefined) return;
  if (!INBOX_AWARE.test(path)) {
    throw new ApiProblem('forbidden', 'This key is bound to inboxes, and this is about more than those.');
  }
  if (inbox !== undefined && !mayUseInbox(caller, inbox)) {
    throw new ApiProblem('not_found', 'There is no such inbox, or this key may not see it.');
  }
}

function unauthenticated(header: string | undefined): never {
  const message =
    header === undefined
      ? 'Sign in, or send your API key: `Authorization: Bearer KEY`.'
      : 'This API key is not known here. Send `Authorization: Bearer KEY` with a key of this server.';
  throw new ApiProblem('unauthenticated', message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
