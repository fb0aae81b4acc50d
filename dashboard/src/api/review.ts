import { queryOptions } from '@tanstack/react-query';
import type {
  AddComment,
  AddLook,
  Assignee,
  CommentAdded,
  DraftPolicy,
  DraftSources,
  LastLook,
  NumbersView,
  People,
  RecipientNotes,
  SavedViewList,
  SavedViewView,
} from '../../../src/api/schemas/index.ts';
import { call, getJson, postJson } from './http.ts';
import { at, discard, queryOf, send } from './send.ts';

/** What the desk does around a decision. */
export const review = {
  comment: (id: string, body: AddComment) => postJson<CommentAdded>(at('drafts', id, 'comments'), body),
  claim: (id: string, takeOver: boolean) => postJson<Assignee>(at('drafts', id, 'claim'), { takeOver }),
  release: (id: string) => send<Assignee>('DELETE', at('drafts', id, 'claim')),
  assign: (id: string, person: string) => send<Assignee>('PUT', at('drafts', id, 'assignee'), { person }),
  noteLook: async (id: string, body: AddLook) => {
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
    await call(at('drafts', id, 'looks'), { method: 'POST', ...json });
  },
  saveView: (name: string, path: string) => postJson<SavedViewView>(at('saved-views'), { name, path }),
  removeView: (id: string) => discard(at('saved-views', id)),
};

export const reviewQueries = {
  lastLook: (id: string) =>
    queryOptions({
      queryKey: ['look', id],
      queryFn: () => getJson<LastLook>(at('drafts', id, 'looks')),
      // What was seen before this visit; it must not change while one reads.
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  /** Rules may change without a word to the draft: asked anew each time. */
  policy: (id: string) =>
    queryOptions({
      queryKey: ['draft', id, 'policy'],
      queryFn: () => getJson<DraftPolicy>(at('drafts', id, 'policy')),
      staleTime: 0,
    }),
  /** `whole`: the answers as long as the server gives them. */
  sources: (id: string, whole: boolean) =>
    queryOptions({
      queryKey: ['draft', id, 'sources', whole],
      queryFn: () => getJson<DraftSources>(`${at('drafts', id, 'sources')}${whole ? '?maxLength=2000000' : ''}`),
    }),
  reviewers: () =>
    queryOptions({ queryKey: ['reviewers'], queryFn: () => getJson<People>(at('reviewers')), staleTime: 300_000 }),
  recipientNotes: (id: string, addresses: readonly string[]) =>
    queryOptions({
      queryKey: ['recipient-notes', id, addresses],
      queryFn: () =>
        getJson<RecipientNotes>(
          `${at('drafts', id, 'recipient-notes')}${queryOf({ addresses: addresses.join('\n') })}`,
        ),
      staleTime: 60_000,
    }),
  savedViews: () =>
    queryOptions({ queryKey: ['saved-views'], queryFn: () => getJson<SavedViewList>(at('saved-views')) }),
  numbers: (query: { from: string; to: string; inbox?: string; timeZone: string }) =>
    queryOptions({ queryKey: ['numbers', query], queryFn: () => getJson<NumbersView>(`/v1/numbers${queryOf(query)}`) }),
};
