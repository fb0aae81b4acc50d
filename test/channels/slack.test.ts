import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { slackReviews } from '../../src/channels/slack.ts';
import { createSlackPort, type SlackPort } from '../../src/channels/slack-port.ts';
import { ChannelError } from '../../src/notify/index.ts';
import { pressOf, SIGNING, type SlackStandIn, signedForm, startSlack, submissionOf } from '../support/slack.ts';
import { connectSlack, createDoors, type Doors, person, tokens, told, waiting } from './support.ts';

let slack: SlackStandIn;
let port: SlackPort;
let doors: Doors;
let ana: Awaited<ReturnType<typeof person>>;
let draft: Awaited<ReturnType<typeof waiting>>;
beforeAll(async () => {
  slack = await startSlack();
  port = createSlackPort({ token: 'xoxb-test', apiUrl: slack.url });
  const door = { slack: port, signingSecret: SIGNING };
  doors = await createDoors({ channels: { tokens, slack: door, open: { email: false, slack: true } } });
  ana = await person(doors.store, 'Ana');
  await connectSlack(doors.store, ana.userId, 'UANA');
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
const press = (action: string, user = 'UANA') => pressOf({ action_id: action, value: value() }, user);
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

  test('of the same id in another workspace decides nothing', async () => {
    await send(pressOf({ action_id: 'approve', value: value() }, 'UANA', undefined, 'T2'));
    expect(doors.engine.commands).toEqual([]);
    expect(slack.calls).toMatchObject([{ method: 'chat.postEphemeral' }]);
  });

  test('of a user who is nobody here decides nothing, and is told', async () => {
    expect((await send(press('approve', 'UMALLORY'))).status).toBe(200);
    expect(doors.engine.commands).toEqual([]);
    expect(slack.calls).toMatchObject([{ method: 'chat.postEphemeral', body: { user: 'UMALLORY' } }]);
  });

  test('that rejects asks why in a modal, and the answer decides', async () => {
    await send(press('reject'));
    const [opened] = slack.calls;
    expect([opened?.method, doors.engine.commands]).toEqual(['views.open', []]);
    const view = JSON.parse(opened?.body.view ?? '{}');
    const submit = (reason: string) => submissionOf(view, reason, 'UANA');
    expect(await (await send(submit('  '))).json()).toMatchObject({ response_action: 'errors' });
    await send(submit('wrong amount'));
    const [command] = await doors.store.listCommands(draft.draftId);
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'reject' } }]);
    expect(await doors.store.getDocument(draft.draftId, command?.commentRef ?? '')).toBe('wrong amount');
  });

  test('that rejects takes a reason in the place of words, or with them', async () => {
    await send(press('reject'));
    const view = JSON.parse(slack.calls[0]?.body.view ?? '{}');
    expect(JSON.stringify(view)).toContain('"value":"wrong_facts"');
    await send(submissionOf(view, '', 'UANA', 'wrong_facts'));
    expect(doors.engine.commands).toMatchObject([{ input: { decision: 'reject', reasonCode: 'wrong_facts' } }]);
    const [command] = await doors.store.listCommands(draft.draftId);
    expect(command?.commentRef).toBeNull();
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
  const channel = () => slackReviews({ store: doors.store, slack: port, channel: 'C9', deskUrl: 'https://desk.test' });
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
