import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { arrivals, nameOfList, startLive, watchList } from '../../dashboard/src/api/live.ts';
import { type ListKey, queries, queryClient } from '../../dashboard/src/api/queries.ts';
import { rowsOf } from '../../dashboard/src/queue/use-queue.ts';

/** A server whose list is longer than a page, and what it was asked. */
let asked: string[];
let tell: (event: { draftId: string; type: string; data?: object }) => void;
let pages: Record<string, { items: { id: string; status: string }[]; nextCursor: string | null }>;
let stop: AbortController;

const waiting = (...ids: string[]) => ids.map((id) => ({ id, status: 'in_review' }));

beforeEach(() => {
  asked = [];
  stop = new AbortController();
  const encoder = new TextEncoder();
  const events = new ReadableStream<Uint8Array>({
    start: (stream) => {
      tell = (event) => {
        const view = { actor: null, at: '2026-11-26T12:00:00Z', data: {}, ...event };
        stream.enqueue(encoder.encode(`event: event\nid: 1\ndata: ${JSON.stringify(view)}\n\n`));
      };
    },
  });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('fetch', async (path: string) => {
    const { pathname, searchParams } = new URL(path, 'http://desk.test');
    if (pathname === '/v1/events') return new Response(events);
    const order = searchParams.get('order');
    asked.push(order ?? pathname);
    // Whoever is not asked for by a list is asked for alone.
    return Response.json(order ? pages[order] : { id: pathname.split('/').at(-1), status: 'in_review', actions: [] });
  });
});
afterEach(() => {
  stop.abort();
  queryClient.clear();
  arrivals.set(() => new Map());
  vi.unstubAllGlobals();
});

/** The list as its first page, followed from then on. */
async function open(key: ListKey): Promise<() => string[]> {
  await queryClient.fetchInfiniteQuery(queries.list(key));
  watchList(key);
  startLive(stop.signal, () => undefined);
  asked = [];
  return () => [...(arrivals.get().get(nameOfList(key)) ?? [])];
}
const written = { type: 'revision_written', data: { status: 'in_review' } };

test('what comes to the end of a long list is announced', async () => {
  pages = {
    urgent: { items: waiting('a', 'b'), nextCursor: 'more' },
    newest: { items: waiting('new', 'c'), nextCursor: 'more' },
  };
  const news = await open({ view: 'waiting' });
  tell({ draftId: 'new', ...written });
  await expect.poll(news).toEqual(['new']);
  expect(asked).toEqual(['urgent', 'newest']);
});

test('what was there and is not loaded yet is not new, and costs no second request', async () => {
  pages = {
    urgent: { items: waiting('a', 'b'), nextCursor: 'more' },
    newest: { items: waiting('c'), nextCursor: 'more' },
  };
  const news = await open({ view: 'waiting' });
  for (const type of ['commented', 'reminded', 'escalated'])
    tell({ draftId: 'c', type, data: { status: 'in_review' } });
  tell({ draftId: 'gone', type: 'sent', data: { status: 'sent' } });
  tell({ draftId: 'a', ...written });
  await expect.poll(() => asked).toEqual(['urgent']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([news(), asked]).toEqual([[], ['urgent']]);
});

test('a list sorted by age is asked for once', async () => {
  pages = { newest: { items: waiting('a'), nextCursor: 'more' } };
  const news = await open({ view: 'waiting', order: 'newest' });
  pages.newest = { items: waiting('new', 'a'), nextCursor: 'more' };
  tell({ draftId: 'new', ...written });
  tell({ draftId: 'elsewhere', ...written });
  await expect.poll(news).toEqual(['new']);
  expect(asked).toEqual(['newest']);
});

test('what waits on for somebody else greys out among what needs me, and leaves where I approved it', async () => {
  pages = { urgent: { items: waiting('a', 'b'), nextCursor: null } };
  const key: ListKey = { view: 'needs-me' };
  await open(key);
  const rows = () => queryClient.getQueryData(queries.list(key).queryKey)?.pages.flatMap(({ items }) => items) ?? [];
  const needing = () => rows().map(({ id, needsMe = true }) => [id, needsMe]);
  pages.urgent = { items: waiting('b'), nextCursor: null };
  tell({ draftId: 'a', type: 'approved', data: { status: 'in_review' } });
  await expect.poll(needing).toEqual([
    ['a', false],
    ['b', true],
  ]);
  expect(rowsOf(rows(), 'needs-me', new Set()).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(rowsOf(rows(), 'needs-me', new Set(['a'])).map(({ id }) => id)).toEqual(['b']);
  expect(rowsOf(rows(), 'waiting', new Set(['a'])).map(({ id }) => id)).toEqual(['a', 'b']);
  // A new revision asks me again.
  pages.urgent = { items: waiting('a', 'b'), nextCursor: null };
  tell({ draftId: 'a', ...written });
  await expect.poll(needing).toEqual([
    ['a', true],
    ['b', true],
  ]);
});
