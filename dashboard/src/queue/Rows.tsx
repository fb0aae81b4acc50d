import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useMemo } from 'react';
import { useDesk } from '../desk.ts';
import { dayOf, useNow } from '../lib/time.ts';
import { type ListRow, VIEWS, type ViewId } from '../lib/views.ts';
import { Row } from './Row.tsx';

const ROW_PX = 72;
/** The next page is asked for when this many rows are left. */
const AHEAD = 20;

const estimateSize = () => ROW_PX;

/** The rows on screen and a few around them, however many there are. */
export function Rows(props: {
  rows: readonly ListRow[];
  view: ViewId;
  draftId: string | undefined;
  scroller: RefObject<HTMLDivElement | null>;
  /** There are more than these. */
  more: boolean;
  onNearEnd: () => void;
}) {
  const { rows, view, draftId, scroller, more, onNearEnd } = props;
  const nowMs = useNow();
  const { list } = useDesk();
  const name = JSON.stringify(list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for all of it
  const same = useMemo(() => list, [name]);
  const byDay = VIEWS[view].order === 'due';
  // The same function until the rows change: with another one, all of them are laid out anew at each key.
  const getItemKey = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize,
    getItemKey,
    overscan: 8,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) onNearEnd();
  }, [more, last, rows.length, onNearEnd]);
  const current = rows.findIndex(({ id }) => id === draftId);
  useEffect(() => {
    if (current >= 0) virtual.scrollToIndex(current, { align: 'auto' });
  }, [current, virtual]);

  const dayBefore = (index: number) => (index === 0 ? null : dayOf(rows[index - 1]?.dueAt ?? null, nowMs));
  return (
    <ul aria-label={`${VIEWS[view].title} drafts`} className="relative" style={{ height: virtual.getTotalSize() }}>
      {shown.map(({ index, key, start }) => {
        const draft = rows[index];
        if (!draft) return null;
        const day = byDay ? dayOf(draft.dueAt, nowMs) : null;
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            aria-setsize={more ? -1 : rows.length}
            aria-posinset={index + 1}
            className="absolute top-0 left-0 w-full"
            style={{ transform: `translateY(${start}px)` }}
          >
            {day !== null && day !== dayBefore(index) && (
              <p className="border-b border-line bg-sunken px-4 py-1 text-xs font-semibold text-muted">{day}</p>
            )}
            <Row draft={draft} view={view} list={same} current={index === current} />
          </li>
        );
      })}
    </ul>
  );
}
