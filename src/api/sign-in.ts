import type { Handler } from 'hono';
import { assertSameOrigin, peerOf } from './auth.ts';
import type { ApiDeps, ApiEnv } from './deps.ts';
import { ApiProblem } from './problems.ts';

/** `/auth/*`: what a browser needs to get a session and to end it. */
export function serveSignIn({ accounts, trustProxy }: ApiDeps): Handler<ApiEnv> {
  return async (c) => {
    // Whoever is not a browser has no cookie to lose, and says nothing of where it comes from.
    const browser = c.req.header('Origin') !== undefined || c.req.header('Sec-Fetch-Site') !== undefined;
    if (c.req.method === 'POST' && (browser || c.req.header('Cookie') !== undefined)) assertSameOrigin(c.req.raw);
    const response = await accounts?.handle(c.req.raw, peerOf(c, trustProxy));
    if (!response || response.status === 404) throw new ApiProblem('not_found', `There is nothing at ${c.req.path}.`);
    const headers = new Headers(response.headers);
    headers.set('Cache-Control', 'no-store');
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    return new Response(response.body, { status: response.status, headers });
  };
}
