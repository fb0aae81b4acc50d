import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  ActivePolicy,
  DryRun,
  DryRunRequest,
  PolicyPut,
  PolicyVersionList,
  PolicyVersionView,
} from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, queryOf, send } from './send.ts';

export type PolicyRules = PolicyVersionView['policy'];

/** What was typed goes as it is: the server says what is wrong with it, field by field. */
export interface TypedPolicy {
  policy: unknown;
  comment?: string;
  baseVersion: number | null;
}

export const policies = {
  put: (body: TypedPolicy) => send<PolicyPut>('PUT', at('policies'), body),
  activate: (version: number) =>
    send<PolicyVersionView>('POST', at('policies', 'versions', String(version), 'activate')),
  /** One page of a dry run. */
  dryRun: (body: Omit<DryRunRequest, 'policy'> & { policy: unknown }) =>
    send<DryRun>('POST', at('policies', 'dry-run'), body),
};

function firstPage(): string | undefined {
  return undefined;
}

export const policyQueries = {
  active: () =>
    queryOptions({
      queryKey: ['policies', 'active'],
      queryFn: () => getJson<ActivePolicy>(at('policies')),
      staleTime: 0,
    }),
  versions: () =>
    infiniteQueryOptions({
      queryKey: ['policies', 'versions'],
      queryFn: ({ pageParam }) =>
        getJson<PolicyVersionList>(`${at('policies', 'versions')}${queryOf({ limit: 20, cursor: pageParam })}`),
      initialPageParam: firstPage(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      staleTime: 0,
    }),
  version: (version: number) =>
    queryOptions({
      queryKey: ['policies', 'version', version],
      queryFn: () => getJson<PolicyVersionView>(at('policies', 'versions', String(version))),
      staleTime: 0,
    }),
};
