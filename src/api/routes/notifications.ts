import { createRoute } from '@hono/zod-openapi';
import type { NotificationSettings, UserRow } from '../../store/types.ts';
import { peerOf } from '../auth.ts';
import { askSlack, note, slackDoor } from '../channels/slack-link.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { type MyNotifications, notificationsAnswer, notificationsSchema } from '../schemas/index.ts';
import { isoOrNull } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator', 'auditor', 'admin'] as const;
const PATH = '/v1/me/notifications';
const get = createRoute({
  operationId: 'getMyNotifications',
  ...guard(PEOPLE),
  method: 'get',
  path: PATH,
  summary: 'How you are told of reviews',
  responses: { 200: json(notificationsAnswer, 'Everything is off until you turn it on.'), ...PROBLEMS },
});
const put = createRoute({
  operationId: 'setMyNotifications',
  ...guard(PEOPLE),
  method: 'put',
  path: PATH,
  summary: 'Change how you are told of reviews',
  request: { body: jsonBody(notificationsSchema) },
  responses: { 200: json(notificationsAnswer, 'As it is now.'), ...PROBLEMS },
});
const connect = createRoute({
  operationId: 'connectMySlack',
  ...guard(PEOPLE),
  method: 'post',
  path: `${PATH}/slack`,
  summary: 'Be connected with the Slack member who has your address, once they press a button in Slack',
  responses: { 202: json(notificationsAnswer, 'A message in Slack asks; it waits 15 minutes.'), ...PROBLEMS },
});
const disconnect = createRoute({
  operationId: 'disconnectMySlack',
  ...guard(PEOPLE),
  method: 'delete',
  path: `${PATH}/slack`,
  summary: 'End the connection with Slack, or the question for it',
  responses: { 200: json(notificationsAnswer, 'No button in Slack decides as you.'), ...PROBLEMS },
});

/** What people set about the ways in which they are told. */
export function notificationRoutes(api: Api) {
  return newRouter()
    .openapi(get, async (c) => c.json(await mine(callerOf(c).id), 200))
    .openapi(put, async (c) => {
      const { userId } = await withAccount(callerOf(c).id);
      await api.store.putNotifications({ personId: userId, ...c.req.valid('json') }, api.now());
      return c.json(await mine(userId), 200);
    })
    .openapi(connect, async (c) => {
      const door = slackDoor(api);
      const user = await withAccount(callerOf(c).id);
      await askSlack(api, door, user);
      return c.json(await mine(user.userId), 202);
    })
    .openapi(disconnect, async (c) => {
      const { id } = callerOf(c);
      const was = await api.store.unlinkSlack(id);
      if (was !== null) await note(api, 'slack_unlinked', id, was.slackUserId, peerOf(c, api.trustProxy));
      return c.json(await mine(id), 200);
    });

  async function withAccount(id: string): Promise<UserRow> {
    const user = await api.store.getUser(id);
    if (user !== null) return user;
    throw new ApiProblem('forbidden', 'Only people with an account are told: a configured key has no address.');
  }

  async function mine(id: string): Promise<MyNotifications> {
    const [settings, claim, user] = await Promise.all([
      api.store.getNotifications(id),
      api.store.findSlackClaim(id, api.now()),
      api.store.getUser(id),
    ]);
    const { email, digest } = settings;
    return {
      ...{ email, digest },
      address: user?.email ?? null,
      slack: slackOf(settings, claim?.expiresAtMs ?? null),
      available: api.channels?.open ?? { email: false, slack: false },
    };
  }
}

function slackOf({ slackUserId }: NotificationSettings, untilMs: number | null): MyNotifications['slack'] {
  if (slackUserId !== null) return { state: 'connected', memberId: slackUserId, askedUntil: null };
  return { state: untilMs === null ? 'none' : 'asked', memberId: null, askedUntil: isoOrNull(untilMs) };
}
