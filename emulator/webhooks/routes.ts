import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { claimClientId, clientIdSchema, findByClientId } from '../client-ids.ts';
import type { Core } from '../core.ts';
import { notFound } from '../errors.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, requirePermission } from '../http/context.ts';
import { booleanParam } from '../http/query.ts';
import { newWebhookId, newWebhookSecret } from '../ids.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import type { WebhookRecord } from '../state/records.ts';

type InboxOf = (c: Context<ApiEnv>) => string | undefined;

const eventTypes = z.array(
  z.enum([
    'message.received',
    'message.received.spam',
    'message.received.blocked',
    'message.received.unauthenticated',
    'message.sent',
    'message.delivered',
    'message.bounced',
    'message.complained',
    'message.rejected',
    'message.opened',
    'domain.verified',
  ]),
);
const inboxIds = z.array(z.string()).max(10);

const createBody = z.object({
  url: z.url({ protocol: /^https?$/ }),
  event_types: eventTypes.min(1),
  inbox_ids: inboxIds.nullish(),
  client_id: clientIdSchema.nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
});

const updateBody = z.object({
  event_types: eventTypes.nullish(),
  add_inbox_ids: inboxIds.nullish(),
  remove_inbox_ids: inboxIds.nullish(),
});

const byCreation = { key: (row: WebhookRecord) => row.created_at, seq: (row: WebhookRecord) => row.seq };

function webhookView(record: WebhookRecord) {
  const { seq: _seq, headers: _headers, owner_inbox_id: owner, ...view } = record;
  return owner === undefined ? view : { ...view, inbox_ids: [owner] };
}

/** Mounted under /v0/webhooks and /v0/inboxes/:inbox_id/webhooks (fixed to that inbox). */
export function webhookRoutes(core: Core, inboxOf: InboxOf) {
  const { state } = core;
  const app = new Hono<ApiEnv>();
  const requireWebhook = (c: Context<ApiEnv>): WebhookRecord => {
    const id = c.req.param('webhook_id') ?? '';
    const record = state.webhooks.get(id);
    if (!record || (inboxOf(c) !== undefined && record.owner_inbox_id !== inboxOf(c))) throw notFound(`Webhook ${id}`);
    return record;
  };
  app.get('/', requirePermission('webhook_read'), (c) => {
    const query = new URL(c.req.url).searchParams;
    const rows = state.webhooks.values().filter((row) => inboxOf(c) === undefined || row.owner_inbox_id === inboxOf(c));
    const page = paginate(rows, parsePageRequest(query, booleanParam(query, 'ascending')), byCreation);
    return c.json({ ...page.envelope, webhooks: page.rows.map(webhookView) });
  });
  app.post('/', requirePermission('webhook_create'), async (c) => {
    const body = await readJson(c, createBody);
    const scope = inboxOf(c) ?? '';
    const found = body.client_id ? findByClientId(core, 'webhook', scope, body.client_id, state.webhooks) : undefined;
    if (found) return c.json(webhookView(found));
    const now = core.clock.nowIso();
    const record: WebhookRecord = {
      webhook_id: newWebhookId(),
      url: body.url,
      event_types: body.event_types,
      inbox_ids: body.inbox_ids ?? undefined,
      owner_inbox_id: inboxOf(c),
      headers: body.headers ?? undefined,
      secret: newWebhookSecret(),
      enabled: true,
      client_id: body.client_id ?? undefined,
      updated_at: now,
      created_at: now,
      seq: state.nextSeq(),
    };
    const claim = claimClientId(core, 'webhook', scope, body.client_id, record.webhook_id);
    state.commit([state.webhooks.put(record.webhook_id, record), ...claim]);
    return c.json(webhookView(record));
  });
  app.get('/:webhook_id', requirePermission('webhook_read'), (c) => c.json(webhookView(requireWebhook(c))));
  app.patch('/:webhook_id', requirePermission('webhook_update'), async (c) => {
    const body = await readJson(c, updateBody);
    const record = requireWebhook(c);
    const removed = body.remove_inbox_ids ?? [];
    const inboxes = new Set([...(record.inbox_ids ?? []), ...(body.add_inbox_ids ?? [])]);
    const next: WebhookRecord = {
      ...record,
      event_types: body.event_types?.length ? body.event_types : record.event_types,
      inbox_ids: inboxes.size > 0 ? [...inboxes].filter((id) => !removed.includes(id)) : undefined,
      updated_at: core.clock.nowIso(),
    };
    state.commit([state.webhooks.put(record.webhook_id, next)]);
    return c.json(webhookView(next));
  });
  app.delete('/:webhook_id', requirePermission('webhook_delete'), (c) => {
    state.commit([state.webhooks.remove(requireWebhook(c).webhook_id)]);
    return c.body(null, 204);
  });
  return app;
}
