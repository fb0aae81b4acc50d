import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  AddPause,
  Alert,
  AlertDetail,
  AlertList,
  DraftList,
  Inbox,
  InboxChanges,
  LimitList,
  LimitView,
  PauseList,
  PauseView,
  PutLimit,
  Quota,
  QuotaChanges,
  RecipeList,
  Resumed,
  SettingsLog,
} from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, discard, queryOf, send } from './send.ts';

export type PauseTarget = Pick<PauseView, 'kind' | 'id'>;

/** Drafts that a pause holds back. `more`: there are others beyond those that were looked at. */
export interface Held {
  count: number;
  more: boolean;
}

/** The settings of sending: pauses, inboxes, limits, alerts. */
export const operate = {
  addPause: (body: AddPause) => send<PauseView>('POST', at('pauses'), body),
  removePause: ({ kind, id }: PauseTarget) =>
    send<Resumed>('DELETE', kind === 'all' ? at('pauses', 'all') : at('pauses', kind, id ?? '')),
  changeInbox: (id: string, changes: InboxChanges) => send<Inbox>('PATCH', at('inboxes', id), changes),
  setLimit: ({ kind, target }: Pick<LimitView, 'kind' | 'target'>, body: PutLimit) =>
    send<LimitView>('PUT', at('limits', kind, target), body),
  removeLimit: ({ kind, target }: Pick<LimitView, 'kind' | 'target'>) => discard(at('limits', kind, target)),
  setQuota: (body: QuotaChanges) => send<Quota>('PUT', at('quota'), body),
  acknowledge: (id: string) => send<Alert>('POST', at('alerts', id, 'acknowledge')),
  testAlert: () => send<Alert>('POST', at('alerts', 'test')),
};

/** How often what has no live stream is asked for again, while somebody looks at it. */
const OFTEN_MS = 5_000;
const NOW_AND_THEN_MS = 20_000;

export const operateQueries = {
  pauses: () =>
    queryOptions({
      queryKey: ['pauses'],
      queryFn: () => getJson<PauseList>(at('pauses')),
      refetchInterval: NOW_AND_THEN_MS,
      staleTime: OFTEN_MS,
    }),
  held: (target: PauseTarget) =>
    queryOptions({
      queryKey: ['held', target.kind, target.id ?? ''],
      queryFn: ({ signal }) => heldBy(target, signal),
      refetchInterval: OFTEN_MS,
      staleTime: OFTEN_MS,
    }),
  recipes: () =>
    queryOptions({ queryKey: ['recipes'], queryFn: () => getJson<RecipeList>(at('recipes')), staleTime: 300_000 }),
  limits: () => queryOptions({ queryKey: ['limits'], queryFn: () => getJson<LimitList>(at('limits')), staleTime: 0 }),
  quota: () =>
    queryOptions({
      queryKey: ['quota'],
      queryFn: () => getJson<Quota>(at('quota')),
      refetchInterval: NOW_AND_THEN_MS,
      staleTime: OFTEN_MS,
    }),
  log: (cursor?: string) =>
    queryOptions({
      queryKey: ['settings-log', cursor ?? ''],
      queryFn: () => getJson<SettingsLog>(`${at('settings-log')}${queryOf({ limit: 20, cursor })}`),
      placeholderData: keepPreviousData,
      staleTime: 0,
    }),
  openAlerts: () =>
    queryOptions({
      queryKey: ['alerts', 'open'],
      queryFn: () => getJson<AlertList>(`${at('alerts')}${queryOf({ open: true, limit: 200 })}`),
      refetchInterval: NOW_AND_THEN_MS,
      staleTime: OFTEN_MS,
    }),
  pastAlerts: (cursor?: string) =>
    queryOptions({
      queryKey: ['alerts', 'past', cursor ?? ''],
      queryFn: () => getJson<AlertList>(`${at('alerts')}${queryOf({ open: false, limit: 30, cursor })}`),
      placeholderData: keepPreviousData,
      staleTime: OFTEN_MS,
    }),
  alert: (id: string) =>
    queryOptions({
      queryKey: ['alert', id],
      queryFn: () => getJson<AlertDetail>(at('alerts', id)),
      refetchInterval: OFTEN_MS,
      staleTime: 0,
    }),
};

const LOOKED_AT = 200;

/** Held drafts are overdue, so they come first by due time: one page tells, as long as it is not full. */
async function heldBy({ kind, id }: PauseTarget, signal: AbortSignal): Promise<Held> {
  const narrow = {
    ...(kind === 'inbox' && { inbox: id ?? '' }),
    ...(kind === 'recipe' && { recipe: id ?? '' }),
    ...(kind === 'agent' && { createdBy: id ?? '' }),
  };
  const query = { ...narrow, status: 'scheduled', order: 'due', dueBefore: new Date().toISOString(), limit: LOOKED_AT };
  const { items, nextCursor } = await getJson<DraftList>(`${at('drafts')}${queryOf(query)}`, signal);
  const held = items.filter(
    ({ reason, batchId }) =>
      (reason?.code === 'paused' || reason?.code === 'inbox_paused') && (kind !== 'batch' || batchId === id),
  );
  return { count: held.length, more: nextCursor !== null };
}
