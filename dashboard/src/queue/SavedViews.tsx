import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { filtersOf, ORDERS, useDesk } from '../desk.ts';
import { isViewId } from '../lib/views.ts';

/** One's own views, under those that everybody has. */
export function SavedViews({ look }: { look: 'list' | 'strip' }) {
  const { view: current, filters, order: sorted } = useDesk();
  const { data: me } = useQuery(queries.me());
  const person = me?.roles.some((role) => role === 'reviewer' || role === 'operator') ?? false;
  const { data } = useQuery({ ...reviewQueries.savedViews(), enabled: person && me?.inboxes === null });
  return data?.items.map(({ id, name, path }) => {
    const [place = '', query = ''] = path.slice(1).split('?');
    if (!isViewId(place)) return null;
    const said = new URLSearchParams(query);
    const search = filtersOf(Object.fromEntries(said));
    const order = ORDERS.find((one) => one === said.get('order'));
    const on = place === current && order === sorted && JSON.stringify(search) === JSON.stringify(filters);
    return (
      <li key={id} className={look === 'list' ? '' : 'shrink-0'}>
        <Link
          to="/$view"
          params={{ view: place }}
          search={{ ...search, order }}
          aria-current={on ? 'page' : undefined}
          className={`block truncate rounded-lg px-2 py-1.5 ${on ? 'bg-selected font-semibold' : 'text-muted hover:bg-hover hover:text-ink'}`}
        >
          {name}
        </Link>
      </li>
    );
  });
}
