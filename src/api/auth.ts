import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { type ApiKey, hashApiKey } from '../config-keys.ts';
import type { Role } from '../domain/actor.ts';
import { isAgent } from '../domain/permissions.ts';
import type { ApiEnv, Caller } from './deps.ts';
import { ApiProblem } from './problems.ts';

/** Who may use a route: anybody, any key, or keys with one of these roles. */
export type Access = 'public' | 'any' | readonly Role[];

/** Finds out who calls, from the bearer key alone. Which routes need that is for `allow` to say. */
export function authenticate(keys: readonly ApiKey[]): MiddlewareHandler<ApiEnv> {
  const known = keys.map((key) => ({ key, hash: Buffer.from(key.sha256, 'hex') }));
  return async (c, next) => {
    const token = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '')?.[1];
    c.set('caller', token === undefined ? null : callerOf(known, token));
    await next();
  };
}

function callerOf(known: readonly { key: ApiKey; hash: Buffer }[], token: string): Caller | null {
  const presented = Buffer.from(hashApiKey(token), 'hex');
  // Every key is compared, and each in constant time: the time taken tells nothing of which one is near.
  const matches = known.filter(({ hash }) => hash.length === presented.length && timingSafeEqual(hash, presented));
  const key = matches[0]?.key;
  if (!key) return null;
  const agent = key.roles.includes('agent');
  return { id: key.id, name: key.name, kind: agent ? 'agent' : 'person', roles: agent ? ['agent'] : [...key.roles] };
}

/** The guard of one route; it runs before anything of the request is validated. */
export function allow(access: Access): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (access !== 'public') {
      const caller = c.var.caller ?? unauthenticated(c.req.header('Authorization'));
      if (access !== 'any' && !access.some((role) => holds(caller, role))) {
        const needed = access.join(' or ');
        throw new ApiProblem(
          'forbidden',
          `This needs a key with the role ${needed}; yours is ${caller.roles.join(', ')}.`,
        );
      }
    }
    await next();
  };
}

const holds = (caller: Caller, role: Role) => (isAgent(caller) ? role === 'agent' : caller.roles.includes(role));

function unauthenticated(header: string | undefined): never {
  const message =
    header === undefined
      ? 'Send your API key: `Authorization: Bearer KEY`.'
      : 'This API key is not known here. Send `Authorization: Bearer KEY` with a key of this server.';
  throw new ApiProblem('unauthenticated', message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
