import { createRoute, z } from '@hono/zod-openapi';
import { stream } from 'hono/streaming';
import type { Suppression } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { keepSuppression, tellDraftsSoon } from '../recipients.ts';
import {
  addSuppressionSchema,
  importResultSchema,
  importSuppressionsSchema,
  listSuppressionsQuery,
  removeSuppressionQuery,
  type SuppressionView,
  suppressionListSchema,
  suppressionParams,
  suppressionSchema,
} from '../schemas/index.ts';
import { suppressionCsv } from '../suppression-csv.ts';
import { importSuppressions } from '../suppression-import.ts';
import { iso, type Names } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;

const list = createRoute({
  operationId: 'listSuppressions',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/suppressions',
  summary: 'Addresses and domains nothing is sent to',
  request: { query: listSuppressionsQuery },
  responses: { 200: json(suppressionListSchema, 'A page, by entry.'), ...PROBLEMS },
});
const add = createRoute({
  operationId: 'addSuppression',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/suppressions',
  summary: 'Never send to an address or domain',
  request: { body: jsonBody(addSuppressionSchema) },
  responses: { 201: json(suppressionSchema, 'Suppressed from now on; waiting drafts are told.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'removeSuppression',
  ...guard(['operator']),
  method: 'delete',
  path: '/v1/suppressions/{entry}',
  summary: 'Allow an entry again',
  request: { params: suppressionParams, query: removeSuppressionQuery },
  responses: { 204: { description: 'Allowed again.' }, ...PROBLEMS },
});
const importMany = createRoute({
  operationId: 'importSuppressions',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/suppressions/import',
  summary: 'Suppress many at once, or only see what would happen',
  request: { body: jsonBody(importSuppressionsSchema) },
  responses: { 200: json(importResultSchema, 'What was taken, and what is wrong with the rest.'), ...PROBLEMS },
});
const exportAll = createRoute({
  operationId: 'exportSuppressions',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/suppressions/export',
  summary: 'The whole list as CSV',
  responses: {
    200: { content: { 'text/csv': { schema: z.string() } }, description: 'CSV with a head line.' },
    ...PROBLEMS,
  },
});

export function suppressionRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => {
      const { q, expired, ...query } = c.req.valid('query');
      const liveAtMs = expired === 'exclude' ? api.now() : undefined;
      const { items, nextCursor } = await api.store.listSuppressions({ ...query, text: q, liveAtMs });
      return c.json({ items: items.map((item) => suppressionView(item, api.names)), nextCursor }, 200);
    })
    .openapi(add, async (c) => {
      const { expiresAt, note = null, ...rest } = c.req.valid('json');
      const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
      const by = { createdBy: callerOf(c).id, createdAtMs: api.now() };
      const wanted: Suppression = { ...rest, note, source: null, ...by, expiresAtMs };
      await keepSuppression(api, wanted);
      tellDraftsSoon(api, wanted.entry, wanted.scope);
      const kept = (await api.store.getSuppression(wanted)) ?? wanted;
      return c.json(suppressionView(kept, api.names), 201);
    })
    .openapi(exportAll, (c) => {
      c.header('Content-Type', 'text/csv; charset=utf-8');
      c.header('Content-Disposition', 'attachment; filename="suppressions.csv"');
      return stream(c, async (out) => {
        for await (const piece of suppressionCsv(api.store)) {
          if (out.aborted) return;
          await out.write(piece);
        }
      });
    })
    .openapi(importMany, async (c) => {
      const request = { ...c.req.valid('json'), by: callerOf(c).id, nowMs: api.now() };
      const result = await importSuppressions(api, request);
      const { added, unchanged, invalid, dryRun } = result;
      const counts = { added, unchanged, invalid: invalid.length, dryRun };
      api.log?.info({ actorId: request.by, ...counts }, 'suppressions imported');
      return c.json(result, 200);
    })
    .openapi(remove, async (c) => {
      const { entry } = c.req.valid('param');
      const { scope, reason } = c.req.valid('query');
      const act = { by: callerOf(c).id, atMs: api.now() };
      const removed = await api.store.removeSuppression(entry, { ...act, scope, reason });
      if (removed === 0) throw new ApiProblem('not_found', 'This entry is not suppressed in that scope.');
      tellDraftsSoon(api, entry, scope);
      return c.body(null, 204);
    });
}

export function suppressionView(item: Suppression, names: Names): SuppressionView {
  const { createdBy, createdAtMs, expiresAtMs, ...rest } = item;
  return {
    ...rest,
    kind: item.entry.includes('@') ? 'address' : 'domain',
    createdBy: names(createdBy),
    createdAt: iso(createdAtMs),
    expiresAt: expiresAtMs === null ? null : iso(expiresAtMs),
  };
}
