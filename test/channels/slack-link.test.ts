import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSlackPort } from '../../src/channels/slack-port.ts';
import { hashApiKey } from '../../src/config-keys.ts';
import { ask, KEYS, secret } from '../api/support.ts';
import { buttonsOf, pressOf, SIGNING, type SlackStandIn, signedForm, startSlack } from '../support/slack.ts';
import { createDoors, type Doors, person } from './support.ts';

const PATH = '/v1/me/notifications/slack';
let slack: SlackStandIn;
let doors: Doors;
let nowMs = Date.now();
beforeAll(async () => {
  slack = await startSlack();
  const port = createSlackPort({ token: 'xoxb-test', apiUrl: slack.url });
  doors = await createDoors({
    channels: { slack: { slack: port, signingSecret: SIGNING }, open: { email: false, slack: true } },
    keys: KEYS,
    clock: { now: () => nowMs },
  });
});
afterAll(async () => {
  await doors.close();
  await slack.close();
});
beforeEach(() => {
  slack.members.clear();
  slack.calls.length = 0;
  slack.state.error = null;
  nowMs = Date.now();
});

/** A person with a key that acts as them. */
async function somebody(name: string) {
  const made = await person(doors.store, name);
  const id = `key-${made.userId}`;
  await doors.store.createKey({
    ...{ keyId: id, name, roles: ['reviewer'], ownerId: made.userId, inboxes: null, hint: 'cs_' },
    ...{ createdBy: made.userId, createdAtMs: 1, expiresAtMs: null, sha256: hashApiKey(secret(id)) },
  });
  const call = (method: string, path = PATH, body?: object) => ask(doors.app, id, method, path, body);
  const state = async () => (await (await call('GET', '/v1/me/notifications')).json()).slack;
  return { ...made, call, state };
}
const press = (action: { action_id: string; value: string } | undefined, user: string, team?: string) =>
  doors.app.request(
    '/v1/slack/interactions',
    signedForm(pressOf(action ?? { action_id: '', value: '' }, user, undefined, team), { atMs: nowMs }),
  );
const asked = () => slack.calls.find(({ method }) => method === 'chat.postMessage');
const lastWord = () => slack.calls.at(-1)?.body.text;
const events = async (id: string) =>
  (await doors.store.listAccountLog({ subject: id, limit: 10 })).items.map(({ event }) => event);

describe('connecting Slack', () => {
  test('takes the member whom Slack knows by the address of the account, and a press of that very member', async () => {
    const ana = await somebody('Ana');
    slack.members.set(ana.email, { id: 'UANA1' });
    expect((await ana.call('POST')).status).toBe(202);
    expect(asked()?.body.channel).toBe('UANA1');
    expect(asked()?.body.blocks).toContain(ana.email);
    expect(await ana.state()).toMatchObject({ state: 'asked', memberId: null });
    const [connect] = buttonsOf(asked());
    // Somebody else, and the same id in another workspace.
    await press(connect, 'UMALLORY');
    await press(connect, 'UANA1', 'T2');
    expect(await ana.state()).toMatchObject({ state: 'asked' });
    await press(connect, 'UANA1');
    expect(lastWord()).toContain('Connected with Ana');
    expect(await ana.state()).toEqual({ state: 'connected', memberId: 'UANA1', askedUntil: null });
    await press(connect, 'UANA1');
    expect(lastWord()).toContain('question is over');
    expect(await events(ana.userId)).toEqual(['slack_linked']);
    expect((await ana.call('POST')).status).toBe(409);
    expect((await (await ana.call('DELETE')).json()).slack.state).toBe('none');
    expect(await doors.store.personOfSlackUser({ slackUserId: 'UANA1', teamId: 'T1' })).toBeNull();
    expect(await events(ana.userId)).toEqual(['slack_unlinked', 'slack_linked']);
  });

  test.each([
    ['knows nobody by it', null],
    ['keeps another address for the member', { id: 'UX1', email: 'other@acme.test' }],
    ['keeps no address for the member', { id: 'UX1', email: '' }],
    ['shows a member of another workspace', { id: 'UX1', team_id: 'T2' }],
    ['shows a bot', { id: 'UX1', is_bot: true }],
    ['shows who left', { id: 'UX1', deleted: true }],
  ])('is refused where Slack %s, and nobody is written to', async (_, member) => {
    const ben = await somebody('Ben');
    if (member) slack.members.set(ben.email, member);
    expect((await ben.call('POST')).status).toBe(404);
    expect(asked()).toBeUndefined();
    expect(await ben.state()).toMatchObject({ state: 'none' });
  });

  test('ends with "not me", and after 15 minutes', async () => {
    const cleo = await somebody('Cleo');
    slack.members.set(cleo.email, { id: 'UCLEO' });
    await cleo.call('POST');
    const first = asked();
    await press(buttonsOf(first)[1], 'UCLEO');
    expect(lastWord()).toBe('Nothing was connected.');
    await press(buttonsOf(first)[0], 'UCLEO');
    expect(await cleo.state()).toMatchObject({ state: 'none' });
    expect(await events(cleo.userId)).toEqual(['slack_refused']);
    slack.calls.length = 0;
    await cleo.call('POST');
    const second = asked();
    nowMs += 15 * 60_000 + 1_000;
    await press(buttonsOf(second)[0], 'UCLEO');
    expect(await cleo.state()).toMatchObject({ state: 'none' });
  });

  test('gives one member to one account', async () => {
    const [dora, dup] = [await somebody('Dora'), await somebody('Dup')];
    slack.members.set(dora.email, { id: 'UDORA' });
    slack.members.set(dup.email, { id: 'UDORA' });
    await dora.call('POST');
    await dup.call('POST');
    const [one, two] = slack.calls.filter(({ method }) => method === 'chat.postMessage');
    await Promise.all([press(buttonsOf(one)[0], 'UDORA'), press(buttonsOf(two)[0], 'UDORA')]);
    const states = [await dora.state(), await dup.state()].map(({ state }) => state);
    expect(states.sort()).toEqual(['connected', 'none']);
    expect(slack.calls.filter(({ body }) => body.text?.includes('connected already'))).toHaveLength(1);
  });

  test('does not flood anybody, and says why Slack did not do it', async () => {
    const eva = await somebody('Eva');
    slack.members.set(eva.email, { id: 'UEVA' });
    await eva.call('POST');
    await eva.call('POST');
    expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(1);
    const fay = await somebody('Fay');
    slack.state.error = 'missing_scope';
    const refused = await fay.call('POST');
    expect(refused.status).toBe(502);
    expect((await refused.json()).message).toContain('missing_scope');
    expect(await fay.state()).toMatchObject({ state: 'none' });
  });

  test('is for people with an account; and no id can be named', async () => {
    expect((await ask(doors.app, 'ana', 'POST', PATH)).status).toBe(403);
    const gil = await somebody('Gil');
    const named = await gil.call('PUT', '/v1/me/notifications', {
      ...{ email: true, digest: 'none', slackUserId: 'UMALLORY' },
    });
    expect(named.status).toBe(422);
  });
});
