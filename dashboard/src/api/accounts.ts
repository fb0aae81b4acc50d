import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type {
  AbsenceList,
  AbsenceView,
  AccountLog,
  ApiKeyList,
  ApiKeyView,
  ChangeUser,
  CreateApiKey,
  FreshApiKey,
  Group,
  GroupList,
  InvitedUser,
  InviteUser,
  PutAbsence,
  RotateApiKey,
  User,
  UserList,
} from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, discard, queryOf, send } from './send.ts';

export interface OneTimeLink {
  /** Null: it was mailed. */
  url: string | null;
  expiresAt: string;
  mailed: boolean;
}

export const accounts = {
  invite: (body: InviteUser) => send<InvitedUser>('POST', at('users'), body),
  change: (id: string, body: ChangeUser) => send<User>('PATCH', at('users', id), body),
  link: (id: string) => send<OneTimeLink>('POST', at('users', id, 'link')),
  putGroup: (name: string, members: string[]) => send<Group>('PUT', at('groups', name), { members }),
  removeGroup: (name: string) => discard(at('groups', name)),
  putAbsence: (person: string, body: PutAbsence) => send<AbsenceView>('PUT', at('absences', person), body),
  removeAbsence: (person: string) => discard(at('absences', person)),
  createKey: (body: CreateApiKey) => send<FreshApiKey>('POST', at('keys'), body),
  rotateKey: (id: string, body: RotateApiKey) => send<FreshApiKey>('POST', at('keys', id, 'rotate'), body),
  revokeKey: (id: string) => send<ApiKeyView>('DELETE', at('keys', id)),
};

function firstPage(): string | undefined {
  return undefined;
}

export const accountQueries = {
  users: () => queryOptions({ queryKey: ['users'], queryFn: () => getJson<UserList>(at('users')), staleTime: 0 }),
  groups: () => queryOptions({ queryKey: ['groups'], queryFn: () => getJson<GroupList>(at('groups')), staleTime: 0 }),
  absences: () =>
    queryOptions({ queryKey: ['absences'], queryFn: () => getJson<AbsenceList>(at('absences')), staleTime: 0 }),
  keys: () => queryOptions({ queryKey: ['keys'], queryFn: () => getJson<ApiKeyList>(at('keys')), staleTime: 0 }),
  log: () =>
    infiniteQueryOptions({
      queryKey: ['account-log'],
      queryFn: ({ pageParam }) =>
        getJson<AccountLog>(`${at('account-log')}${queryOf({ limit: 25, cursor: pageParam })}`),
      initialPageParam: firstPage(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      staleTime: 0,
    }),
};
