import { createHash } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { APPROVE, CHANGES, closedMessage, REJECT, reasonModal } from '../../channels/slack.ts';
import { CONNECT, NOT_ME } from '../../channels/slack-link.ts';
import { isRejectionReason } from '../../domain/rejection.ts';
import { callerFor, decideAs, standingOf, whatHappened } from '../channels/decide.ts';
import { takeLinkPress } from '../channels/slack-link.ts';
import { slackSigned } from '../channels/slack-signature.ts';
import type { Api } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import type { Decision } from '../schemas/index.ts';
import { guard, newRouter, PROBLEMS } from './shared.ts';

export const SLACK_PATH = '/v1/slack/interactions';
const MAX_BYTES = 256 * 1024;

const aboutSchema = z.object({ draftId: z.string(), revision: z.int(), digest: z.string() });
const valueSchema = aboutSchema.extend({ channel: z.string().nullish(), ts: z.string().nullish() });
/** Of people from other workspaces Slack names theirs: ids alone do not tell members apart. */
const who = {
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
};
const payloadSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('block_actions'),
    ...who,
    trigger_id: z.string(),
    container: z.object({ channel_id: z.string(), message_ts: z.string() }),
    actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })),
  }),
  z.object({
    type: z.literal('view_submission'),
    ...who,
    view: z.object({
      callback_id: z.string(),
      private_metadata: z.string(),
      state: z.object({
        values: z.object({
          reason: z.object({ text: z.object({ value: z.string().nullish() }) }),
          code: z.object({ code: z.object({ selected_option: z.object({ value: z.string() }).nullish() }) }).optional(),
        }),
      }),
    }),
  }),
]);

const interact = createRoute({
  operationId: 'receiveSlackInteraction',
  ...guard('public'),
  method: 'post',
  path: SLACK_PATH,
  summary: "Slack's interactivity endpoint: buttons and modals, signed by Slack",
  // Read as text: the signature is over the very bytes, which are a form.
  request: { body: { required: true, content: { 'text/plain': { schema: z.string() } } } },
  responses: { 200: { description: 'Taken. What happened is shown in Slack.' }, ...PROBLEMS },
});

/** Buttons of messages in Slack. They decide as the account that this Slack member proved to be. */
export function slackRoutes(api: Api) {
  const router = newRouter();
  const tooLarge = (): never => {
    throw new ApiProblem('payload_too_large', `An interaction is not larger than ${MAX_BYTES} bytes.`);
  };
  router.use(SLACK_PATH, bodyLimit({ maxSize: MAX_BYTES, onError: tooLarge }));
  return router.openapi(interact, async (c) => {
    const door = api.channels?.slack;
    if (door === undefined) throw new ApiProblem('not_found', 'Slack is not set up here.');
    const body = await c.req.text();
    if (!slackSigned(body, c.req.raw.headers, door.signingSecret, api.now())) {
      throw new ApiProblem('unauthenticated', 'The request is not signed by Slack, or more than five minutes off.');
    }
    const payload = payloadSchema.safeParse(parse(new URLSearchParams(body).get('payload') ?? ''));
    // Of other kinds of interaction nothing is wanted.
    if (!payload.success) return c.body(null, 200);
    const { data } = payload;
    const action = data.type === 'block_actions' ? data.actions[0] : undefined;
    const member = { slackUserId: data.user.id, teamId: data.user.team_id ?? data.team?.id ?? '' };
    if (data.type === 'block_actions' && (action?.action_id === CONNECT || action?.action_id === NOT_ME)) {
      const { channel_id, message_ts } = data.container;
      const press = { action: action.action_id, token: action.value ?? '', member };
      const place = { channel: channel_id, ts: message_ts };
      await takeLinkPress(api, door.slack, { ...press, place });
      return c.body(null, 200);
    }
    const carried = data.type === 'block_actions' ? action?.value : data.view.private_metadata;
    const name = data.type === 'block_actions' ? action?.action_id : data.view.callback_id;
    const about = valueSchema.safeParse(parse(carried ?? ''));
    const decision = DECISIONS.find((known) => known === name);
    if (!about.success || decision === undefined) return c.body(null, 200);
    const { draftId, revision, digest } = about.data;
    const channel = data.type === 'block_actions' ? data.container.channel_id : (about.data.channel ?? null);
    const ts = data.type === 'block_actions' ? data.container.message_ts : (about.data.ts ?? null);
    const tell = async (text: string) => {
      if (channel !== null) await door.slack.whisper(channel, data.user.id, text).catch(unheard);
    };

    const once = `slack-${createHash('sha256')
      .update(c.req.header('x-slack-signature') ?? '')
      .digest('hex')
      .slice(0, 32)}`;
    const use = { tokenId: once, personId: data.user.id, draftId, decision, atMs: api.now() };
    if (!(await api.store.useLink(use)).first) {
      throw new ApiProblem('unauthenticated', 'This very request was taken already.');
    }
    const personId = await api.store.personOfSlackUser(member);
    const caller = callerFor(personId === null ? null : await api.store.getUser(personId), 'slack');
    const row = await api.store.getDraft(draftId);
    if (caller === null || row === null) {
      await tell('Nothing was decided: your Slack user belongs to nobody who may review. Connect it in your settings.');
      return c.body(null, 200);
    }
    const standing = await standingOf(api, row, { revision, isOf: (one) => one === digest });
    if (standing.kind !== 'open') {
      const say = `${standing.kind === 'stale' ? 'Another revision is there now. ' : ''}${await whatHappened(api, draftId)}`;
      if (channel !== null && ts !== null)
        await door.slack.update(channel, ts, closedMessage(door.deskUrl, row, say)).catch(unheard);
      await tell(`Nothing was decided. ${say}`);
      return c.body(null, 200);
    }
    if (data.type === 'block_actions' && decision !== APPROVE) {
      const value = JSON.stringify({ draftId, revision, digest, channel, ts });
      await door.slack.openModal(data.trigger_id, reasonModal(decision, value));
      return c.body(null, 200);
    }
    const said = data.type === 'view_submission' ? data.view.state.values : undefined;
    const comment = said?.reason.text.value?.trim() || undefined;
    const chosen = said?.code?.code.selected_option?.value ?? '';
    const reasonCode = decision === REJECT && isRejectionReason(chosen) ? chosen : undefined;
    if (data.type === 'view_submission' && !comment && !reasonCode) {
      return c.json({ response_action: 'errors', errors: { reason: 'Say why.' } }, 200);
    }
    const told = { decision, revision, digest, comment, reasonCode };
    const answer = await decideAs(api, { row, caller, ...told, decisionId: once });
    if (answer.kind === 'done') {
      const say = `${DONE[decision]} by ${caller.name}. It is ${answer.answer.status.replaceAll('_', ' ')} now.`;
      // While others still have to approve, their buttons stay.
      if (answer.answer.status === 'in_review') await tell(say);
      else if (channel !== null && ts !== null) {
        await door.slack.update(channel, ts, closedMessage(door.deskUrl, row, say)).catch(unheard);
      }
    } else if (answer.kind === 'later') {
      await tell('Your decision is kept, but could not be confirmed yet. The message shows it as soon as it is.');
    } else {
      await tell(`Nothing was decided. ${answer.message}`);
    }
    return c.body(null, 200);
  });

  /** What was decided stands, whether Slack could be told or not. */
  function unheard(error: unknown) {
    api.log?.error({ err: error }, 'Slack could not be told what became of a button');
  }
}

const DECISIONS: (typeof APPROVE | typeof REJECT | typeof CHANGES)[] = [APPROVE, REJECT, CHANGES];
const DONE: Record<Decision, string> = {
  approve: 'Approved',
  reject: 'Rejected',
  request_changes: 'Changes requested',
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
