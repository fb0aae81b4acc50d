import { useCallback, useEffect, useRef } from 'react';
import { prefetchDraft, showArrivals } from '../api/live.ts';
import { useDesk } from '../desk.ts';
import { useKeys } from '../lib/keys.ts';
import { VIEWS } from '../lib/views.ts';
import { useMay } from '../settings/may.ts';
import { Hint } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { BULK_DEEDS, BulkBar } from './BulkBar.tsx';
import { Calendar } from './calendar/Calendar.tsx';
import { longDay } from './calendar/days.ts';
import { QueueHead } from './QueueHead.tsx';
import { Rows } from './Rows.tsx';
import { bulk, clearSelection, selection, toggle } from './selection.ts';
import { useQueue } from './use-queue.ts';

/** Nothing is asked ahead while somebody runs through the list. */
const AHEAD_MS = 150;

export function Queue() {
  const { view, draftId, q, open, close } = useDesk();
  const { key, list, rows, fresh, day } = useQueue();
  const may = useMay();
  const mayChoose = BULK_DEEDS.some(may);
  const scroller = useRef<HTMLDivElement>(null);
  const reveal = () => {
    void showArrivals(key);
    scroller.current?.scrollTo({ top: 0 });
  };
  const step = (by: number) => {
    if (bulk.get() !== null) return;
    const index = rows.findIndex(({ id }) => id === draftId);
    const next = rows[index < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, index + by))];
    if (next) void open(next.id, draftId !== undefined);
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    arrowdown: () => step(1),
    arrowup: () => step(-1),
    enter: draftId === undefined ? () => step(0) : undefined,
    x: mayChoose ? () => draftId && toggle(draftId) : undefined,
    escape: () => (selection.get().size > 0 ? clearSelection() : void close()),
    n: reveal,
  });
  // The one that is read next is here before it is asked for.
  const at = draftId === undefined ? -1 : rows.findIndex(({ id }) => id === draftId);
  const nextId = at < 0 ? undefined : rows[at + 1]?.id;
  useEffect(() => {
    if (nextId === undefined) return;
    const timer = setTimeout(() => prefetchDraft(nextId), AHEAD_MS);
    return () => clearTimeout(timer);
  }, [nextId]);
  const { fetchNextPage, isFetching } = list;
  const onNearEnd = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);

  return (
    <>
      {!draftId && <title>{`${VIEWS[view].title} · Countersign`}</title>}
      <QueueHead count={rows.length} />
      <div role="status">
        {fresh > 0 && rows.length > 0 && (
          <button
            type="button"
            onClick={reveal}
            className="flex w-full items-center justify-center gap-2 border-b border-line bg-info-soft py-1.5 font-semibold text-info"
          >
            {fresh} new <Hint>N</Hint>
          </button>
        )}
      </div>
      {day && <Calendar span={day.show} day={day.from} />}
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto" tabIndex={-1}>
        {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2', 'w-3/4', 'w-3/5', 'w-1/3']} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && rows.length === 0 && (
          <Empty title={q ? `Nothing matches “${q}” here.` : day ? emptyDay(day) : VIEWS[view].empty}>
            {q ? 'Search looks at subjects and recipients.' : VIEWS[view].next}
          </Empty>
        )}
        {rows.length > 0 && <Rows {...{ rows, view, draftId, scroller, more: list.hasNextPage, onNearEnd }} />}
      </div>
      <BulkBar />
    </>
  );
}

const emptyDay = ({ show, from }: { show: 'week' | 'month'; from: string }) =>
  `Nothing leaves on ${longDay(from)}${show === 'week' ? ' or later in its week' : ''}.`;
