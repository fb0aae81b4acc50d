import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  DraftPaused,
  Operation,
  OperationItems,
  OperationList,
  PauseDraft,
  PreviewOperation,
} from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, download, queryOf, send } from './send.ts';

export const operations = {
  preview: (body: PreviewOperation) => send<Operation>('POST', at('operations'), body),
  run: (id: string) => send<Operation>('POST', at('operations', id, 'run')),
  cancel: (id: string) => send<Operation>('POST', at('operations', id, 'cancel')),
  results: (id: string) => download(`${at('operations', id, 'results')}?format=csv`, `${id}.csv`),
  pauseDraft: (id: string, body: PauseDraft) => send<DraftPaused>('PUT', at('drafts', id, 'pause'), body),
  resumeDraft: (id: string) => send<DraftPaused>('DELETE', at('drafts', id, 'pause')),
};

export const isMoving = ({ status }: Pick<Operation, 'status'>): boolean =>
  status === 'starting' || status === 'running';

function firstPage(): string | undefined {
  return undefined;
}
const firstPosition = 0;

export const operationQueries = {
  list: () =>
    infiniteQueryOptions({
      queryKey: ['operations'],
      queryFn: ({ pageParam }) =>
        getJson<OperationList>(`${at('operations')}${queryOf({ limit: 25, cursor: pageParam })}`),
      initialPageParam: firstPage(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      refetchInterval: 10_000,
      staleTime: 0,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['operation', id],
      queryFn: () => getJson<Operation>(at('operations', id)),
      refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 1_000 : false),
      staleTime: 0,
    }),
  /** Drafts that were left, or that nobody confirmed. */
  items: (id: string, state: 'skipped' | 'failed') =>
    infiniteQueryOptions({
      queryKey: ['operation', id, state],
      queryFn: ({ pageParam }) =>
        getJson<OperationItems>(`${at('operations', id, 'items')}${queryOf({ state, after: pageParam, limit: 50 })}`),
      initialPageParam: firstPosition,
      getNextPageParam: (last) => last.nextAfter ?? undefined,
      staleTime: 5_000,
    }),
};
