import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { Shell } from './app/Shell.tsx';
import { type DeskSearch, TABS } from './desk.ts';
import { isViewId } from './lib/views.ts';
import { Failure } from './ui/states.tsx';

const textOr = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => null,
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    q: textOr(search.q),
    inbox: textOr(search.inbox),
    tab: TABS.find((tab) => tab === search.tab),
    edit: search.edit === true ? true : undefined,
  }),
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/$view', params: { view: 'waiting' } });
  },
});

const view = createRoute({
  getParentRoute: () => root,
  path: '/$view',
  beforeLoad: ({ params }) => {
    if (!isViewId(params.view)) throw redirect({ to: '/$view', params: { view: 'waiting' } });
  },
});

const draft = createRoute({ getParentRoute: () => view, path: '/$draftId' });

export const router = createRouter({
  routeTree: root.addChildren([home, view.addChildren([draft])]),
  // A fault of the page itself. What was typed is kept, so starting over costs nothing.
  defaultErrorComponent: ({ error }) => <Failure error={error} retry={() => location.reload()} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
