import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { savedViewListSchema, savedViewParams, savedViewSchema, saveViewSchema } from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;

const list = createRoute({
  operationId: 'listSavedViews',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/saved-views',
  summary: 'Filters of the desk that the caller gave a name',
  responses: { 200: json(savedViewListSchema, 'Oldest first.'), ...PROBLEMS },
});
const save = createRoute({
  operationId: 'saveView',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/saved-views',
  summary: 'Give filters of the desk a name',
  request: { body: jsonBody(saveViewSchema) },
  responses: { 201: json(savedViewSchema, 'Saved.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'deleteSavedView',
  ...guard(PEOPLE),
  method: 'delete',
  path: '/v1/saved-views/{view}',
  summary: 'Forget a saved view',
  request: { params: savedViewParams },
  responses: { 204: { description: 'Forgotten.' }, ...PROBLEMS },
});

export function viewRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => {
      const views = await api.store.listViews(callerOf(c).id);
      return c.json({ items: views.map(({ viewId, name, path }) => ({ id: viewId, name, path })) }, 200);
    })
    .openapi(save, async (c) => {
      const { name, path } = c.req.valid('json');
      const view = { viewId: randomUUID(), personId: callerOf(c).id, name, path, atMs: api.now() };
      const added = await api.store.addView(view);
      if (!added) throw new ApiProblem('too_many', 'You have as many saved views as there may be. Delete one first.');
      return c.json({ id: view.viewId, name, path }, 201);
    })
    .openapi(remove, async (c) => {
      const removed = await api.store.removeView(callerOf(c).id, c.req.valid('param').view);
      if (!removed) throw new ApiProblem('not_found', 'You have no such saved view.');
      return c.body(null, 204);
    });
}
