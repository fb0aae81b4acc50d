import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { type Deed, useMay } from './may.ts';
import { Scroller } from './parts/Page.tsx';

const PAGES = [
  { to: '/settings/pauses', word: 'Stop and go', needs: 'see' },
  { to: '/settings/inboxes', word: 'Inboxes', needs: null },
  { to: '/settings/rules', word: 'Rules', needs: 'see' },
  { to: '/settings/suppressions', word: 'Suppressions', needs: 'see' },
  { to: '/settings/recipients', word: 'Recipients', needs: 'see' },
  { to: '/settings/limits', word: 'Limits and quota', needs: 'see' },
  { to: '/settings/notifications', word: 'Notifications', needs: 'beTold' },
  { to: '/settings/account', word: 'Your account', needs: null },
  { to: '/settings/people', word: 'People and groups', needs: 'seePeople' },
  { to: '/settings/keys', word: 'Keys', needs: 'see' },
  { to: '/settings/changes', word: 'Changes', needs: 'see' },
] as const satisfies readonly { to: string; word: string; needs: Deed | null }[];

/** The list of settings beside the page; above it on a phone, where it scrolls. */
export function SettingsLayout() {
  const may = useMay();
  const pages = PAGES.filter(({ needs }) => needs === null || may(needs));
  const list = useRef<HTMLUListElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list scrolls to where one is whenever that changes
  useEffect(() => {
    const current = list.current?.querySelector('[aria-current]');
    current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [pathname, pages.length]);
  return (
    <div className="flex min-h-0 flex-1 flex-col tablet:flex-row">
      <nav
        aria-label="Settings"
        className="shrink-0 border-line bg-bg max-tablet:border-b tablet:w-52 tablet:overflow-y-auto tablet:border-r tablet:p-3"
      >
        <p className="hidden px-2 pt-2 pb-3 text-base font-semibold tablet:block">Settings</p>
        <ul
          ref={list}
          className="flex gap-1 max-tablet:overflow-x-auto max-tablet:px-3 max-tablet:py-2 max-tablet:[scrollbar-width:none] tablet:flex-col tablet:gap-0.5"
        >
          {pages.map(({ to, word }) => (
            <li key={to} className="shrink-0">
              <Link
                to={to}
                preload="intent"
                className="block rounded-lg px-2 py-1.5"
                activeProps={{ className: 'bg-selected font-semibold' }}
                inactiveProps={{ className: 'text-muted hover:bg-hover hover:text-ink' }}
              >
                {word}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Scroller>
        <Outlet />
      </Scroller>
    </div>
  );
}
