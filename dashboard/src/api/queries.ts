import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import { VIEWS, type ViewId } from '../lib/views.ts';
import { api } from './api.ts';
import { isPassing } from './http.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The live stream says what changed, also after a break; nothing else may move the list.
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      // The server may be on this machine, which a browser without network does not think of.
      networkMode: 'always',
      staleTime: 30_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
      retryDelay: (attempt) => 300 * 2 ** attempt,
    },
  },
});

export interface ListKey {
  view: ViewId;
  q?: string;
  inbox?: string;
}

export const pageOf = ({ view, q, inbox }: ListKey, cursor?: string, signal?: AbortSignal) =>
  api.list({ q, inbox, cursor, status: VIEWS[view].statuses.join(','), order: VIEWS[view].order }, signal);

export const queries = {
  me: () => queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: Number.POSITIVE_INFINITY }),
  counts: (inbox?: string) => queryOptions({ queryKey: ['counts', inbox ?? ''], queryFn: () => api.counts(inbox) }),
  inboxes: () => queryOptions({ queryKey: ['inboxes'], queryFn: api.inboxes, staleTime: 300_000 }),
  list: (key: ListKey) =>
    infiniteQueryOptions({
      queryKey: ['list', key],
      queryFn: ({ pageParam, signal }) => pageOf(key, pageParam, signal),
      initialPageParam: startOfList(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      staleTime: 0,
    }),
  draft: (id: string) => queryOptions({ queryKey: ['draft', id], queryFn: ({ signal }) => api.draft(id, signal) }),
  events: (id: string) => queryOptions({ queryKey: ['draft', id, 'events'], queryFn: () => api.events(id) }),
  revisions: (id: string) => queryOptions({ queryKey: ['draft', id, 'revisions'], queryFn: () => api.revisions(id) }),
  thread: (id: string) => queryOptions({ queryKey: ['thread', id], queryFn: () => api.thread(id) }),
  /** Revisions never change. */
  revision: (id: string, revision: number) =>
    queryOptions({
      queryKey: ['revision', id, revision],
      queryFn: () => api.revision(id, revision),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

/** The first page has no cursor. */
function startOfList(): string | undefined {
  return undefined;
}
