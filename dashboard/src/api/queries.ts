import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import type { Filters, Order } from '../desk.ts';
import { ownZone } from '../lib/time.ts';
import { type ListPage, VIEWS, type ViewId } from '../lib/views.ts';
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

export interface ListKey extends Filters {
  view: ViewId;
  /** Absent: as the view is sorted. */
  order?: Order;
  /** Only what is due from this instant on, and before that one. */
  dueAfter?: string;
  dueBefore?: string;
}

const DAY_MS = 86_400_000;
const atOf = (ms: number) => new Date(ms).toISOString();

/** The narrower of what the view and the filter say. */
function dueOf({ view, due, dueAfter, dueBefore }: ListKey) {
  if (dueAfter !== undefined) return { dueAfter, dueBefore };
  const nowMs = Date.now();
  const { dueWithinMs } = VIEWS[view];
  if (due === 'overdue') return { overdue: true };
  if (due === 'today') return { deadlineBefore: atOf(new Date(nowMs).setHours(24, 0, 0, 0)) };
  if (due === 'week' && dueWithinMs === undefined) return { deadlineBefore: atOf(nowMs + 7 * DAY_MS) };
  return dueWithinMs === undefined ? {} : { deadlineBefore: atOf(nowMs + dueWithinMs) };
}

/** What view and filters of the desk mean to the server. */
export function filterOf(key: ListKey) {
  return { ...wantedOf(key), ...dueOf(key) };
}

/** The same at whatever time. */
function wantedOf({ view, q, inbox, recipe, agent, category, batch, escalated, group }: ListKey) {
  const { statuses, assignee, needsMe } = VIEWS[view];
  const flags = { needsMe, ...(escalated && { escalated: true }) };
  return { q, inbox, recipe, category, batch, group, createdBy: agent, assignee, statuses, ...flags };
}

export function pageOf(key: ListKey, cursor?: string, signal?: AbortSignal): Promise<ListPage> {
  const { statuses, ...filters } = filterOf(key);
  return api.list(
    { ...filters, cursor, status: statuses.join(','), order: key.order ?? VIEWS[key.view].order },
    signal,
  );
}

function calendarOf(key: ListKey, from: string, to: string) {
  const { statuses, ...filters } = wantedOf(key);
  return api.calendar({ ...filters, status: statuses.join(','), from, to, timeZone: ownZone });
}

export const queries = {
  me: () => queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: Number.POSITIVE_INFINITY }),
  counts: (inbox?: string, assignee?: 'me' | 'none') =>
    queryOptions({ queryKey: ['counts', inbox ?? '', assignee ?? ''], queryFn: () => api.counts({ inbox, assignee }) }),
  needsMe: (inbox?: string) =>
    queryOptions({
      queryKey: ['counts', inbox ?? '', 'needs-me'],
      queryFn: () => api.counts({ inbox, needsMe: true }),
    }),
  /** What has a time to keep within this one from now, counted by status. */
  dueCounts: (withinMs: number, inbox?: string) =>
    queryOptions({
      queryKey: ['counts', inbox ?? '', 'due', withinMs],
      queryFn: () => api.counts({ inbox, deadlineBefore: atOf(Date.now() + withinMs) }),
      // More falls due as time passes, which nobody tells.
      refetchInterval: 300_000,
    }),
  /** Under the counts, so that what moves those moves these. */
  calendar: (key: ListKey, from: string, to: string) =>
    queryOptions({
      queryKey: ['counts', 'calendar', key, from, to],
      queryFn: () => calendarOf(key, from, to),
    }),
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
  thread: (id: string) => queryOptions({ queryKey: ['draft', id, 'thread'], queryFn: () => api.thread(id) }),
  /** The mailbox is looked at anew each time. */
  sendEvidence: (id: string) =>
    queryOptions({ queryKey: ['draft', id, 'send-evidence'], queryFn: () => api.sendEvidence(id), staleTime: 60_000 }),
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
