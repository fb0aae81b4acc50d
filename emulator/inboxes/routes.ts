import { Hono, type MiddlewareHandler } from 'hono';
import type { Core } from '../core.ts';
import { inboxDraftRoutes } from '../drafts/routes.ts';
import { notFound } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, organizationOnly, requirePermission, seesInbox } from '../http/context.ts';
import { booleanParam } from '../http/query.ts';
import { apiKeyRoutes } from '../keys/routes.ts';
import { listRoutes } from '../lists/routes.ts';
import { messageRoutes } from '../messages/routes.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import type { InboxRecord } from '../state/records.ts';
import { threadRoutes } from '../threads/routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import {
  createInbox,
  createInboxBody,
  deleteInbox,
  inboxView,
  requireInbox,
  updateInbox,
  updateInboxBody,
} from './inboxes.ts';

const byCreation = { key: (inbox: InboxRecord) => inbox.created_at, seq: (inbox: InboxRecord) => inbox.seq };

/** Mounted under /v0/inboxes, with everything that lives inside an inbox. */
export function inboxRoutes(core: Core) {
  const app = new Hono<ApiEnv>();

  const inside: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const inbox = requireInbox(core, c.req.param('inbox_id') ?? '');
    // An inbox outside the key's scope is as good as absent.
    if (!seesInbox(c, inbox.inbox_id)) throw notFound(`Inbox ${inbox.inbox_id}`);
    c.set('inboxId', inbox.inbox_id);
    await next();
  };

  app.get('/', requirePermission('inbox_read'), (c) => {
    const query = new URL(c.req.url).searchParams;
    const visible = core.state.inboxes.values().filter((inbox) => seesInbox(c, inbox.inbox_id));
    const page = paginate(visible, parsePageRequest(query, booleanParam(query, 'ascending')), byCreation);
    return c.json({ ...page.envelope, inboxes: page.rows.map(inboxView) });
  });
  app.post('/', organizationOnly, requirePermission('inbox_create'), async (c) =>
    c.json(inboxView(createInbox(core, await readJson(c, createInboxBody)))),
  );

  app.use('/:inbox_id', inside);
  app.use('/:inbox_id/*', inside);
  app.get('/:inbox_id', requirePermission('inbox_read'), (c) =>
    c.json(inboxView(requireInbox(core, c.get('inboxId')))),
  );
  app.patch('/:inbox_id', requirePermission('inbox_update'), async (c) =>
    c.json(inboxView(updateInbox(core, c.get('inboxId'), await readJson(c, updateInboxBody)))),
  );
  app.delete('/:inbox_id', requirePermission('inbox_delete'), (c) => {
    deleteInbox(core, c.get('inboxId'));
    return c.body(null, 204);
  });
  app.route('/:inbox_id/drafts', inboxDraftRoutes(core));
  app.route('/:inbox_id/messages', messageRoutes(core));
  app.route(
    '/:inbox_id/threads',
    threadRoutes(core, (c) => c.get('inboxId')),
  );
  app.route(
    '/:inbox_id/lists',
    listRoutes(core, (c) => c.get('inboxId')),
  );
  app.route(
    '/:inbox_id/webhooks',
    webhookRoutes(core, (c) => c.get('inboxId')),
  );
  app.route(
    '/:inbox_id/api-keys',
    apiKeyRoutes(core, (c) => c.get('inboxId')),
  );
  return app;
}
