import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  AddSuppression,
  ImportResult,
  ImportSuppressions,
  ListSuppressionsQuery,
  ProposalList,
  ProposalView,
  RecipientPreferenceChanges,
  RecipientPreferences,
  SuppressionList,
  SuppressionView,
} from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, discard, download, queryOf, send } from './send.ts';

export type SuppressionFilter = Pick<ListSuppressionsQuery, 'q' | 'scope' | 'reason' | 'expired'>;

/** The people who receive: what they must not get, and what they prefer. */
export const recipients = {
  suppress: (body: AddSuppression) => send<SuppressionView>('POST', at('suppressions'), body),
  lift: ({ entry, scope, reason }: Pick<SuppressionView, 'entry' | 'scope' | 'reason'>) =>
    discard(`${at('suppressions', entry)}${queryOf({ scope, reason })}`),
  import: (body: ImportSuppressions) => send<ImportResult>('POST', at('suppressions', 'import'), body),
  export: () => download(at('suppressions', 'export'), 'suppressions.csv'),
  decide: (id: string, verb: 'accept' | 'dismiss') => send<ProposalView>('POST', at('suppression-proposals', id, verb)),
  setPreferences: (address: string, body: RecipientPreferenceChanges) =>
    send<RecipientPreferences>('PUT', at('recipients', address, 'preferences'), body),
  forget: (address: string) => discard(at('recipients', address, 'preferences')),
};

function firstPage(): string | undefined {
  return undefined;
}

export const recipientQueries = {
  suppressions: (filter: SuppressionFilter) =>
    infiniteQueryOptions({
      queryKey: ['suppressions', filter],
      queryFn: ({ pageParam, signal }) =>
        getJson<SuppressionList>(
          `${at('suppressions')}${queryOf({ ...filter, limit: 50, cursor: pageParam })}`,
          signal,
        ),
      initialPageParam: firstPage(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      staleTime: 0,
    }),
  proposals: () =>
    queryOptions({
      queryKey: ['proposals'],
      queryFn: () => getJson<ProposalList>(`${at('suppression-proposals')}${queryOf({ status: 'open', limit: 100 })}`),
      refetchInterval: 20_000,
      staleTime: 5_000,
    }),
  preferences: (address: string) =>
    queryOptions({
      queryKey: ['preferences', address],
      queryFn: () => getJson<RecipientPreferences>(at('recipients', address, 'preferences')),
      staleTime: 0,
    }),
};
