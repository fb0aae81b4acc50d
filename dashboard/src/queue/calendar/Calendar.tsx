import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useRef } from 'react';
import { queries } from '../../api/queries.ts';
import { type Span, useDesk } from '../../desk.ts';
import { cityOf, ownZone, useNow } from '../../lib/time.ts';
import { Button } from '../../ui/controls.tsx';
import { addDays, daysOf, isSameMonth, longDay, numberOf, shortWeekday, spanTitle, step, todayOf } from './days.ts';

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** How many drafts leave on which day. The day chosen, or its week, is what the list below shows. */
export function Calendar({ span, day }: { span: Span; day: string }) {
  const { view, filters, refine } = useDesk();
  const nowMs = useNow();
  const grid = useRef<HTMLTableElement>(null);
  const days = daysOf(span, day);
  const today = todayOf(nowMs);
  const [first = day, last = day] = [days[0], days.at(-1)];
  const { data, isError } = useQuery({
    ...queries.calendar({ view, ...filters }, first, addDays(last, 1)),
    placeholderData: (before) => before,
  });
  const counts = new Map(data?.days.map(({ date, count }) => [date, count]));
  const total = days.reduce((sum, one) => sum + (counts.get(one) ?? 0), 0);

  const choose = async (next: string, follow = false) => {
    await refine({ day: next === today ? undefined : next });
    if (follow) requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    const next =
      by !== undefined
        ? addDays(day, span === 'week' && Math.abs(by) === 7 ? 0 : by)
        : { PageUp: step(span, day, -1), PageDown: step(span, day, 1), Home: days[0], End: days.at(-1) }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== day) void choose(next, true);
  };
  const weeks = Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
  return (
    <section aria-label="Calendar" className="border-b border-line px-3 pb-2">
      <div className="flex items-center gap-1 py-1.5">
        <h2 className="mr-auto min-w-0 truncate font-semibold" aria-live="polite">
          {spanTitle(span, day)}
          <span className="sr-only">, {total} drafts</span>
        </h2>
        <Button look="quiet" aria-label={`Previous ${span}`} onClick={() => void choose(step(span, day, -1))}>
          ‹
        </Button>
        <Button look="quiet" disabled={day === today} onClick={() => void choose(today)}>
          Today
        </Button>
        <Button look="quiet" aria-label={`Next ${span}`} onClick={() => void choose(step(span, day, 1))}>
          ›
        </Button>
      </div>
      <table ref={grid} aria-label={spanTitle(span, day)} className="w-full table-fixed">
        <thead>
          <tr>
            {days.slice(0, 7).map((one) => (
              <th key={one} scope="col" className="pb-1 text-xs font-normal text-muted">
                {shortWeekday(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((one) => (
                <Day
                  key={one}
                  day={one}
                  count={counts.get(one) ?? 0}
                  chosen={one === day}
                  today={one === today}
                  aside={span === 'month' && !isSameMonth(one, day)}
                  onChoose={() => void choose(one)}
                  onKeyDown={onKeyDown}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-1 text-xs text-muted">
        {isError ? 'How many there are could not be loaded. ' : ''}Days and times as in {cityOf(ownZone)}, where you are
      </p>
    </section>
  );
}

function Day(props: {
  day: string;
  count: number;
  chosen: boolean;
  today: boolean;
  aside: boolean;
  onChoose: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}) {
  const { day, count, chosen, today, aside, onChoose, onKeyDown } = props;
  const many = count === 0 ? 'no drafts' : count === 1 ? '1 draft' : `${count} drafts`;
  return (
    <td className="p-0.5">
      <button
        type="button"
        tabIndex={chosen ? 0 : -1}
        aria-label={`${longDay(day)}, ${many}${today ? ', today' : ''}`}
        aria-pressed={chosen}
        onClick={onChoose}
        onKeyDown={onKeyDown}
        className={`flex h-11 w-full flex-col items-center justify-center rounded-lg leading-tight tabular-nums ${chosen ? 'bg-selected' : 'hover:bg-hover'} ${aside ? 'text-muted' : ''}`}
      >
        <span className={today ? 'font-semibold text-info underline underline-offset-2' : ''}>{numberOf(day)}</span>
        <span className={`h-4 text-xs ${count > 0 ? 'font-semibold text-info' : 'text-muted'}`}>
          {count > 0 ? (count > 999 ? '999+' : count) : '·'}
        </span>
      </button>
    </td>
  );
}
