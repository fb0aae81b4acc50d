import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { DraftCounts } from '../../../src/api/schemas/index.ts';
import { queries, queryClient } from '../api/queries.ts';
import { signOut } from '../api/session.ts';
import { helpOpen } from '../app/help.ts';
import { Mark } from '../app/Mark.tsx';
import { Places } from '../app/Places.tsx';
import { useDesk } from '../desk.ts';
import { VIEW_IDS, VIEWS, type ViewId } from '../lib/views.ts';
import { SavedViews } from './SavedViews.tsx';

export function countOf(view: ViewId, counts: DraftCounts | undefined): number | null {
  if (!counts) return null;
  const { statuses } = VIEWS[view];
  return statuses.length === 0 ? counts.total : statuses.reduce((sum, status) => sum + (counts.counts[status] ?? 0), 0);
}

/** The left pane; narrower screens have the same links above the queue. */
export function Views() {
  const { inbox } = useDesk();
  const { data: me } = useQuery(queries.me());
  return (
    <nav aria-label="Views" className="hidden w-56 shrink-0 flex-col gap-5 border-r border-line bg-bg p-3 wide:flex">
      <div className="px-2 pt-1">
        <Mark />
      </div>
      <ViewLinks inbox={inbox} look="list" />
      <div className="border-t border-line pt-3">
        <Places />
      </div>
      <div className="mt-auto px-2 text-xs text-muted">
        <p title={me?.id}>
          {me && (
            <Link
              to="/settings/account"
              className="inline-block max-w-full truncate py-1 hover:text-ink hover:underline"
            >
              {me.name}
            </Link>
          )}
        </p>
        <p className="flex gap-3">
          <button type="button" className="py-1 hover:text-ink hover:underline" onClick={leave}>
            Sign out
          </button>
          <button
            type="button"
            className="py-1 hover:text-ink hover:underline"
            onClick={() => helpOpen.set(() => true)}
          >
            Keys
          </button>
        </p>
      </div>
    </nav>
  );
}

/** Nothing of this person stays in the page for the next. */
export function leave(): void {
  queryClient.clear();
  signOut();
  location.assign('/');
}

export function ViewLinks({ inbox, look }: { inbox: string | undefined; look: 'list' | 'strip' }) {
  const { data: all } = useQuery(queries.counts(inbox));
  const { data: mine } = useQuery(queries.counts(inbox, 'me'));
  const { data: needs } = useQuery(queries.needsMe(inbox));
  const { data: free } = useQuery(queries.counts(inbox, 'none'));
  const { data: due } = useQuery(queries.dueCounts(VIEWS.due.dueWithinMs ?? 0, inbox));
  const countsOf = { me: mine, none: free };
  // Beside the drafts there is no view to be on.
  const { view: current } = useParams({ strict: false });
  return (
    <ul
      className={
        look === 'list' ? 'space-y-0.5' : 'relative flex gap-1 overflow-x-auto px-3 pb-2 [scrollbar-width:none]'
      }
    >
      {VIEW_IDS.map((view) => {
        const { assignee, dueWithinMs, needsMe } = VIEWS[view];
        const of = needsMe ? needs : dueWithinMs !== undefined ? due : assignee ? countsOf[assignee] : all;
        const count = countOf(view, of);
        const on = view === current;
        const urgent = view === 'attention' && (count ?? 0) > 0;
        return (
          <li key={view} className="shrink-0">
            <Link
              to="/$view"
              params={{ view }}
              search={{ inbox }}
              aria-current={on ? 'page' : undefined}
              className={`flex items-center justify-between gap-2 rounded-lg px-2 py-1.5 ${on ? 'bg-selected font-semibold' : 'text-muted hover:bg-hover hover:text-ink'}`}
            >
              {VIEWS[view].title}
              {count !== null && count > 0 && (
                <span className={`text-xs tabular-nums ${urgent ? 'font-semibold text-bad' : 'text-muted'}`}>
                  {count}
                  <span className="sr-only"> drafts</span>
                </span>
              )}
            </Link>
          </li>
        );
      })}
      <SavedViews look={look} />
    </ul>
  );
}
