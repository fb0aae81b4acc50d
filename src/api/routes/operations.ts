import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import type { OperationRecord } from '../../store/types-operations.ts';
import { createOperationEngine } from '../../temporal/operation-engine.ts';
import { type Api, callerOf } from '../context.ts';
import type { ApiEnv, Caller } from '../deps.ts';
import { cancelOperation, previewOperation, runOperation } from '../operations/control.ts';
import { itemView, operationSummary, operationView, RESULT_HEAD, resultLine } from '../operations/views.ts';
import { ApiProblem } from '../problems.ts';
import {
  listItemsQuery,
  listOperationsQuery,
  operationItemsSchema,
  operationListSchema,
  operationParams,
  operationResultsQuery,
  operationSchema,
  previewOperationSchema,
} from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const text = { schema: z.string() };
const preview = createRoute({
  operationId: 'previewOperation',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/operations',
  summary: 'Preview a change of every waiting draft that matches',
  description:
    'Fixes the drafts that match now and does nothing to them. Confirm it with `/run` within an hour: drafts that come ' +
    'later are not touched, drafts that moved on are left with a reason.',
  request: { body: jsonBody(previewOperationSchema) },
  responses: { 201: json(operationSchema, 'The preview: how many, which first, which cannot and why.'), ...PROBLEMS },
});
const list = createRoute({
  operationId: 'listOperations',
  ...guard(['operator']),
  method: 'get',
  path: '/v1/operations',
  summary: 'Fleet operations that were begun, newest first',
  request: { query: listOperationsQuery },
  responses: { 200: json(operationListSchema, 'A page.'), ...PROBLEMS },
});
const get = createRoute({
  operationId: 'getOperation',
  ...guard(['operator']),
  method: 'get',
  path: '/v1/operations/{id}',
  summary: 'One operation with its counts',
  request: { params: operationParams },
  responses: { 200: json(operationSchema, 'The operation.'), ...PROBLEMS },
});
const run = createRoute({
  operationId: 'runOperation',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/operations/{id}/run',
  summary: 'Do what was previewed',
  description: 'For whoever previewed it. A repeat finds it begun.',
  request: { params: operationParams },
  responses: { 200: json(operationSchema, 'The operation, begun.'), ...PROBLEMS },
});
const cancel = createRoute({
  operationId: 'cancelOperation',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/operations/{id}/cancel',
  summary: 'Never do what has not been done yet',
  request: { params: operationParams },
  responses: { 200: json(operationSchema, 'Cancelled; what was done stays.'), ...PROBLEMS },
});
const items = createRoute({
  operationId: 'listOperationItems',
  ...guard(['operator']),
  method: 'get',
  path: '/v1/operations/{id}/items',
  summary: 'What came of each draft',
  request: { params: operationParams, query: listItemsQuery },
  responses: { 200: json(operationItemsSchema, 'A page, the oldest draft first.'), ...PROBLEMS },
});
const results = createRoute({
  operationId: 'getOperationResults',
  ...guard(['operator']),
  method: 'get',
  path: '/v1/operations/{id}/results',
  summary: 'What came of each draft, as a file',
  request: { params: operationParams, query: operationResultsQuery },
  responses: {
    200: { description: 'One line a draft.', content: { 'text/csv': text, 'application/x-ndjson': text } },
    ...PROBLEMS,
  },
});

const RESULT_PAGE = 500;

export function operationRoutes(api: Api) {
  const engine = () => createOperationEngine(api);

  return newRouter()
    .openapi(preview, async (c) => {
      const made = await previewOperation(api, callerOf(c), c.req.valid('json'));
      c.header('Location', `/v1/operations/${made.operationId}`);
      return c.json(await operationView(api, made), 201);
    })
    .openapi(list, async (c) => {
      const { inboxes } = callerOf(c);
      const found = await api.store.listOperations({ ...c.req.valid('query'), ...(inboxes && { inboxIds: inboxes }) });
      const { items: records, nextCursor } = found;
      return c.json({ items: records.map((record) => operationSummary(record, api.names)), nextCursor }, 200);
    })
    .openapi(get, async (c) => c.json(await operationView(api, await visible(c)), 200))
    .openapi(run, async (c) => {
      await runOperation(api, engine(), callerOf(c), await visible(c));
      return c.json(await operationView(api, await visible(c)), 200);
    })
    .openapi(cancel, async (c) => {
      await cancelOperation(api, engine(), callerOf(c), await visible(c));
      return c.json(await operationView(api, await visible(c)), 200);
    })
    .openapi(items, async (c) => {
      const { operationId } = await visible(c);
      const { state, after, limit } = c.req.valid('query');
      const states = state === undefined ? undefined : [state];
      const found = await api.store.listItems(operationId, { states, after, limit: limit + 1 });
      const page = found.slice(0, limit).map(itemView);
      return c.json({ items: page, nextAfter: found.length > limit ? (page.at(-1)?.position ?? null) : null }, 200);
    })
    .openapi(results, async (c) => {
      const { operationId } = await visible(c);
      const { format } = c.req.valid('query');
      c.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
      c.header('Content-Disposition', `attachment; filename="${operationId}.${format}"`);
      return stream(c, async (out) => {
        for await (const piece of resultFile(operationId, format)) await out.write(piece);
      });
    });

  /** In pages: a file of many drafts never lies in memory whole. */
  async function* resultFile(operationId: string, format: 'csv' | 'jsonl'): AsyncGenerator<string, void> {
    if (format === 'csv') yield RESULT_HEAD;
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page = await api.store.listItems(operationId, { after, limit: RESULT_PAGE });
      yield page.map((item) => resultLine(item, format)).join('');
      after = page.length < RESULT_PAGE ? undefined : page.at(-1)?.position;
    }
  }

  /** @throws ApiProblem `not_found`, also for one that reaches beyond the caller's inboxes */
  async function visible(c: Context<ApiEnv>): Promise<OperationRecord> {
    const { id } = operationParams.parse(c.req.param());
    const found = await api.store.getOperation(id);
    if (found === null || !within(callerOf(c), found)) {
      throw new ApiProblem('not_found', `There is no operation ${id}, or this key may not see it.`);
    }
    return found;
  }
}

/** One without drafts says something only to whoever asked for it. */
function within({ id, inboxes }: Caller, { actor, inboxIds }: OperationRecord): boolean {
  if (inboxes === undefined) return true;
  return (inboxIds.length > 0 || actor.id === id) && inboxIds.every((inboxId) => inboxes.includes(inboxId));
}
