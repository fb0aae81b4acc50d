import type {
  CalendarQuery,
  CommandAnswer,
  Decide,
  Draft,
  DraftCalendar,
  DraftCounts,
  DraftList,
  Edit,
  EndDraft,
  EventList,
  InboxList,
  ListDraftsQuery,
  Me,
  Recompose,
  Reschedule,
  Resolve,
  Revision,
  RevisionList,
  Revoke,
  SendEvidenceView,
  Thread,
} from '../../../src/api/schemas/index.ts';
import { call, getJson, postJson } from './http.ts';

/** A command before it gets the id that makes its repeats one. */
export type Command =
  | { path: 'decisions'; body: Decide }
  | { path: 'revoke'; body: Revoke }
  | { path: 'edit'; body: Edit }
  | { path: 'reschedule'; body: Reschedule }
  | { path: 'recheck'; body: EndDraft }
  | { path: 'recompose'; body: Recompose }
  | { path: 'withdraw'; body: EndDraft }
  | { path: 'cancel'; body: EndDraft }
  | { path: 'resolve'; body: Resolve };

const draftPath = (id: string) => `/v1/drafts/${encodeURIComponent(id)}`;

function queryOf(values: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query && `?${query}`;
}

type Flag = 'paused' | 'overdue' | 'escalated';
export type ListFilters = Omit<ListDraftsQuery, 'status' | 'limit' | 'needsMe' | Flag> & {
  [Name in Flag]?: boolean;
} & {
  status?: string;
  needsMe?: true;
};

export const api = {
  me: () => getJson<Me>('/v1/me'),
  list: (filters: ListFilters, signal?: AbortSignal) =>
    getJson<DraftList>(`/v1/drafts${queryOf({ ...filters, limit: 100 })}`, signal),
  counts: (filters: Pick<ListFilters, 'inbox' | 'assignee' | 'needsMe' | 'deadlineBefore'>) =>
    getJson<DraftCounts>(`/v1/drafts/counts${queryOf(filters)}`),
  calendar: (query: CalendarQuery) => getJson<DraftCalendar>(`/v1/drafts/calendar${queryOf({ ...query })}`),
  draft: (id: string, signal?: AbortSignal) => getJson<Draft>(draftPath(id), signal),
  revisions: (id: string) => getJson<RevisionList>(`${draftPath(id)}/revisions`),
  revision: (id: string, revision: number) => getJson<Revision>(`${draftPath(id)}/revisions/${revision}`),
  events: (id: string) => getJson<EventList>(`${draftPath(id)}/events`),
  thread: (id: string) => getJson<Thread>(`${draftPath(id)}/thread`),
  sendEvidence: (id: string) => getJson<SendEvidenceView>(`${draftPath(id)}/send-evidence`),
  inboxes: () => getJson<InboxList>('/v1/inboxes'),
  blob: async (url: string) => (await call(url)).blob(),
  command: (id: string, { path, body }: Command) => postJson<CommandAnswer>(`${draftPath(id)}/${path}`, body),
};
