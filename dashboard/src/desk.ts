import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { isViewId, type ViewId } from './lib/views.ts';

export const TABS = ['mail', 'text', 'source', 'thread', 'changes', 'timeline'] as const;
export type Tab = (typeof TABS)[number];

/** All that the address says beside the view and the draft. */
export interface DeskSearch {
  q?: string;
  inbox?: string;
  tab?: Tab;
  edit?: true;
}

/** Where the reader is, and ways from there. */
export function useDesk() {
  const params = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const view: ViewId = isViewId(params.view) ? params.view : 'waiting';
  const { q, inbox } = search;
  return {
    view,
    draftId: params.draftId,
    q,
    inbox,
    tab: search.tab,
    edit: search.edit ?? false,
    open: (draftId: string, replace = false) =>
      navigate({ to: '/$view/$draftId', params: { view, draftId }, search: { q, inbox }, replace }),
    close: () => navigate({ to: '/$view', params: { view }, search: { q, inbox } }),
    /** Changes what the address says without leaving the page. */
    refine: (change: DeskSearch) => navigate({ to: '.', search: { ...search, ...change }, replace: true }),
  };
}
