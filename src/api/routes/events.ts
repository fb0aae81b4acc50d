import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { isAgent } from '../../domain/permissions.ts';
import { type Api, asides, callerOf, maySee, visibleDraft, visibleOnly } from '../context.ts';
import type { ApiEnv, Caller } from '../deps.ts';
import { eventViews } from '../event-views.ts';
import { createWake } from '../outcome.ts';
import { type DraftEventView, draftParams, eventListSchema, eventSchema, streamHeaders } from '../schemas/index.ts';
import { summaryView } from '../views.ts';
import { guard, newRouter, PROBLEMS } from './shared.ts';

const stream = {
  'text/event-stream': {
    schema: z.string().openapi({
      description:
        '`snapshot` first (unless resumed with Last-Event-ID), then `event` for each event, in order and without a gap.',
    }),
  },
};
const history = createRoute({
  operationId: 'getHistory',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/events',
  summary: 'History of a draft, or its live stream',
  description: 'JSON, or Server-Sent Events when the Accept header asks for text/event-stream.',
  request: { params: draftParams, headers: streamHeaders },
  responses: {
    200: {
      description: 'Oldest first.',
      content: { 'application/json': { schema: eventListSchema }, ...stream },
    },
    ...PROBLEMS,
  },
});
const all = createRoute({
  operationId: 'watchEvents',
  ...guard('any'),
  method: 'get',
  path: '/v1/events',
  summary: 'Live stream of the events of all drafts the key may see',
  request: { headers: streamHeaders },
  responses: { 200: { description: 'Server-Sent Events.', content: stream }, ...PROBLEMS },
});

const HEARTBEAT_MS = 15_000;
const BATCH = 200;

export function eventRoutes(api: Api) {
  return newRouter()
    .openapi(history, async (c) => {
      const caller = callerOf(c);
      const { draftId } = await visibleDraft(api, caller, c.req.valid('param').id);
      const after = c.req.valid('header')['last-event-id'];
      if (c.req.header('Accept')?.includes('text/event-stream')) {
        const snapshot = async () => {
          const row = await visibleDraft(api, caller, draftId);
          const asideOf = await asides(api, [draftId]);
          return { draft: summaryView(row, api.names, asideOf(draftId)) };
        };
        return sse(c, { api, caller, draftId, after, snapshot });
      }
      const [rows, commands] = await Promise.all([api.store.listEvents(draftId), api.store.listCommands(draftId)]);
      return c.json({ items: await eventViews(api.store, api.names, rows, commands) }, 200);
    })
    .openapi(all, async (c) => {
      const caller = callerOf(c);
      const snapshot = async () => {
        const counts = await api.store.countDrafts(visibleOnly(caller));
        return { counts };
      };
      return sse(c, { api, caller, after: c.req.valid('header')['last-event-id'], snapshot });
    });
}

interface Stream {
  api: Api;
  caller: Caller;
  draftId?: string;
  after: string | undefined;
  snapshot: () => Promise<object>;
}

async function sse(c: Context<ApiEnv>, options: Stream): Promise<Response> {
  // An id the log does not know is told before the stream begins; after that there is no status to tell it with.
  if (options.after !== undefined) await options.api.store.eventsAfter(options.after, 1, options.draftId);
  c.header('X-Accel-Buffering', 'no');
  c.header('Cache-Control', 'no-store');
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
  return streamSSE(
    c,
    (stream) => follow(stream, options),
    async (error) => {
      // The stream just ends; its client comes back with the last id it saw.
      options.api.log?.error({ err: error, requestId: c.var.requestId }, 'event stream ended by an error');
    },
  );
}

/** Subscribes before it reads, so that nothing falls between the snapshot and the first event. */
async function follow(stream: SSEStreamingApi, { api, caller, draftId, after, snapshot }: Stream): Promise<void> {
  const aborted = new AbortController();
  stream.onAbort(() => aborted.abort());
  const wake = createWake();
  const unsubscribe = await api.store.onEvents(wake.wake);
  try {
    let cursor = after ?? (await api.store.latestEventId());
    if (after === undefined) {
      await stream.writeSSE({ event: 'snapshot', id: cursor, data: JSON.stringify(await snapshot()) });
    }
    const visible = visibilityOf(api, caller);
    while (!aborted.signal.aborted) {
      const rows = await api.store.eventsAfter(cursor, BATCH, draftId);
      const shown = draftId === undefined ? await visible(rows) : rows;
      for (const view of await eventViews(api.store, api.names, shown)) await writeEvent(stream, view);
      cursor = rows.at(-1)?.id ?? cursor;
      if (rows.length > 0) continue;
      await wake.wait(HEARTBEAT_MS, aborted.signal);
      // Proxies and clients tell a quiet stream from a dead one by this.
      await stream.write(': alive\n\n');
    }
  } finally {
    await unsubscribe();
  }
}

const writeEvent = (stream: SSEStreamingApi, view: DraftEventView) =>
  stream.writeSSE({ event: 'event', id: view.id, data: JSON.stringify(eventSchema.parse(view)) });

/** Filters events to those of drafts the caller may see; a draft's creator and inbox never change: asked for once. */
function visibilityOf(api: Api, caller: Caller) {
  const seen = new Map<string, boolean>();
  return async <Row extends { draftId: string }>(rows: readonly Row[]): Promise<readonly Row[]> => {
    if (!isAgent(caller) && caller.inboxes === undefined) return rows;
    if (seen.size > 10_000) seen.clear();
    for (const { draftId } of rows) {
      if (seen.has(draftId)) continue;
      const row = await api.store.getDraft(draftId);
      seen.set(draftId, row !== null && maySee(caller, row));
    }
    return rows.filter(({ draftId }) => seen.get(draftId) === true);
  };
}
