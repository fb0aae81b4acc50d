import { queryOptions } from '@tanstack/react-query';
import type { ChannelList, ChannelTest, MyNotifications, Notifications } from '../../../src/api/schemas/index.ts';
import { getJson } from './http.ts';
import { at, send } from './send.ts';

/** What is pressed in Slack is seen here without a word from the server. */
const ASKED_MS = 3_000;
const mine = at('me', 'notifications');

export type Channel = ChannelList['items'][number];
export type Testable = 'email' | 'slack' | 'webhook_out';

export const notifications = {
  set: (body: Notifications) => send<MyNotifications>('PUT', mine, body),
  connectSlack: () => send<MyNotifications>('POST', `${mine}/slack`),
  disconnectSlack: () => send<MyNotifications>('DELETE', `${mine}/slack`),
  test: (channel: Testable) => send<ChannelTest>('POST', at('channels', channel, 'test')),
};

export const notificationQueries = {
  mine: () =>
    queryOptions({
      queryKey: ['notifications'],
      queryFn: () => getJson<MyNotifications>(mine),
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.slack.state === 'asked' ? ASKED_MS : false),
    }),
  channels: () =>
    queryOptions({ queryKey: ['channels'], queryFn: () => getJson<ChannelList>(at('channels')), staleTime: 0 }),
};
