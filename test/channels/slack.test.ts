import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { slackReviews } from '../../src/channels/slack.ts';
import { createSlackPort } from '../../src/channels/slack-port.ts';
import { ChannelError } from '../../src/notify/index.ts';
import { createDoors, type Doors, person, tokens, told, waiting } from './support.ts';

const SIGNING = 'signing secret of the app';

/** In the place of Slack's API, for Slack's own client. */
async function startSlack() {
  const calls: { method: string; body: Record<string, string> }[] = [];
  const state = { status: 200, headers: {} as Record<string, string> };
  const server = createServer(async (request, response) => {
    const body = Object.fromEntries(new URLSearchParams(await text(request)));
    calls.push({ method: request.url?.split('/').at(-1) ?? '', body });
    response.writeHead(state.status, { 'content-type': 'application/json', ...state.headers });
    response.end(JSON.stringify({ ok: true, channel: body.channel ?? 'C1', ts: `17.${calls.length}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { calls, state, close, port: createSlackPort({ token: 'xoxb-test', apiUrl: `http://127.0.0.1:${port}/api` }) };
}

let slack: Awaited<ReturnType<typeof startSlack>>;
let doors: Doors;
let ana: Awaited<ReturnType<typeof person>>;
let draft: Awaited<ReturnType<typeof waiting>>;
beforeAll(async () => {
  slack = await startSlack();
  const door = { slack: slack.port, signingSecret: SIGNING };
  doors = await createDoors({ channels: { tokens, slack: door, open: { email: false, slack: true } } });
  ana = await person(doors.store, 'Ana');
  await doors.store.putNotifications({ personId: ana.userId, email: false, digest: 'none', slackUserId: 'UANA' }, 1);
});
afterAll(async () => {
  await doors.close();
  await slack.close();
});
beforeEach(async () => {
  draft = await waiting(doors.store);
  slack.calls.length = 0;
  slack.state.status = 200;
  slack.state.headers = {};
  doors.engine.commands.length = 0;
});

const value = () => JSON.stringify({ draftId: draft.draftId, revision: 1, digest: draft.record.digest });
const press = (action: string, user = 'UANA') => ({
  ...{ type: 'block_actions', user: { id: user }, trigger_id: `t${Math.random()}` },
  container: { channel_id: 'C1', message_ts: '17.1' },
  actions: [{ action_id: action, value: value() }],
});
function signedForm(payload: object, { secret = SIGNING, atMs = Date.now() } = {}) {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(atMs / 1_000));
  const signature = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature,
  };
  return { method: 'POST', body, headers };
}
const send = (payload: object, options = {}) =>
  doors.app.request('/v1/slack/interactions', signedForm(payload, options));

describe('a button in Slack', () => {
  test('approves as the account that named this Slack user, once, and the message says so', async () => {
    const request = signedForm(press('approve'));
    expect((await doors.app.request('/v1/slack/interactions', request)).status).toBe(200);
    expect((await doors.app.request('/v1/slack/interactions', request)).status).toBe(401);
    expect(await doors.store.listCommands(draft.draftId)).toMatchObject([{ actor: { id: ana.userId, via: 'slack' } }]);
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'approve', revision: 1 } }]);
    expect(slack.calls).toMatchObject([
      { method: 'chat.update', body: { ts: '17.1', text: expect.stringContaining('Approved by Ana') } },
    ]);
  });

  test('signed otherwise, unsigned or too old decides nothing', async () => {
    expect((await send(press('approve'), { secret: 'another' })).status).toBe(401);
    expect((await send(press('approve'), { atMs: Date.now() - 301_000 })).status).toBe(401);
    expect((await send(press('approve'), { atMs: Date.now() + 302_000 })).status).toBe(401);
    const { body } = signedForm(press('approve'));
    expect((await doors.app.request('/v1/slack/interactions', { method: 'POST', body })).status).toBe(401);
    expect([doors.engine.commands, slack.calls]).toEqual([[], []]);
  });

  test('of a user whom nobody named decides nothing, and is told', async () => {
    expect((await send(press('approve', 'UMALLORY'))).status).toBe(200);
    expect(doors.engine.commands).toEqual([]);
    expect(slack.calls).toMatchObject([{ method: 'chat.postEphemeral', body: { user: 'UMALLORY' } }]);
  });

  test('that rejects asks why in a modal, and the answer decides', async () => {
    await send(press('reject'));
    const [opened] = slack.calls;
    expect([opened?.method, doors.engine.commands]).toEqual(['views.open', []]);
    const view = JSON.parse(opened?.body.view ?? '{}');
    const submit = (reason: string) => ({
      ...{ type: 'view_submission', user: { id: 'UANA' } },
      view: { ...view, state: { values: { reason: { text: { value: reason } } } } },
    });
    expect(await (await send(submit('  '))).json()).toMatchObject({ response_action: 'errors' });
    await send(submit('wrong amount'));
    const [command] = await doors.store.listCommands(draft.draftId);
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'reject' } }]);
    expect(await doors.store.getDocument(draft.draftId, command?.commentRef ?? '')).toBe('wrong amount');
  });

  test('that is stale says what happened, and its message is closed', async () => {
    await told(doors.store, draft.draftId, { type: 'rejected', actorId: 'key-ben' }, { status: 'rejected' });
    await send(press('approve'));
    expect(doors.engine.commands).toEqual([]);
    expect(slack.calls.map(({ method }) => method)).toEqual(['chat.update', 'chat.postEphemeral']);
    expect(slack.calls[1]?.body.text).toContain('The draft was rejected');
  });
});

describe('a message in Slack', () => {
  const channel = () =>
    slackReviews({ store: doors.store, slack: slack.port, channel: 'C9', publicUrl: 'https://desk.test' });
  const telling = (change: object = {}) => ({
    ...({ eventId: '1', channel: 'slack', bundle: 'b', draftId: draft.draftId, kind: 'review', revision: 1 } as const),
    facts: {
      type: 'revision_written',
      actorId: null,
      atMs: 1,
      status: 'in_review',
      reason: null,
      digest: null,
      seenRevision: null,
    } as const,
    ...({
      personId: '*',
      madeAtMs: 1,
      dueAtMs: 1,
      state: 'pending',
      attempts: 0,
      lastError: null,
      updatedAtMs: 1,
    } as const),
    ...change,
  });

  test('goes to the conversation and to people, with buttons; a decision anywhere closes all of them', async () => {
    await channel().tell({ noticeId: 'n', tellings: [telling(), telling({ personId: ana.userId })] });
    expect(slack.calls.map(({ method, body }) => [method, body.channel])).toEqual([
      ['chat.postMessage', 'C9'],
      ['chat.postMessage', 'UANA'],
    ]);
    const blocks = slack.calls[0]?.body.blocks ?? '';
    expect(blocks).toContain('Hello Ann');
    expect(JSON.parse(blocks).filter(({ type }: { type: string }) => type === 'actions')).toHaveLength(1);
    await told(doors.store, draft.draftId, { type: 'rejected', actorId: ana.userId }, { status: 'rejected' });
    slack.calls.length = 0;
    const facts = { ...telling().facts, type: 'rejected', actorId: ana.userId };
    await channel().tell({ noticeId: 'n2', tellings: [telling({ kind: 'outcome', facts })] });
    expect(slack.calls.map(({ method, body }) => [method, body.channel])).toEqual([
      ['chat.update', 'C9'],
      ['chat.update', 'UANA'],
    ]);
    expect(slack.calls[0]?.body.blocks).not.toContain('actions');
    expect(slack.calls[0]?.body.text).toContain('rejected by Ana');
  });

  test('waits as long as Slack asks, and is not repeated behind our back', async () => {
    slack.state.status = 429;
    slack.state.headers = { 'retry-after': '7' };
    const failed = await channel()
      .tell({ noticeId: 'n', tellings: [telling()] })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ChannelError);
    expect(failed).toMatchObject({ code: 'slack_rate_limited', retryAfterMs: 7_000 });
    slack.state.status = 500;
    await expect(channel().tell({ noticeId: 'n', tellings: [telling()] })).rejects.toBeInstanceOf(ChannelError);
    expect(slack.calls).toHaveLength(2);
  });
});
