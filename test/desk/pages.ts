import { VIEW_IDS } from '../../dashboard/src/lib/views.ts';
import type { DeskSystem } from './system.ts';

export interface PageCase {
  who: keyof DeskSystem['keys'];
  path: string;
}

/** What the addresses of some pages name. */
export interface Things {
  draft: string;
  inbox: string;
  batch: string;
  alert: string;
  operation: string;
}

const as = (who: PageCase['who'], ...paths: string[]): PageCase[] => paths.map((path) => ({ who, path }));

/**
 * For every route of the desk the pages that are looked at; none where it only leads on. The test fails when a route
 * has no entry here, so a new page is looked at from its first day.
 */
export const PAGES: Readonly<Record<string, (things: Things) => PageCase[]>> = {
  '/': () => [],
  '/settings': () => [],
  '/$view': () => as('ana', ...VIEW_IDS.map((view) => `/${view}`), '/scheduled?show=week', '/scheduled?show=month'),
  '/$view/$draftId': ({ draft }) =>
    as(
      'ana',
      ...['', '?tab=text', '?tab=source', '?tab=thread', '?tab=changes', '?tab=timeline', '?tab=composed'].map(
        (search) => `/all/${draft}${search}`,
      ),
      `/waiting/${draft}?edit=true`,
    ),
  '/settings/pauses': () => as('ana', '/settings/pauses'),
  '/settings/inboxes': () => as('ana', '/settings/inboxes'),
  '/settings/inboxes/$inbox': ({ inbox }) => as('ana', `/settings/inboxes/${encodeURIComponent(inbox)}`),
  '/settings/rules': () => as('ana', '/settings/rules'),
  '/settings/rules/edit': () => as('ana', '/settings/rules/edit'),
  '/settings/suppressions': () => as('ana', '/settings/suppressions'),
  '/settings/recipients': () => as('ana', '/settings/recipients?address=emil%40example.com'),
  '/settings/limits': () => as('ana', '/settings/limits'),
  '/settings/notifications': () => as('ana', '/settings/notifications'),
  '/settings/account': () => as('ana', '/settings/account'),
  '/settings/people': () => as('olga', '/settings/people'),
  '/settings/keys': () => as('olga', '/settings/keys'),
  '/settings/changes': () => as('olga', '/settings/changes'),
  '/numbers': () => as('ana', '/numbers'),
  '/alerts': () => as('ana', '/alerts'),
  '/alerts/$alertId': ({ alert }) => as('ana', `/alerts/${alert}`),
  '/batches': () => as('ana', '/batches'),
  '/batches/$batchId': ({ batch }) => as('ana', `/batches/${batch}`),
  '/batches/new': () => as('agent', '/batches/new'),
  '/operations': () => as('ana', '/operations'),
  '/operations/$operationId': ({ operation }) => as('ana', `/operations/${operation}`),
};
