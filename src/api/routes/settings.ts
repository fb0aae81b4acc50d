import { createRoute } from '@hono/zod-openapi';
import type { InboxSettings } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { type Inbox, inboxChangesSchema, inboxListSchema, inboxParams, inboxSchema } from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const listInboxes = createRoute({
  operationId: 'listInboxes',
  ...guard('any'),
  method: 'get',
  path: '/v1/inboxes',
  summary: 'Inboxes and their oversight',
  request: {},
  responses: { 200: json(inboxListSchema, "AgentMail's inboxes with our settings."), ...PROBLEMS },
});
const getInbox = createRoute({
  operationId: 'getInbox',
  ...guard('any'),
  method: 'get',
  path: '/v1/inboxes/{inbox}',
  summary: 'One inbox and its oversight',
  request: { params: inboxParams },
  responses: { 200: json(inboxSchema, 'Its settings; defaults when never set.'), ...PROBLEMS },
});
const patchInbox = createRoute({
  operationId: 'patchInbox',
  ...guard(['operator']),
  method: 'patch',
  path: '/v1/inboxes/{inbox}',
  summary: 'Change the oversight of an inbox',
  request: { params: inboxParams, body: jsonBody(inboxChangesSchema) },
  responses: { 200: json(inboxSchema, 'The settings now.'), ...PROBLEMS },
});

export function settingsRoutes(api: Api) {
  return newRouter()
    .openapi(listInboxes, async (c) => {
      const provided = await providerInboxes(api);
      const stored = await api.store.listInboxes();
      const names = new Map(provided?.map(({ inboxId, displayName }) => [inboxId, displayName]));
      const known = new Map(stored.map((settings) => [settings.inboxId, settings]));
      const ids = [...new Set([...names.keys(), ...known.keys()])].sort();
      const items: Inbox[] = [];
      for (const id of ids) items.push(inboxView(known.get(id) ?? (await api.store.getInbox(id)), names));
      return c.json({ items, provider: provided === null ? ('unreachable' as const) : ('ok' as const) }, 200);
    })
    .openapi(getInbox, async (c) => {
      const provided = await providerInboxes(api);
      const settings = await api.store.getInbox(c.req.valid('param').inbox);
      return c.json(inboxView(settings, namesIn(provided)), 200);
    })
    .openapi(patchInbox, async (c) => {
      const changes = c.req.valid('json');
      // A reason outlives the pause it explained, unless the change says otherwise.
      const cleared = changes.paused === false && changes.pausedReason === undefined ? { pausedReason: null } : {};
      const settings = await api.store.putInbox(c.req.valid('param').inbox, { ...changes, ...cleared });
      const { id } = callerOf(c);
      api.log?.info({ actorId: id, changed: Object.keys(changes) }, 'inbox settings changed');
      return c.json(inboxView(settings, namesIn(await providerInboxes(api))), 200);
    });
}

/** AgentMail's inboxes; null when it cannot be asked: our settings can be read all the same. */
async function providerInboxes(api: Api) {
  return api.mail.listInboxes().catch(() => null);
}

const namesIn = (provided: Awaited<ReturnType<typeof providerInboxes>>) =>
  new Map(provided?.map(({ inboxId, displayName }) => [inboxId, displayName]));

function inboxView(settings: InboxSettings, names: ReadonlyMap<string, string | null>): Inbox {
  const { inboxId, ...rest } = settings;
  return { id: inboxId, displayName: names.get(inboxId) ?? null, atProvider: names.has(inboxId), ...rest };
}
