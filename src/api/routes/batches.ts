import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { stream } from 'hono/streaming';
import type { BatchRecord } from '../../store/types-batches.ts';
import { createBatchEngine } from '../../temporal/batch-engine.ts';
import { assertIsMaker, assertMaySteer, cancelBatch, startBatch, steerBatch } from '../batches/control.ts';
import { createBatch } from '../batches/creation.ts';
import { batchNotFound } from '../batches/problems.ts';
import { uploadChunk } from '../batches/upload.ts';
import { batchSummary, batchView, csvLine, resultLine, resultView, rowView } from '../batches/views.ts';
import { type Api, callerOf, maySee, visibleOnly } from '../context.ts';
import type { ApiEnv } from '../deps.ts';
import {
  batchListSchema,
  batchParams,
  batchRowsSchema,
  batchSchema,
  cancelBatchSchema,
  createBatchSchema,
  idempotencyHeader,
  listBatchesQuery,
  listRowsQuery,
  RESULT_COLUMNS,
  resultsQuery,
  startBatchSchema,
  uploadQuery,
} from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

/** Whoever makes a batch is the creator of its drafts, and so does not approve them; reviewers make none. */
const MAKERS = ['agent', 'operator', 'admin'] as const;

const text = { schema: z.string() };
const create = createRoute({
  operationId: 'createBatch',
  ...guard(MAKERS),
  method: 'post',
  path: '/v1/batches',
  summary: 'Ask for many emails by one recipe',
  description: 'Then upload its rows and start it. Idempotent by the Idempotency-Key header or requestId.',
  request: { headers: idempotencyHeader, body: jsonBody(createBatchSchema) },
  responses: {
    200: json(batchSchema, 'The batch this request id already made.'),
    201: json(batchSchema, 'The new batch, `uploading`.'),
    ...PROBLEMS,
  },
});
const list = createRoute({
  operationId: 'listBatches',
  ...guard('any'),
  method: 'get',
  path: '/v1/batches',
  summary: 'List batches, newest first',
  request: { query: listBatchesQuery },
  responses: { 200: json(batchListSchema, 'A page; agents get their own batches only.'), ...PROBLEMS },
});
const get = createRoute({
  operationId: 'getBatch',
  ...guard('any'),
  method: 'get',
  path: '/v1/batches/{id}',
  summary: 'One batch with its counts',
  request: { params: batchParams },
  responses: { 200: json(batchSchema, 'The batch.'), ...PROBLEMS },
});
const upload = createRoute({
  operationId: 'uploadBatchRows',
  ...guard(MAKERS),
  method: 'put',
  path: '/v1/batches/{id}/rows',
  summary: 'Upload the next piece of the file',
  description:
    'Pieces may end anywhere, also within a row. A piece that is here already changes nothing; one that leaves a gap ' +
    'is 409 `upload_gap` with `expectedOffset`. A wrong header refuses the piece that completes it. ' +
    'Only whoever made the batch may.',
  request: {
    params: batchParams,
    query: uploadQuery,
    body: { required: true, content: { 'text/csv': text, 'application/x-ndjson': text } },
  },
  responses: { 200: json(batchSchema, 'The batch with what is here now.'), ...PROBLEMS },
});
const steer = (name: string, summary: string) => ({
  ...guard(MAKERS),
  operationId: `${name}Batch`,
  method: 'post' as const,
  summary,
  responses: { 200: json(batchSchema, 'The batch right after it.'), ...PROBLEMS },
});
const start = createRoute({
  ...steer('start', 'Start the drafts of all rows'),
  path: '/v1/batches/{id}/start',
  request: { params: batchParams, body: jsonBody(startBatchSchema) },
});
const pause = createRoute({
  ...steer('pause', 'Start no further drafts'),
  path: '/v1/batches/{id}/pause',
  request: { params: batchParams },
});
const resume = createRoute({
  ...steer('resume', 'Go on starting drafts'),
  path: '/v1/batches/{id}/resume',
  request: { params: batchParams },
});
const cancel = createRoute({
  ...steer('cancel', 'Never start what has not started'),
  path: '/v1/batches/{id}/cancel',
  request: { params: batchParams, body: jsonBody(cancelBatchSchema) },
});
const rows = createRoute({
  operationId: 'listBatchRows',
  ...guard('any'),
  method: 'get',
  path: '/v1/batches/{id}/rows',
  summary: 'Rows as they were read',
  request: { params: batchParams, query: listRowsQuery },
  responses: { 200: json(batchRowsSchema, 'A page, in the order of the file.'), ...PROBLEMS },
});
const results = createRoute({
  operationId: 'getBatchResults',
  ...guard('any'),
  method: 'get',
  path: '/v1/batches/{id}/results',
  summary: 'What became of every row, as a file',
  request: { params: batchParams, query: resultsQuery },
  responses: {
    200: { description: 'One line a row.', content: { 'text/csv': text, 'application/x-ndjson': text } },
    ...PROBLEMS,
  },
});

const RESULT_PAGE = 500;

export function batchRoutes(api: Api) {
  const engine = () => createBatchEngine(api);

  return newRouter()
    .openapi(create, async (c) => {
      const key = c.req.valid('header')['idempotency-key'];
      const { created, stored } = await createBatch(api, callerOf(c), c.req.valid('json'), key);
      const view = await batchView(api, stored);
      c.header('Location', `/v1/batches/${encodeURIComponent(stored.batchId)}`);
      return created ? c.json(view, 201) : c.json(view, 200);
    })
    .openapi(list, async (c) => {
      const visible = visibleOnly(callerOf(c));
      const { items, nextCursor } = await api.store.listBatches({ ...c.req.valid('query'), ...visible });
      return c.json({ items: items.map((record) => batchSummary(record, api.names)), nextCursor }, 200);
    })
    .openapi(get, async (c) => c.json(await batchView(api, await visible(c)), 200))
    .openapi(upload, async (c) => {
      const batch = await visible(c);
      assertIsMaker(callerOf(c), batch);
      const chunk = new Uint8Array(await c.req.arrayBuffer());
      await uploadChunk(api, batch, c.req.valid('query').offset, chunk);
      return c.json(await now(c), 200);
    })
    .openapi(start, async (c) => {
      await startBatch(api, engine(), await steerable(c), c.req.valid('json').bytes);
      return c.json(await now(c), 200);
    })
    .openapi(pause, async (c) => {
      await steerBatch(engine(), await steerable(c), 'pause');
      return c.json(await now(c), 200);
    })
    .openapi(resume, async (c) => {
      await steerBatch(engine(), await steerable(c), 'resume');
      return c.json(await now(c), 200);
    })
    .openapi(cancel, async (c) => {
      const { withdrawDrafts } = c.req.valid('json');
      await cancelBatch(api, engine(), { batch: await steerable(c), caller: callerOf(c), withdrawDrafts });
      return c.json(await now(c), 200);
    })
    .openapi(rows, async (c) => {
      const { batchId } = await visible(c);
      const { state, after: afterRow, limit } = c.req.valid('query');
      const found = await api.store.listBatchRows(batchId, { state, afterRow, limit: limit + 1 });
      const items = found.slice(0, limit).map(rowView);
      return c.json({ items, nextAfter: found.length > limit ? (items.at(-1)?.row ?? null) : null }, 200);
    })
    .openapi(results, async (c) => {
      const batch = await visible(c);
      const { format } = c.req.valid('query');
      c.header('Content-Type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson');
      c.header('Content-Disposition', `attachment; filename="${batch.batchId}.${format}"`);
      return stream(c, async (out) => {
        for await (const piece of resultFile(batch, format)) await out.write(piece);
      });
    });

  /** In pages: a file of many rows never lies in memory whole. */
  async function* resultFile(batch: BatchRecord, format: 'csv' | 'jsonl'): AsyncGenerator<string, void> {
    if (format === 'csv') yield csvLine(RESULT_COLUMNS);
    for (let after: number | undefined = 0; after !== undefined; ) {
      const page = await api.store.listBatchResults(batch.batchId, after, RESULT_PAGE);
      yield page.map((row) => resultLine(resultView(row, batch), format)).join('');
      after = page.length < RESULT_PAGE ? undefined : page.at(-1)?.row;
    }
  }

  /** @throws ApiProblem `not_found`, also for a batch the caller may not see */
  async function visible(c: Context<ApiEnv>): Promise<BatchRecord> {
    const { id } = batchParams.parse(c.req.param());
    const batch = await api.store.getBatch(id);
    if (batch === null || !maySee(callerOf(c), batch)) throw batchNotFound(id);
    return batch;
  }

  async function steerable(c: Context<ApiEnv>): Promise<BatchRecord> {
    const batch = await visible(c);
    assertMaySteer(callerOf(c), batch);
    return batch;
  }

  async function now(c: Context<ApiEnv>) {
    return batchView(api, await visible(c));
  }
}
