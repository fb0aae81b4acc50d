import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isViewId, type ViewId } from './lib/views.ts';

export const TABS = ['mail', 'text', 'source', 'thread', 'changes', 'timeline', 'composed'] as const;
export type Tab = (typeof TABS)[number];

/** What a list can be narrowed to; `agent` is the id of who asked for the draft. */
export const FILTERS = ['q', 'inbox', 'recipe', 'agent', 'category', 'batch', 'due', 'group', 'escalated'] as const;
export type Filters = Partial<Record<(typeof FILTERS)[number], string>>;
export const DUES = ['today', 'week', 'overdue'] as const;

/** Ways to sort a list other than as its view does. */
export const ORDERS = ['urgent', 'newest', 'oldest'] as const;
export type Order = (typeof ORDERS)[number];

/** How the scheduled drafts are laid out beside a plain list. */
export const SPANS = ['week', 'month'] as const;
export type Span = (typeof SPANS)[number];

/** All that the address says beside the view and the draft. */
export interface DeskSearch extends Filters {
  order?: Order;
  show?: Span;
  /** `2026-12-01`, the day a calendar stands on; absent: today. */
  day?: string;
  tab?: Tab;
  edit?: true;
}

/** Only the filters of an address. */
export function filtersOf(search: Filters): Filters {
  return Object.fromEntries(FILTERS.flatMap((name) => (search[name] ? [[name, search[name]]] : [])));
}

/** Where the reader is, and ways from there. */
export function useDesk() {
  const params = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const view: ViewId = isViewId(params.view) ? params.view : 'waiting';
  const filters = filtersOf(search);
  const { order } = search;
  const list: DeskSearch = { ...filters, order, ...(view === 'scheduled' && { show: search.show, day: search.day }) };
  return {
    view,
    draftId: params.draftId,
    q: filters.q,
    inbox: filters.inbox,
    filters,
    order,
    show: view === 'scheduled' ? search.show : undefined,
    day: search.day,
    tab: search.tab,
    edit: search.edit ?? false,
    open: (draftId: string, replace = false, tab?: Tab) =>
      navigate({ to: '/$view/$draftId', params: { view, draftId }, search: { ...list, tab }, replace }),
    close: () => navigate({ to: '/$view', params: { view }, search: list }),
    /** What of the address says which list this is. */
    list,
    /** Changes what the address says without leaving the page. */
    refine: (change: DeskSearch) => navigate({ to: '.', search: { ...search, ...change }, replace: true }),
  };
}
