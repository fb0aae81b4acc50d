import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { movedByMe } from '../act/commands.ts';
import { arrivals, nameOfList, showArrivals, watchList } from '../api/live.ts';
import { type ListKey, queries } from '../api/queries.ts';
import { useDesk } from '../desk.ts';
import { useStore } from '../lib/store.ts';
import { useNow } from '../lib/time.ts';
import { belongs, type ListRow, type ViewId } from '../lib/views.ts';
import { boundsOf, daysOf, todayOf } from './calendar/days.ts';

/** Rows of the list on screen: what I moved away is gone, what others decided stays in its place. */
export function rowsOf(items: readonly ListRow[], view: ViewId, mine: ReadonlySet<string>): ListRow[] {
  return items.filter(({ id, status, needsMe }) => belongs(view, status, needsMe) || !mine.has(id));
}

/** Which list is on screen: all that asks for it, or looks in it for the next draft, goes by this. */
export function useListKey() {
  const { view, filters, order, show, day } = useDesk();
  const nowMs = useNow();
  // A month lists one day; a week all that is left of it from that day on.
  const from = day ?? todayOf(nowMs);
  const to = show === 'week' ? (daysOf('week', from).at(-1) ?? from) : from;
  const due = show === undefined ? {} : boundsOf(from, to);
  const name = nameOfList({ view, order, ...due, ...filters });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for all of it, and stays the same text
  const key: ListKey = useMemo(() => ({ view, order, ...due, ...filters }), [name]);
  return { key, name, day: show === undefined ? null : { show, from } };
}

export function useQueue() {
  const { key, name, day } = useListKey();
  const { view } = key;
  const list = useInfiniteQuery(queries.list(key));
  const mine = useStore(movedByMe);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const rows = useMemo(() => rowsOf(items, view, mine), [items, view, mine]);
  const arrived = useStore(arrivals).get(name);
  const fresh = useMemo(() => {
    const shown = new Set(items.map(({ id }) => id));
    return [...(arrived ?? [])].filter((id) => !shown.has(id)).length;
  }, [arrived, items]);
  useEffect(() => watchList(key), [key]);

  // Nobody reads an empty list: what arrives there shows at once.
  const empty = list.isSuccess && rows.length === 0;
  useEffect(() => {
    if (empty && fresh > 0) void showArrivals(key);
  }, [empty, fresh, key]);
  return { key, list, rows, fresh, day };
}
