import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../errors.ts';

const LOOPBACK_HOST = /^(?:localhost|[\w-]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
export const isLoopback = (host: string) => LOOPBACK_HOST.test(host.includes(':') ? `[${host}]` : host);

/**
 * Keeps web pages out. The control plane has no keys, and any page open in this machine's browser can post to a local
 * port; programs send no Origin. Listening on this machine alone, another Host is a name that a page made point here
 * (DNS rebinding), which would let it read the answers, too.
 */
export function refuseWebPages(options: { loopbackOnly: boolean }): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? '';
    const origin = c.req.header('origin');
    const site = c.req.header('sec-fetch-site');
    if (origin !== undefined && !isOrigin(origin, host)) throw refused('requests of other sites are not served');
    if (site === 'cross-site' || site === 'same-site') throw refused('requests of other sites are not served');
    if (options.loopbackOnly && !LOOPBACK_HOST.test(host)) throw refused('it serves this machine by its own names');
    await next();
  };
}

const isOrigin = (origin: string, host: string) => /^https?:\/\/(.+)$/i.exec(origin)?.[1] === host;

function refused(why: string): ApiError {
  const fix = 'Call it from a program, at the address it printed';
  return new ApiError(403, { name: 'ForbiddenError', code: 'web_page_refused', message: `Refused: ${why}`, fix });
}
