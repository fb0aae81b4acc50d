import { createRoute } from '@hono/zod-openapi';
import { ORGANIZATION } from '../../domain/suppression.ts';
import type { RecipientPreference } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { tellDraftsSoon } from '../recipients.ts';
import {
  preferenceChangesSchema,
  preferencesSchema,
  type RecipientPreferences,
  recipientParams,
} from '../schemas/index.ts';
import { iso, type Names } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const path = '/v1/recipients/{address}/preferences';
const PEOPLE = ['reviewer', 'operator'] as const;
const read = createRoute({
  operationId: 'getRecipientPreferences',
  ...guard(PEOPLE),
  method: 'get',
  path,
  summary: 'What a recipient prefers',
  request: { params: recipientParams },
  responses: { 200: json(preferencesSchema, 'A plus address without its own has those of its mailbox.'), ...PROBLEMS },
});
const write = createRoute({
  operationId: 'setRecipientPreferences',
  ...guard(PEOPLE),
  method: 'put',
  path,
  summary: 'Set what a recipient prefers',
  request: { params: recipientParams, body: jsonBody(preferenceChangesSchema) },
  responses: { 200: json(preferencesSchema, 'As they are now.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'deleteRecipientPreferences',
  ...guard(['operator']),
  method: 'delete',
  path,
  summary: 'Forget what a recipient prefers, opt-outs too',
  request: { params: recipientParams },
  responses: { 204: { description: 'Forgotten.' }, ...PROBLEMS },
});

export function preferenceRoutes(api: Api) {
  return newRouter()
    .openapi(read, async (c) => {
      const [found] = await api.store.preferencesOf([c.req.valid('param').address]);
      if (found === undefined) throw new ApiProblem('not_found', 'Nothing is known of what this recipient prefers.');
      return c.json(preferencesView(found, api.names), 200);
    })
    .openapi(write, async (c) => {
      const { address } = c.req.valid('param');
      const { quietHours, ...rest } = c.req.valid('json');
      const quiet = quietHours === null ? { quietFrom: null, quietTo: null } : asColumns(quietHours);
      const act = { by: callerOf(c).id, atMs: api.now() };
      const kept = await api.store.putPreference(address, { ...rest, ...quiet }, act);
      tellDraftsSoon(api, address, ORGANIZATION);
      return c.json(preferencesView(kept, api.names), 200);
    })
    .openapi(remove, async (c) => {
      const act = { by: callerOf(c).id, atMs: api.now() };
      const { address } = c.req.valid('param');
      const removed = await api.store.removePreference(address, act);
      if (!removed) throw new ApiProblem('not_found', 'Nothing is known of what this recipient prefers.');
      tellDraftsSoon(api, address, ORGANIZATION);
      return c.body(null, 204);
    });
}

const asColumns = (quiet: { from: string; to: string } | undefined) =>
  quiet === undefined ? {} : { quietFrom: quiet.from, quietTo: quiet.to };

function preferencesView(kept: RecipientPreference, names: Names): RecipientPreferences {
  const { address, timeZone, quietFrom, quietTo, optedOut, language, updatedAtMs, updatedBy } = kept;
  return {
    ...{ address, timeZone, optedOut, language },
    quietHours: quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo },
    updatedAt: iso(updatedAtMs),
    updatedBy: names(updatedBy),
  };
}
