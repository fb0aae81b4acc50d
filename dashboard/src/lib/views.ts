import type { DraftList, DraftSummary } from '../../../src/api/schemas/index.ts';
import type { DraftOrder, DraftStatus } from '../../../src/domain/state.ts';

export const VIEW_IDS = [
  'needs-me',
  'waiting',
  'mine',
  'unassigned',
  'due',
  'scheduled',
  'attention',
  'changes',
  'sent',
  'rejected',
  'all',
] as const;
export type ViewId = (typeof VIEW_IDS)[number];

export interface View {
  title: string;
  /** None means every status. */
  statuses: readonly DraftStatus[];
  order: DraftOrder;
  /** Only what I have, or what nobody has. */
  assignee?: 'me' | 'none';
  /** Only what an approval of mine would count for. */
  needsMe?: true;
  /** Only what has a time to keep within this: to go, or to be reviewed by. */
  dueWithinMs?: number;
  empty: string;
  next: string;
}

export const VIEWS: Record<ViewId, View> = {
  'needs-me': {
    title: 'Needs me',
    statuses: ['in_review'],
    order: 'urgent',
    needsMe: true,
    empty: 'Nothing waits for your approval.',
    next: 'Drafts you have approved already, or may not approve, are under Waiting.',
  },
  waiting: {
    title: 'Waiting',
    statuses: ['in_review'],
    order: 'urgent',
    empty: 'Nothing waits for you.',
    next: 'New drafts appear here by themselves.',
  },
  mine: {
    title: 'Mine',
    statuses: ['in_review', 'changes_requested', 'scheduled', 'needs_attention'],
    order: 'newest',
    assignee: 'me',
    empty: 'You have no draft.',
    next: 'What you take, or are handed, is kept here for you.',
  },
  unassigned: {
    title: 'Unassigned',
    statuses: ['in_review'],
    order: 'urgent',
    assignee: 'none',
    empty: 'Somebody has every draft that waits.',
    next: 'Drafts nobody has taken appear here.',
  },
  due: {
    title: 'Due soon',
    statuses: ['in_review'],
    order: 'urgent',
    dueWithinMs: 86_400_000,
    empty: 'Nothing that waits has to go, or be decided, within a day.',
    next: 'Drafts appear here a day before the time they are to go, or before their review ends.',
  },
  scheduled: {
    title: 'Scheduled',
    statuses: ['scheduled', 'sending'],
    order: 'due',
    empty: 'Nothing is on its way.',
    next: 'Approved drafts wait here for their time.',
  },
  attention: {
    title: 'Attention',
    statuses: ['needs_attention'],
    order: 'newest',
    empty: 'Nothing needs your attention.',
    next: 'A send whose outcome is unknown would show here.',
  },
  changes: {
    title: 'Changes requested',
    statuses: ['changes_requested'],
    order: 'newest',
    empty: 'No draft waits for changes.',
    next: 'Drafts you send back wait here for a new revision.',
  },
  sent: {
    title: 'Sent',
    statuses: ['sent'],
    order: 'newest',
    empty: 'Nothing was sent yet.',
    next: 'Every email that left is kept here with its history.',
  },
  rejected: {
    title: 'Rejected',
    statuses: ['rejected', 'withdrawn', 'cancelled', 'expired', 'failed'],
    order: 'newest',
    empty: 'No draft was turned down.',
    next: 'Rejected, withdrawn and expired drafts are kept here.',
  },
  all: {
    title: 'All',
    statuses: [],
    order: 'newest',
    empty: 'There are no drafts yet.',
    next: 'They appear as soon as an agent asks for an email.',
  },
};

export const isViewId = (value: string | undefined): value is ViewId => VIEW_IDS.some((id) => id === value);

/** A draft in a list. */
export interface ListRow extends DraftSummary {
  /** False: since the list was loaded it has come to need no approval of mine. */
  needsMe?: boolean;
}
export type ListPage = Pick<DraftList, 'nextCursor'> & { items: ListRow[] };

export function belongs(view: ViewId, status: DraftStatus, needsMe = true): boolean {
  const { statuses, needsMe: mine } = VIEWS[view];
  return (statuses.length === 0 || statuses.includes(status)) && (needsMe || !mine);
}
