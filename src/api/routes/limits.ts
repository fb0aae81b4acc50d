import { createRoute } from '@hono/zod-openapi';
import { LIMIT_KINDS, type SendLimit } from '../../domain/limits.ts';
import type { QuotaState } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { logSetting } from '../pausing.ts';
import { ApiProblem } from '../problems.ts';
import {
  type LimitView,
  limitListSchema,
  limitParams,
  limitSchema,
  putLimitSchema,
  type Quota,
  quotaChangesSchema,
  quotaSchema,
  settingsLogQuery,
  settingsLogSchema,
  targetFault,
} from '../schemas/index.ts';
import { iso } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const list = createRoute({
  operationId: 'listLimits',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/limits',
  summary: 'How fast mail may leave',
  responses: { 200: json(limitListSchema, 'All limits.'), ...PROBLEMS },
});
const put = createRoute({
  operationId: 'putLimit',
  ...guard(['operator', 'admin']),
  method: 'put',
  path: '/v1/limits/{kind}/{target}',
  summary: 'Limit how fast mail leaves',
  description: 'Replaces all windows of the target. Holds from the next send on, for every worker.',
  request: { params: limitParams, body: jsonBody(putLimitSchema) },
  responses: { 200: json(limitSchema, 'The limit now.'), ...PROBLEMS },
});
const remove = createRoute({
  operationId: 'removeLimit',
  ...guard(['operator', 'admin']),
  method: 'delete',
  path: '/v1/limits/{kind}/{target}',
  summary: 'Remove a limit',
  request: { params: limitParams },
  responses: { 204: { description: 'There is no such limit any more.' }, ...PROBLEMS },
});
const getQuota = createRoute({
  operationId: 'getQuota',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/quota',
  summary: 'How much of the monthly quota is used',
  responses: { 200: json(quotaSchema, 'The quota and what was sent.'), ...PROBLEMS },
});
const putQuota = createRoute({
  operationId: 'putQuota',
  ...guard(['operator', 'admin']),
  method: 'put',
  path: '/v1/quota',
  summary: 'Set the monthly quota and its warning levels',
  request: { body: jsonBody(quotaChangesSchema) },
  responses: { 200: json(quotaSchema, 'The quota now.'), ...PROBLEMS },
});
const settingsLog = createRoute({
  operationId: 'listSettingsLog',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/settings-log',
  summary: 'Who changed which setting, newest first',
  request: { query: settingsLogQuery },
  responses: { 200: json(settingsLogSchema, 'A page.'), ...PROBLEMS },
});

export function limitRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => {
      const { limits, keyBlockedMs } = await api.store.sendLimits();
      return c.json({ items: viewsOf(limits), keyBlockedMs }, 200);
    })
    .openapi(put, async (c) => {
      const params = c.req.valid('param');
      const { kind, target } = params;
      const fault = targetFault(params);
      if (fault !== null) throw invalid('target', fault);
      const before = await windowsOf(kind, target);
      await api.store.putLimits(kind, target, c.req.valid('json').windows);
      const windows = await windowsOf(kind, target);
      await logSetting(api, callerOf(c), { what: `limit:${kind}:${target}`, before, after: windows });
      return c.json({ kind, target, windows: windows ?? [] }, 200);
    })
    .openapi(remove, async (c) => {
      const { kind, target } = c.req.valid('param');
      const before = await windowsOf(kind, target);
      const removed = await api.store.removeLimits(kind, target);
      if (!removed) throw new ApiProblem('not_found', 'There is no such limit; GET /v1/limits lists them.');
      await logSetting(api, callerOf(c), { what: `limit:${kind}:${target}`, before, after: null });
      return c.body(null, 204);
    })
    .openapi(getQuota, async (c) => c.json(quotaView(await api.store.quotaState(api.now())), 200))
    .openapi(putQuota, async (c) => {
      const changes = c.req.valid('json');
      const before = await api.store.getQuota();
      const { warningPercent, criticalPercent } = { ...before, ...changes };
      if (warningPercent > criticalPercent) {
        throw invalid('warningPercent', `must not be above criticalPercent, which is ${criticalPercent}`);
      }
      const after = await api.store.putQuota(changes);
      await logSetting(api, callerOf(c), { what: 'quota', before, after });
      return c.json(quotaView(await api.store.quotaState(api.now())), 200);
    })
    .openapi(settingsLog, async (c) => {
      const { items, nextCursor } = await api.store.listSettingsLog(c.req.valid('query'));
      const views = items.map(({ id, atMs, actorId, actorName, what, before, after }) => ({
        ...{ id, at: iso(atMs), actor: { id: actorId, name: actorName }, what, before, after },
      }));
      return c.json({ items: views, nextCursor }, 200);
    });

  async function windowsOf(kind: SendLimit['kind'], target: string): Promise<LimitView['windows'] | null> {
    const views = viewsOf(await api.store.listLimits());
    return views.find((view) => view.kind === kind && view.target === target)?.windows ?? null;
  }
}

function viewsOf(limits: readonly SendLimit[]): LimitView[] {
  const views = new Map<string, LimitView>();
  for (const { kind, target, count, perMs } of limits) {
    const name = `${kind}:${target}`;
    const view = views.get(name) ?? { kind, target, windows: [] };
    view.windows.push({ count, perMs });
    views.set(name, view);
  }
  const order = (view: LimitView) => `${LIMIT_KINDS.indexOf(view.kind)}:${view.target}`;
  return [...views.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function quotaView({ monthlyQuota, warningPercent, criticalPercent, used, level, resetsAtMs }: QuotaState): Quota {
  return { monthlyQuota, warningPercent, criticalPercent, used, level, resetsAt: iso(resetsAtMs) };
}

function invalid(path: string, message: string): ApiProblem {
  return new ApiProblem('invalid_request', `${path}: ${message}`, { extra: { fields: [{ path, message }] } });
}
