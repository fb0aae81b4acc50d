import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Shell } from './app/Shell.tsx';
import { type DeskSearch, DUES, ORDERS, SPANS, TABS } from './desk.ts';
import { isViewId } from './lib/views.ts';
import { daysOr, type NumbersSearch } from './numbers/spans.ts';
import type { SuppressionSearch } from './settings/SuppressionsPage.tsx';
import { Empty, Failure } from './ui/states.tsx';

const textOr = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** A day that is in the calendar. */
const dayOr = (value: unknown): string | undefined => {
  if (typeof value !== 'string' || !/^[12]\d{3}-\d{2}-\d{2}$/.test(value)) return undefined;
  const ms = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value) ? value : undefined;
};

const root = createRootRoute({
  component: Shell,
  notFoundComponent: () => <Empty title="There is no such page.">The address may be mistyped.</Empty>,
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    q: textOr(search.q),
    inbox: textOr(search.inbox),
    recipe: textOr(search.recipe),
    agent: textOr(search.agent),
    category: textOr(search.category),
    batch: textOr(search.batch),
    due: DUES.find((due) => due === search.due),
    order: ORDERS.find((order) => order === search.order),
    group: textOr(search.group),
    escalated: search.escalated === 'yes' ? 'yes' : undefined,
    show: SPANS.find((span) => span === search.show),
    day: dayOr(search.day),
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

// Loaded when they are opened: who reads drafts does not wait for the pages of those who run the system.
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsLayout.tsx'), 'SettingsLayout'),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/pauses' });
  },
});
const pauses = createRoute({
  getParentRoute: () => settings,
  path: '/pauses',
  component: lazyRouteComponent(() => import('./settings/PausesPage.tsx'), 'PausesPage'),
});
const inboxes = createRoute({
  getParentRoute: () => settings,
  path: '/inboxes',
  component: lazyRouteComponent(() => import('./settings/InboxesPage.tsx'), 'InboxesPage'),
});
const inbox = createRoute({
  getParentRoute: () => settings,
  path: '/inboxes/$inbox',
  component: lazyRouteComponent(() => import('./settings/InboxPage.tsx'), 'InboxPage'),
});
const suppressions = createRoute({
  getParentRoute: () => settings,
  path: '/suppressions',
  validateSearch: (search: Record<string, unknown>): SuppressionSearch => ({
    find: textOr(search.find),
    scope: textOr(search.scope),
    reason: textOr(search.reason),
    expired: search.expired === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import('./settings/SuppressionsPage.tsx'), 'SuppressionsPage'),
});
const recipients = createRoute({
  getParentRoute: () => settings,
  path: '/recipients',
  validateSearch: (search: Record<string, unknown>): { address?: string } => ({ address: textOr(search.address) }),
  component: lazyRouteComponent(() => import('./settings/RecipientsPage.tsx'), 'RecipientsPage'),
});

const limits = createRoute({
  getParentRoute: () => settings,
  path: '/limits',
  component: lazyRouteComponent(() => import('./settings/LimitsPage.tsx'), 'LimitsPage'),
});
const rules = createRoute({
  getParentRoute: () => settings,
  path: '/rules',
  component: lazyRouteComponent(() => import('./settings/RulesPage.tsx'), 'RulesPage'),
});
const ruleEditor = createRoute({
  getParentRoute: () => settings,
  path: '/rules/edit',
  validateSearch: (search: Record<string, unknown>): { from?: number } => ({
    from: typeof search.from === 'number' && Number.isInteger(search.from) ? search.from : undefined,
  }),
  component: lazyRouteComponent(() => import('./settings/RuleEditor.tsx'), 'RuleEditor'),
});
const notifications = createRoute({
  getParentRoute: () => settings,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./settings/NotificationsPage.tsx'), 'NotificationsPage'),
});
const account = createRoute({
  getParentRoute: () => settings,
  path: '/account',
  component: lazyRouteComponent(() => import('./settings/AccountPage.tsx'), 'AccountPage'),
});
const people = createRoute({
  getParentRoute: () => settings,
  path: '/people',
  component: lazyRouteComponent(() => import('./settings/PeoplePage.tsx'), 'PeoplePage'),
});
const keys = createRoute({
  getParentRoute: () => settings,
  path: '/keys',
  component: lazyRouteComponent(() => import('./settings/KeysPage.tsx'), 'KeysPage'),
});
const changes = createRoute({
  getParentRoute: () => settings,
  path: '/changes',
  component: lazyRouteComponent(() => import('./settings/ChangesPage.tsx'), 'ChangesPage'),
});
const settingsPages = [
  ...[settingsHome, pauses, inboxes, inbox, suppressions, recipients, limits],
  ...[rules, ruleEditor, notifications, account, people, keys, changes],
] as const;

const batches = createRoute({
  getParentRoute: () => root,
  path: '/batches',
  component: lazyRouteComponent(() => import('./batches/BatchesPage.tsx'), 'BatchesPage'),
});
const newBatch = createRoute({
  getParentRoute: () => root,
  path: '/batches/new',
  component: lazyRouteComponent(() => import('./batches/NewBatchPage.tsx'), 'NewBatchPage'),
});
const batch = createRoute({
  getParentRoute: () => root,
  path: '/batches/$batchId',
  component: lazyRouteComponent(() => import('./batches/BatchPage.tsx'), 'BatchPage'),
});
const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: lazyRouteComponent(() => import('./operations/OperationsPage.tsx'), 'OperationsPage'),
});
const operation = createRoute({
  getParentRoute: () => root,
  path: '/operations/$operationId',
  component: lazyRouteComponent(() => import('./operations/OperationPage.tsx'), 'OperationPage'),
});
const numbers = createRoute({
  getParentRoute: () => root,
  path: '/numbers',
  validateSearch: (search: Record<string, unknown>): NumbersSearch => ({ days: daysOr(search.days) }),
  component: lazyRouteComponent(() => import('./numbers/NumbersPage.tsx'), 'NumbersPage'),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./alerts/AlertsPage.tsx'), 'AlertsPage'),
});
const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$alertId',
  component: lazyRouteComponent(() => import('./alerts/AlertPage.tsx'), 'AlertPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    view.addChildren([draft]),
    settings.addChildren([...settingsPages]),
    batches,
    newBatch,
    batch,
    operations,
    operation,
    numbers,
    alerts,
    alert,
  ]),
  // A fault of the page itself. What was typed is kept, so starting over costs nothing.
  defaultErrorComponent: ({ error }) => <Failure error={error} retry={() => location.reload()} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
