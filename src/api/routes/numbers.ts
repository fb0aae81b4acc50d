import { createRoute } from '@hono/zod-openapi';
import { REJECTION_REASONS } from '../../domain/rejection.ts';
import type { Numbers } from '../../store/types.ts';
import type { Api } from '../context.ts';
import { type NumbersView, numbersQuery, numbersSchema } from '../schemas/index.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const numbers = createRoute({
  operationId: 'getNumbers',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/numbers',
  summary: 'How reviewing goes: what waits, how long it takes, how it is decided',
  request: { query: numbersQuery },
  responses: { 200: json(numbersSchema, 'Counted in the audit log just now.'), ...PROBLEMS },
});

export function numberRoutes(api: Api) {
  return newRouter().openapi(numbers, async (c) => {
    const { from, to, inbox, timeZone } = c.req.valid('query');
    const span = { fromMs: Date.parse(from), toMs: Date.parse(to), nowMs: api.now() };
    const found = await api.store.numbers({ ...span, timeZone, ...(inbox !== undefined && { inboxId: inbox }) });
    return c.json({ from, to, ...numbersView(api, found) }, 200);
  });
}

function numbersView({ names }: Api, found: Numbers): Omit<NumbersView, 'from' | 'to'> {
  const { waiting, all, agents, recipes, reviewers } = found;
  const days = new Map<string, Record<string, number>>();
  for (const { day, type, count } of found.days) days.set(day, { ...days.get(day), [type]: count });
  return {
    waiting,
    all,
    agents: agents.map(({ id, ...counts }) => ({ agent: names(id), ...counts })),
    recipes: recipes.map(({ id, ...counts }) => ({ recipe: id, ...counts })),
    reviewers: reviewers.map(({ id, ...counts }) => ({ reviewer: names(id), ...counts })),
    rejections: found.rejections.map(({ code, count }) => ({
      ...{ code, count },
      message: code === null ? 'No reason named' : REJECTION_REASONS[code],
    })),
    days: [...days].map(([day, counts]) => ({ day, counts })),
  };
}
