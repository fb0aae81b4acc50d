import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { codeOf } from '../../channels/overview.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { channelListSchema, channelParams, channelTestSchema } from '../schemas/index.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const DAY_MS = 86_400_000;
const list = createRoute({
  operationId: 'listChannels',
  ...guard(['operator']),
  method: 'get',
  path: '/v1/channels',
  summary: 'The ways in which people are told and decide outside the desk, as they are set up',
  responses: { 200: json(channelListSchema, 'Without any secret.'), ...PROBLEMS },
});
const test = createRoute({
  operationId: 'testChannel',
  ...guard(['operator']),
  method: 'post',
  path: '/v1/channels/{channel}/test',
  summary: 'Send a test: mail to you, Slack to the shared conversation or you, a signed `channel.test` by webhook',
  request: { params: channelParams },
  responses: { 200: json(channelTestSchema, 'Whether it was taken, and why not.'), ...PROBLEMS },
});

export function channelRoutes(api: Api) {
  return newRouter()
    .openapi(list, async (c) => {
      const counts = new Map((await api.store.countTellings(api.now() - DAY_MS)).map((one) => [one.channel, one]));
      const none = { delivered: 0, pending: 0, failed: 0, lastError: null };
      const items = (api.channels?.overview ?? []).map((channel) => {
        if (channel.id === 'webhook_in') return { ...channel, tellings: null };
        const { channel: _name, ...tellings } = counts.get(channel.id === 'webhook_out' ? 'webhook' : channel.id) ?? {
          ...none,
          channel: null,
        };
        return { ...channel, tellings };
      });
      return c.json({ items }, 200);
    })
    .openapi(test, async (c) => {
      const { channel } = c.req.valid('param');
      const tester = api.channels?.testers?.[channel];
      if (tester === undefined) throw new ApiProblem('not_found', 'This channel is not set up here.');
      const { id } = callerOf(c);
      const [user, { slackUserId }] = await Promise.all([api.store.getUser(id), api.store.getNotifications(id)]);
      try {
        const told = await tester({ email: user?.email ?? null, slackUserId }, randomUUID());
        const code = told === null ? 'nobody_to_tell' : null;
        return c.json({ ok: told !== null, code, told }, 200);
      } catch (error) {
        api.log?.info({ channel, actorId: id, code: codeOf(error) }, 'a test of a channel was not taken');
        return c.json({ ok: false, code: codeOf(error), told: null }, 200);
      }
    });
}
