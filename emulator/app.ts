import { type Context, Hono } from 'hono';
import { DOWNLOAD_PATH, followLink } from './attachments/links.ts';
import { controlRoutes } from './control/routes.ts';
import type { Core } from './core.ts';
import { orgDraftRoutes } from './drafts/routes.ts';
import { ApiError, notFound } from './errors.ts';
import { faultMiddleware } from './faults/middleware.ts';
import { refuseWebPages } from './http/browsers.ts';
import { type ApiEnv, callerOf, organizationOnly } from './http/context.ts';
import { inboxRoutes } from './inboxes/routes.ts';
import { authenticate } from './keys/keys.ts';
import { createRateLimiter } from './keys/rate-limit.ts';
import { apiKeyRoutes } from './keys/routes.ts';
import { listRoutes } from './lists/routes.ts';
import { threadRoutes } from './threads/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';

/**
 * The emulated API under /v0, its download links, and the control plane under /_emulator.
 * @param options `loopbackOnly`: nothing beyond this machine reaches it
 */
export function createEmulatorApp(core: Core, options: { loopbackOnly: boolean }): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.onError(answerError);
  app.notFound((c) => answerError(notFound(`Route ${c.req.method} ${c.req.path}`), c));
  // Download links carry their own proof, and are made to be followed in a browser.
  for (const path of ['/_emulator/*', '/v0/*']) app.use(path, refuseWebPages(options));
  app.route('/_emulator', controlRoutes(core));
  app.get(`${DOWNLOAD_PATH}/:sha256`, (c) => {
    const { bytes, contentType, filename } = followLink(core, c.req.param('sha256'), new URL(c.req.url).searchParams);
    const name = filename === undefined ? '' : `; filename*=UTF-8''${encodeURIComponent(filename)}`;
    const headers = { 'content-type': contentType, 'content-disposition': `attachment${name}` };
    return c.body(new Uint8Array(bytes).buffer, 200, headers);
  });
  app.route('/v0', apiRoutes(core));
  return app;
}

function apiRoutes(core: Core): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const limiter = createRateLimiter(core);
  // Errors are answered here, inside the fault middleware: a fault strikes refusals as it strikes successes.
  api.onError(answerError);
  api.use(faultMiddleware(core, limiter));
  api.use(async (c, next) => {
    const authorization = c.req.header('authorization');
    const caller = authenticate(core, authorization);
    limiter.take(authorization);
    c.set('caller', caller);
    await next();
  });
  api.get('/auth/me', (c) => c.json(identity(core, c)));
  api.route('/inboxes', inboxRoutes(core));
  api.route('/drafts', orgDraftRoutes(core));
  api.route(
    '/threads',
    threadRoutes(core, (c) => callerOf(c).inboxId),
  );
  for (const path of ['/lists/*', '/webhooks', '/webhooks/*', '/api-keys', '/api-keys/*']) {
    api.use(path, organizationOnly);
  }
  api.route(
    '/lists',
    listRoutes(core, () => undefined),
  );
  api.route(
    '/webhooks',
    webhookRoutes(core, () => undefined),
  );
  api.route(
    '/api-keys',
    apiKeyRoutes(core, () => undefined),
  );
  return api;
}

function identity(core: Core, c: Context<ApiEnv>) {
  const { organizationId: organization_id, podId: pod_id } = core.state.settings;
  const { inboxId, apiKeyId: api_key_id } = callerOf(c);
  if (inboxId === undefined) {
    return { scope_type: 'organization', scope_id: organization_id, organization_id, api_key_id };
  }
  return { scope_type: 'inbox', scope_id: inboxId, organization_id, pod_id, inbox_id: inboxId, api_key_id };
}

function answerError(error: Error, c: Context): Response {
  if (error instanceof ApiError) return c.json(error.body, error.status, error.headers);
  console.error(error);
  return c.json({ name: 'InternalError', code: 'internal_error', message: 'The emulator failed; see its log' }, 500);
}
