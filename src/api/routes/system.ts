import { createRoute } from '@hono/zod-openapi';
import { isAgent } from '../../domain/permissions.ts';
import { type Api, callerOf } from '../context.ts';
import { createReadiness } from '../readiness.ts';
import { healthSchema, meSchema, readySchema, recipeListSchema } from '../schemas/index.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const me = createRoute({
  operationId: 'getMe',
  ...guard('any'),
  method: 'get',
  path: '/v1/me',
  summary: 'Who you are here',
  responses: {
    200: json(meSchema, 'The actor that every request of this key or session is recorded as.'),
    ...PROBLEMS,
  },
});
const recipes = createRoute({
  operationId: 'listRecipes',
  ...guard('any'),
  method: 'get',
  path: '/v1/recipes',
  summary: 'Recipes and the input they take',
  responses: { 200: json(recipeListSchema, 'By name.'), ...PROBLEMS },
});
const health = createRoute({
  operationId: 'getHealth',
  ...guard('public'),
  method: 'get',
  path: '/v1/health',
  summary: 'Whether the process answers',
  responses: { 200: json(healthSchema, 'It does.'), ...PROBLEMS },
});
const ready = createRoute({
  operationId: 'getReadiness',
  ...guard('public'),
  method: 'get',
  path: '/v1/ready',
  summary: 'Whether requests can be served, part by part',
  responses: {
    ...PROBLEMS,
    200: json(readySchema, 'Ready, or degraded: drafts are taken and decided once the missing part is back.'),
    503: json(readySchema, 'Temporal or the database cannot be reached.'),
  },
});

export function systemRoutes(api: Api) {
  const readiness = createReadiness(api);
  return newRouter()
    .openapi(me, (c) => {
      const caller = callerOf(c);
      const { id, name, roles, groups = [], inboxes = null } = caller;
      const via = caller.via === 'session' ? ('session' as const) : ('key' as const);
      const kind = isAgent(caller) ? ('agent' as const) : ('person' as const);
      return c.json({ id, name, kind, roles, groups, inboxes, via }, 200);
    })
    .openapi(recipes, (c) => {
      const items = [...api.recipes.values()].map(({ name, title, description, inputJsonSchema }) => ({
        ...{ name, title, description },
        input: inputJsonSchema,
      }));
      return c.json({ items: items.sort((a, b) => a.name.localeCompare(b.name)) }, 200);
    })
    .openapi(health, (c) => c.json({ status: 'ok' as const, version: api.version ?? 'unknown' }, 200))
    .openapi(ready, async (c) => {
      const state = await readiness();
      return state.status === 'unavailable' ? c.json(state, 503) : c.json(state, 200);
    });
}
