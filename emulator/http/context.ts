import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../core.ts';
import { missingPermission } from '../errors.ts';

export interface ApiEnv {
  Bindings: HttpBindings;
  Variables: { caller: Caller; inboxId: string };
}

export const callerOf = (c: Context<ApiEnv>): Caller => c.get('caller');

export const originOf = (c: Context): string => new URL(c.req.url).origin;

/** Whether the key's scope covers this inbox. */
export function seesInbox(c: Context<ApiEnv>, inboxId: string): boolean {
  const scope = callerOf(c).inboxId;
  return scope === undefined || scope === inboxId;
}

/** A key without a permissions list may do all in its scope; with one, only what is true in it. */
export function checkPermission(c: Context<ApiEnv>, permission: string): void {
  const granted = callerOf(c).permissions;
  if (granted !== undefined && granted[permission] !== true) throw missingPermission(permission);
}

export function requirePermission(permission: string): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    checkPermission(c, permission);
    await next();
  };
}

/** For resources of the whole organization, which a key scoped to one inbox cannot touch. */
export const organizationOnly: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (callerOf(c).inboxId !== undefined) throw missingPermission('organization scope');
  await next();
};
