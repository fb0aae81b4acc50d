import type { InfiniteData } from '@tanstack/react-query';
import type { ActorRef, Draft, DraftEventView } from '../../../src/api/schemas/index.ts';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { FILTERS } from '../desk.ts';
import { createStore } from '../lib/store.ts';
import { type ListPage, type ListRow, VIEWS } from '../lib/views.ts';
import { type ListKey, pageOf, queries, queryClient } from './queries.ts';
import { type Connection, followEvents } from './stream.ts';

export const connection = createStore<Connection>('connecting');

/** What a person did last with a draft, for the rows that grey out in place. */
export interface LastAct {
  actor: ActorRef;
  at: string;
  status: DraftStatus | undefined;
}
export const lastActs = createStore<ReadonlyMap<string, LastAct>>(new Map());
/** Drafts that belong to the list on screen and are not in it yet, by list key. */
export const arrivals = createStore<ReadonlyMap<string, ReadonlySet<string>>>(new Map());

export const nameOfList = (key: ListKey): string =>
  JSON.stringify([key.view, key.order, key.dueAfter, key.dueBefore, ...FILTERS.map((name) => key[name] ?? '')]);

/** Events come in bursts (one command writes several); they are acted on together. */
const GATHER_MS = 150;
/** More rows than this are left to the next load of the list. */
const MOST_ROWS = 20;

let onScreen: ListKey | null = null;
/** What events told of since the last look, each with the status it came to; null: it stays in its place. */
let touched = new Map<string, DraftStatus | null>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The list the reader looks at; only that one is kept live. */
export function watchList(key: ListKey): () => void {
  onScreen = key;
  return () => {
    if (onScreen === key) onScreen = null;
  };
}

export function startLive(signal: AbortSignal, onSignedOut: () => void): void {
  const stream = {
    onEvents: gather,
    onConnection: (next: Connection) => {
      if (next === 'signed_out') onSignedOut();
      else connection.set(() => next);
    },
  };
  void followEvents(stream, signal);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    timer = undefined;
    touched = new Map();
  });
}

function gather(events: readonly DraftEventView[]): void {
  for (const event of events) touched.set(event.draftId, cameTo(event) ?? touched.get(event.draftId) ?? null);
  lastActs.set((acts) => withActs(acts, events));
  timer ??= setTimeout(() => {
    timer = undefined;
    const seen = touched;
    touched = new Map();
    void refresh(seen);
  }, GATHER_MS);
}

/** What people do around a draft without changing what becomes of it. */
const ASIDE: ReadonlySet<string> = new Set([
  ...['commented', 'assigned', 'released', 'routed'],
  ...['paused', 'resumed', 'rechecked'],
]);

/** What leaves a draft in the lists it was in. */
const STAYS: ReadonlySet<string> = new Set([...ASIDE, 'reminded', 'escalated', 'rescheduled', 'signal_ignored']);
/** By one approval of several, too, it comes nowhere. */
const cameTo = ({ type, data: { status } }: DraftEventView): DraftStatus | null =>
  STAYS.has(type) || (type === 'approved' && status === 'in_review') ? null : (status ?? null);

function withActs(acts: ReadonlyMap<string, LastAct>, events: readonly DraftEventView[]): ReadonlyMap<string, LastAct> {
  const next = new Map(acts);
  for (const { draftId, actor, at, data, type } of events) {
    if (actor !== null && actor.id !== 'system' && !ASIDE.has(type))
      next.set(draftId, { actor, at, status: data.status });
  }
  return next;
}

type Seen = ReadonlyMap<string, DraftStatus | null>;
/** Whether what it came to is what the list shows. */
const comes = ({ view }: ListKey, status: DraftStatus | null | undefined): boolean =>
  status !== null && status !== undefined && VIEWS[view].statuses.includes(status);

async function refresh(seen: Seen): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: ['counts'] });
  for (const id of seen.keys()) void queryClient.invalidateQueries({ queryKey: ['draft', id] });
  const key = onScreen;
  if (key === null) return;
  const loaded = loadedIds(key);
  if (loaded === null) return;
  try {
    const { first, newest, whole } = await lookAt(key, loaded, seen);
    const items = [...first, ...newest];
    const { needsMe } = VIEWS[key.view];
    patchRows(needsMe ? items.map((item) => ({ ...item, needsMe })) : items);
    const known = new Set(items.map(({ id }) => id));
    const gone = [...seen.keys()].filter((id) => loaded.has(id) && !known.has(id)).slice(0, MOST_ROWS);
    const drafts = await Promise.all(gone.map((id) => queryClient.fetchQuery({ ...queries.draft(id), staleTime: 0 })));
    // Further down a long list it may need me as before.
    const mine = (draft: Draft) => !whole && draft.actions.includes('approve');
    patchRows(needsMe ? drafts.map((draft) => ({ ...draft, needsMe: mine(draft) })) : drafts);
    const arrived = [...first.filter(({ id }) => seen.has(id)), ...newest.filter(({ id }) => comes(key, seen.get(id)))];
    announce(
      key,
      arrived.map(({ id }) => id).filter((id) => !loaded.has(id)),
    );
  } catch {
    // The connection bar says what is wrong; the next event tries again.
  }
}

/**
 * The first page of the list and, where something new may come after that, its newest drafts.
 * `whole`: there are no more than these.
 */
async function lookAt(key: ListKey, loaded: ReadonlySet<string>, seen: Seen) {
  const { items: first, nextCursor } = await pageOf(key);
  const known = new Set(first.map(({ id }) => id));
  const missed = [...seen.keys()].some((id) => comes(key, seen.get(id)) && !known.has(id) && !loaded.has(id));
  const whole = nextCursor === null;
  if (whole || !missed || (key.order ?? VIEWS[key.view].order) === 'newest') return { first, newest: [], whole };
  const { items: newest } = await pageOf({ ...key, order: 'newest' });
  return { first, newest, whole };
}

function loadedIds(key: ListKey): Set<string> | null {
  const data = queryClient.getQueryData(queries.list(key).queryKey);
  return data ? new Set(data.pages.flatMap(({ items }) => items.map(({ id }) => id))) : null;
}

function announce(key: ListKey, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const name = nameOfList(key);
  arrivals.set((all) => new Map(all).set(name, new Set([...(all.get(name) ?? []), ...ids])));
}

/** Puts what arrived into the list, when the reader asks for it. */
export async function showArrivals(key: ListKey): Promise<void> {
  // From the top again: of a list scrolled far down, every page would be asked for.
  queryClient.setQueryData<Lists>(queries.list(key).queryKey, (lists) => {
    return lists && { pages: lists.pages.slice(0, 1), pageParams: lists.pageParams.slice(0, 1) };
  });
  await queryClient.invalidateQueries({ queryKey: queries.list(key).queryKey });
  forgetArrivals(key);
}

export function forgetArrivals(key: ListKey): void {
  arrivals.set((all) => {
    if (!all.has(nameOfList(key))) return all;
    const next = new Map(all);
    next.delete(nameOfList(key));
    return next;
  });
}

type Lists = InfiniteData<ListPage, string | undefined>;

/** Changes rows in place in every loaded list; a row never moves by itself. */
export function patchRows(changes: readonly (Partial<ListRow> & { id: string })[]): void {
  if (changes.length === 0) return;
  const byId = new Map(changes.map((change) => [change.id, change]));
  queryClient.setQueriesData<Lists>({ queryKey: ['list'] }, (lists) => {
    if (!lists) return lists;
    const pages = lists.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => (byId.has(item.id) ? { ...item, ...summaryOnly(byId.get(item.id)) } : item)),
    }));
    return { ...lists, pages };
  });
}

/** A detail is a summary with more; the body stays out of the lists. */
function summaryOnly(change: (Partial<ListRow> & { current?: unknown }) | undefined): Partial<ListRow> {
  const { current: _body, ...summary } = change ?? {};
  return summary;
}

export const prefetchDraft = (id: string) => void queryClient.prefetchQuery(queries.draft(id));
