import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries.ts';
import { Mark } from '../app/Mark.tsx';
import { Menu } from '../app/Places.tsx';
import { FILTERS, useDesk } from '../desk.ts';
import { useKeys } from '../lib/keys.ts';
import { VIEWS } from '../lib/views.ts';
import { ForAllThatMatch } from '../operations/ForAllThatMatch.tsx';
import { Button } from '../ui/controls.tsx';
import { Spans } from './calendar/Spans.tsx';
import { FilterFields } from './FilterFields.tsx';
import { countOf, ViewLinks } from './Views.tsx';

const TYPING_PAUSE_MS = 250;

export function QueueHead({ count }: { count: number }) {
  const { view, inbox, filters, show } = useDesk();
  const [open, setOpen] = useState(false);
  const { assignee, dueWithinMs, needsMe } = VIEWS[view];
  const { data: counts } = useQuery(needsMe ? queries.needsMe(inbox) : queries.counts(inbox, assignee));
  const narrowed = FILTERS.filter((name) => name !== 'q' && name !== 'inbox' && filters[name] !== undefined).length;
  // What is narrowed further is counted by what is loaded.
  const total =
    narrowed > 0 || dueWithinMs !== undefined || show !== undefined ? count : (countOf(view, counts) ?? count);
  useKeys({ f: () => setOpen(true) });
  return (
    <header className="border-b border-line">
      <div className="flex items-center justify-between px-4 pt-3 wide:hidden">
        <Mark />
        <Menu />
      </div>
      <nav aria-label="Views" className="pt-2 wide:hidden">
        <ViewLinks inbox={inbox} look="strip" />
      </nav>
      <div className="flex flex-wrap items-center gap-2 px-4 py-2.5">
        <div className="flex min-h-9 w-full items-center justify-between tablet:min-h-8">
          <h1 className="min-w-0 truncate text-base font-semibold">
            {VIEWS[view].title}
            <span className="ml-2 font-normal text-muted tabular-nums">{total}</span>
          </h1>
          <ForAllThatMatch />
        </div>
        <Search key={view} />
        <InboxFilter />
        <Button look={narrowed > 0 ? 'primary' : 'plain'} aria-expanded={open} onClick={() => setOpen(!open)}>
          {narrowed > 0 ? `Filters: ${narrowed}` : 'Filter'}
        </Button>
      </div>
      {view === 'scheduled' && (
        <div className="px-4 pb-2.5">
          <Spans />
        </div>
      )}
      {open && <FilterFields onClose={() => setOpen(false)} />}
    </header>
  );
}

function Search() {
  const { q, refine } = useDesk();
  const [text, setText] = useState(q ?? '');
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  const wanted = text.trim() || undefined;
  useEffect(() => {
    if (wanted === q) return;
    const timer = setTimeout(() => void refine({ q: wanted }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <input
      ref={input}
      type="search"
      aria-label="Search subjects and recipients"
      placeholder="Search"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        setText('');
        event.currentTarget.blur();
      }}
      className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-panel px-3 text-base tablet:h-8 tablet:text-sm"
    />
  );
}

/** Only where there is a choice. */
function InboxFilter() {
  const { inbox, refine } = useDesk();
  const { data } = useQuery(queries.inboxes());
  const items = data?.items ?? [];
  if (items.length < 2 && inbox === undefined) return null;
  return (
    <select
      aria-label="Inbox"
      value={inbox ?? ''}
      onChange={(event) => void refine({ inbox: event.target.value || undefined })}
      className="h-9 max-w-28 rounded-lg border border-line bg-panel px-2 text-base tablet:h-8 tablet:text-sm"
    >
      <option value="">All inboxes</option>
      {inbox !== undefined && !items.some(({ id }) => id === inbox) && <option value={inbox}>{inbox}</option>}
      {items.map(({ id }) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </select>
  );
}
