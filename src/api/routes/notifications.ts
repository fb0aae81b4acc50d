import { createRoute } from '@hono/zod-openapi';
import type { NotificationSettings } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { notificationsAnswer, notificationsSchema } from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator', 'auditor', 'admin'] as const;
const get = createRoute({
  operationId: 'getMyNotifications',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/me/notifications',
  summary: 'How you are told of reviews',
  responses: { 200: json(notificationsAnswer, 'Everything is off until you turn it on.'), ...PROBLEMS },
});
const put = createRoute({
  operationId: 'setMyNotifications',
  ...guard(PEOPLE),
  method: 'put',
  path: '/v1/me/notifications',
  summary: 'Change how you are told of reviews',
  request: { body: jsonBody(notificationsSchema) },
  responses: { 200: json(notificationsAnswer, 'As it is now.'), ...PROBLEMS },
});

/** What people set about the ways in which they are told. */
export function notificationRoutes(api: Api) {
  const view = ({ email, digest, slackUserId }: NotificationSettings) => ({
    ...{ email, digest, slackUserId },
    available: api.channels?.open ?? { email: false, slack: false },
  });
  return newRouter()
    .openapi(get, async (c) => c.json(view(await api.store.getNotifications(callerOf(c).id)), 200))
    .openapi(put, async (c) => {
      const { id } = callerOf(c);
      const settings = { personId: id, ...c.req.valid('json') };
      if ((await api.store.getUser(id)) === null) {
        throw new ApiProblem('forbidden', 'Only people with an account are told: a configured key has no address.');
      }
      if (!(await api.store.putNotifications(settings, api.now()))) {
        throw new ApiProblem('already_exists', 'Somebody else has this Slack user. Ask an admin.');
      }
      return c.json(view(settings), 200);
    });
}
