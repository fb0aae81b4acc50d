import { createRoute } from '@hono/zod-openapi';
import { groupOf, type ReviewRoute } from '../../domain/oversight.ts';
import { mayUseInbox } from '../../domain/permissions.ts';
import type { InboxSettings } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { findPause, logSetting, pause, resume, tellHeld } from '../pausing.ts';
import { mustReview, refuseField } from '../reviewers.ts';
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
  ...guard(['operator', 'admin']),
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
      const caller = callerOf(c);
      const all = new Set([...names.keys(), ...known.keys()]);
      const ids = [...all].filter((id) => mayUseInbox(caller, id)).sort();
      const paused = await pausedInboxes(api);
      const items: Inbox[] = [];
      for (const id of ids) items.push(inboxView(known.get(id) ?? (await api.store.getInbox(id)), names, paused));
      return c.json({ items, provider: provided === null ? ('unreachable' as const) : ('ok' as const) }, 200);
    })
    .openapi(getInbox, async (c) => {
      const provided = await providerInboxes(api);
      const settings = await api.store.getInbox(c.req.valid('param').inbox);
      return c.json(inboxView(settings, namesIn(provided), await pausedInboxes(api)), 200);
    })
    .openapi(patchInbox, async (c) => {
      const { inbox } = c.req.valid('param');
      const { paused, pausedReason, ...changes } = c.req.valid('json');
      const caller = callerOf(c);
      if (changes.assignTo) await mustBeThere(api, changes.assignTo);
      if (Object.keys(changes).length > 0) {
        const before = await api.store.getInbox(inbox);
        await mustEscalate(api, before, changes);
        const after = await api.store.putInbox(inbox, changes);
        await logSetting(api, caller, { what: `inbox:${inbox}`, before, after });
        if (before.mode === 'paused' && after.mode !== 'paused') await tellHeld(api, { kind: 'inbox', id: inbox });
      }
      const target = { kind: 'inbox', id: inbox } as const;
      if (paused === false) await resume(api, caller, target);
      // A reason alone explains a pause there is.
      else if (paused || (pausedReason !== undefined && (await findPause(api, target)))) {
        await pause(api, caller, target, pausedReason ?? '');
      }
      const settings = await api.store.getInbox(inbox);
      return c.json(inboxView(settings, namesIn(await providerInboxes(api)), await pausedInboxes(api)), 200);
    });
}

/** @throws ApiProblem `invalid_request` where nobody could ever get the draft */
async function mustBeThere(api: Api, route: ReviewRoute, field = 'assignTo'): Promise<void> {
  if ('person' in route) return mustReview(api, field, route.person);
  const group = groupOf(route);
  if (!(await api.store.listGroups()).some(({ name }) => name === group))
    refuseField(field, `there is no group ${group}`);
}

/** @throws ApiProblem `invalid_request` where nobody could be asked, or it is not said when */
async function mustEscalate(
  api: Api,
  before: InboxSettings,
  changes: Partial<Pick<InboxSettings, 'escalateAfterMs' | 'escalateTo'>>,
): Promise<void> {
  const { escalateAfterMs, escalateTo } = { ...before, ...changes };
  if ((escalateAfterMs === null) !== (escalateTo === null))
    refuseField('escalateTo', 'escalateAfterMs and escalateTo go together');
  if (changes.escalateTo) await mustBeThere(api, { group: changes.escalateTo }, 'escalateTo');
}

/** AgentMail's inboxes; null when it cannot be asked: our settings can be read all the same. */
async function providerInboxes(api: Api) {
  return api.mail.listInboxes().catch(() => null);
}

const namesIn = (provided: Awaited<ReturnType<typeof providerInboxes>>) =>
  new Map(provided?.map(({ inboxId, displayName }) => [inboxId, displayName]));

/** Why each paused inbox is paused; the reason may be empty. */
async function pausedInboxes(api: Api): Promise<ReadonlyMap<string, string>> {
  const pauses = await api.store.listPauses();
  return new Map(pauses.flatMap(({ kind, id, reason }) => (kind === 'inbox' ? [[id, reason] as const] : [])));
}

function inboxView(
  settings: InboxSettings,
  names: ReadonlyMap<string, string | null>,
  pauses: ReadonlyMap<string, string>,
): Inbox {
  const { inboxId, ...rest } = settings;
  return {
    id: inboxId,
    displayName: names.get(inboxId) ?? null,
    atProvider: names.has(inboxId),
    ...rest,
    paused: pauses.has(inboxId),
    pausedReason: pauses.get(inboxId) || null,
  };
}
