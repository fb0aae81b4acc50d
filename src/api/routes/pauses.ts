import { createRoute } from '@hono/zod-openapi';
import type { Pause } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import type { Caller } from '../deps.ts';
import { pause, resume } from '../pausing.ts';
import { ApiProblem } from '../problems.ts';
import {
  addPauseSchema,
  type PauseView,
  pauseListSchema,
  pauseParams,
  pauseSchema,
  resumedSchema,
} from '../schemas/index.ts';
import { iso, type Names } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const list = createRoute({
  operationId: 'listPauses',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/pauses',
  summary: 'What is paused, by whom and why',
  responses: { 200: json(pauseListSchema, 'All pauses.'), ...PROBLEMS },
});
const add = createRoute({
  operationId: 'addPause',
  ...guard(['reviewer', 'operator']),
  method: 'post',
  path: '/v1/pauses',
  summary: 'Pause sending: all, an inbox, a recipe, an agent or a batch',
  description:
    'Holds before the next send, that of drafts in flight included. A request that AgentMail already has cannot be called back.',
  request: { body: jsonBody(addPauseSchema) },
  responses: { 201: json(pauseSchema, 'Paused. Again for what is paused: the new reason counts.'), ...PROBLEMS },
});
const resumed = {
  200: json(resumedSchema, 'Resumed. Everything held is checked again before it leaves.'),
  ...PROBLEMS,
};
const removeAll = createRoute({
  operationId: 'removePauseOfAll',
  ...guard(['operator']),
  method: 'delete',
  path: '/v1/pauses/all',
  summary: 'End the pause of all; those of an inbox, recipe, agent or batch stay',
  responses: resumed,
});
const remove = createRoute({
  operationId: 'removePause',
  ...guard(['operator']),
  method: 'delete',
  path: '/v1/pauses/{kind}/{id}',
  summary: 'Resume sending',
  request: { params: pauseParams },
  responses: resumed,
});

export function pauseRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => {
      const [pauses, drafts] = await Promise.all([api.store.listPauses(), api.store.countDraftPauses()]);
      return c.json({ items: pauses.map((one) => pauseView(one, api.names)), drafts }, 200);
    })
    .openapi(add, async (c) => {
      const { kind, id = '', reason } = c.req.valid('json');
      return c.json(pauseView(await pause(api, callerOf(c), { kind, id }, reason), api.names), 201);
    })
    .openapi(removeAll, async (c) => c.json(await resumeOrNone(callerOf(c), { kind: 'all', id: '' }), 200))
    .openapi(remove, async (c) => c.json(await resumeOrNone(callerOf(c), c.req.valid('param')), 200));

  async function resumeOrNone(caller: Caller, target: Pick<Pause, 'kind' | 'id'>) {
    const result = await resume(api, caller, target);
    if (result !== null) return result;
    throw new ApiProblem('not_found', 'This is not paused; GET /v1/pauses lists what is.');
  }
}

function pauseView({ kind, id, reason, by, atMs }: Pause, names: Names): PauseView {
  return { kind, id: kind === 'all' ? null : id, reason, by: names(by), at: iso(atMs) };
}
