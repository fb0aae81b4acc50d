import { createRoute } from '@hono/zod-openapi';
import { bareAddress } from '../../domain/content.ts';
import type { InboxSettings } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import {
  addSuppressionSchema,
  type Inbox,
  inboxChangesSchema,
  inboxListSchema,
  inboxParams,
  inboxSchema,
  listSuppressionsQuery,
  suppressionListSchema,
  suppressionParams,
  suppressionSchema,
} from '../schemas/index.ts';
import { iso } from '../views.ts';
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
const listSuppressions = createRoute({
  operationId: 'listSuppressions',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/suppressions',
  summary: 'Addresses nothing is sent to',
  request: { query: listSuppressionsQuery },
  responses: { 200: json(suppressionListSchema, 'A page.'), ...PROBLEMS },
});
const addSuppression = createRoute({
  operationId: 'addSuppression',
  ...guard(['reviewer', 'operator']),
  method: 'post',
  path: '/v1/suppressions',
  summary: 'Never send to an address',
  request: { body: jsonBody(addSuppressionSchema) },
  responses: { 201: json(suppressionSchema, 'Suppressed from now on.'), ...PROBLEMS },
});
const removeSuppression = createRoute({
  operationId: 'removeSuppression',
  ...guard(['operator']),
  method: 'delete',
  path: '/v1/suppressions/{address}',
  summary: 'Allow an address again',
  request: { params: suppressionParams },
  responses: { 204: { description: 'Allowed again.' }, ...PROBLEMS },
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
    })
    .openapi(listSuppressions, async (c) => {
      const { q, ...page } = c.req.valid('query');
      const { items, nextCursor } = await api.store.listSuppressions({ ...page, text: q });
      const views = items.map(({ address, reason, createdBy, createdAtMs }) => ({
        ...{ address, reason },
        createdBy: api.names(createdBy),
        createdAt: iso(createdAtMs),
      }));
      return c.json({ items: views, nextCursor }, 200);
    })
    .openapi(addSuppression, async (c) => {
      const { address, reason } = c.req.valid('json');
      const { id } = callerOf(c);
      const createdAtMs = api.now();
      const bare = toBare(address);
      await api.store.addSuppression({ address: bare, reason, createdBy: id, createdAtMs });
      return c.json({ address: bare, reason, createdBy: api.names(id), createdAt: iso(createdAtMs) }, 201);
    })
    .openapi(removeSuppression, async (c) => {
      const removed = await api.store.removeSuppression(toBare(c.req.valid('param').address));
      if (!removed) throw new ApiProblem('not_found', 'This address is not suppressed.');
      return c.body(null, 204);
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

/** The schema saw to it that there is one. */
const toBare = (address: string) => bareAddress(address) ?? address;
