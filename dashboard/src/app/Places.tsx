import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { operateQueries } from '../api/operate.ts';
import { leave } from '../queue/Views.tsx';
import { useMay } from '../settings/may.ts';
import { helpOpen } from './help.ts';
import { Mark } from './Mark.tsx';

/** The pages beside the drafts. */
export function Places({ onGo }: { onGo?: () => void }) {
  const may = useMay();
  const { data: alerts } = useQuery({ ...operateQueries.openAlerts(), enabled: may('see') });
  const open = alerts?.items.filter(({ acknowledgedAt }) => acknowledgedAt === null).length ?? 0;
  const places = [
    { to: '/batches' as const, word: 'Batches', count: 0 },
    ...(may('seeOperations') ? [{ to: '/operations' as const, word: 'Operations', count: 0 }] : []),
    ...(may('see') ? [{ to: '/alerts' as const, word: 'Alerts', count: open }] : []),
    ...(may('see') ? [{ to: '/numbers' as const, word: 'Numbers', count: 0 }] : []),
    { to: '/settings' as const, word: 'Settings', count: 0 },
  ];
  return (
    <ul className="space-y-0.5">
      {places.map(({ to, word, count }) => (
        <li key={to}>
          <Link
            to={to}
            preload="intent"
            onClick={onGo}
            className="flex items-center justify-between gap-2 rounded-lg px-2 py-1.5"
            activeProps={{ className: 'bg-selected font-semibold' }}
            inactiveProps={{ className: 'text-muted hover:bg-hover hover:text-ink' }}
          >
            {word}
            {count > 0 && (
              <span className="text-xs font-semibold text-bad tabular-nums">
                {count}
                <span className="sr-only"> open</span>
              </span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** What the left pane has, for screens without one. */
export function Menu() {
  const list = useRef<HTMLDivElement>(null);
  const close = () => list.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        popoverTarget="menu"
        className="rounded-lg border border-line bg-panel px-3 py-1 font-semibold hover:bg-hover"
      >
        Menu
      </button>
      <div
        ref={list}
        id="menu"
        popover="auto"
        className="inset-auto top-14 right-3 w-48 rounded-xl border border-line bg-panel p-2 text-ink shadow-lg"
      >
        <nav aria-label="Menu">
          <ul className="mb-0.5">
            <li>
              <Link
                to="/"
                onClick={close}
                className="block rounded-lg px-2 py-1.5 text-muted hover:bg-hover hover:text-ink"
              >
                Drafts
              </Link>
            </li>
          </ul>
          <Places onGo={close} />
          <button
            type="button"
            className="mt-0.5 w-full rounded-lg px-2 py-1.5 text-left text-muted hover:bg-hover hover:text-ink"
            onClick={() => {
              close();
              helpOpen.set(() => true);
            }}
          >
            Keys
          </button>
          <button
            type="button"
            className="mt-2 w-full rounded-lg border-t border-line px-2 py-1.5 text-left text-muted hover:bg-hover hover:text-ink"
            onClick={leave}
          >
            Sign out
          </button>
        </nav>
      </div>
    </>
  );
}

/** Over the pages beside the drafts, where there is no left pane. */
export function TopBar() {
  return (
    <header className="flex items-center justify-between border-b border-line bg-bg px-4 py-2.5 wide:hidden">
      <Link to="/" aria-label="Drafts">
        <Mark />
      </Link>
      <Menu />
    </header>
  );
}
