import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { webhookReviews } from '../../src/channels/webhook.ts';
import { startReceiver } from '../notify/receiver.ts';
import { OLD_SECRET, SECRET } from '../recipients/support.ts';
import { createDoors, type Doors, person, tokens, waiting } from './support.ts';

const PATH = '/v1/webhooks/decisions';
let doors: Doors;
let draft: Awaited<ReturnType<typeof waiting>>;
const ana = { email: '', userId: '' };
const decisionKeys = [{ id: 'tickets', secret: SECRET, person: '' }];
beforeAll(async () => {
  doors = await createDoors({ channels: { tokens, decisionKeys, open: { email: false, slack: false } } });
  Object.assign(ana, await person(doors.store, 'Ana'));
  for (const key of decisionKeys) key.person = ana.email;
});
afterAll(() => doors.close());
beforeEach(async () => {
  draft = await waiting(doors.store);
  doors.engine.commands.length = 0;
});

function send(change: object = {}, { secret = SECRET, id = `msg_${Math.random()}`, atMs = Date.now() } = {}) {
  const { draftId, record } = draft;
  const body = JSON.stringify({ draftId, revision: 1, digest: record.digest, decision: 'approve', ...change });
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(atMs), body),
  };
  return doors.app.request(PATH, { method: 'POST', body, headers });
}

test("a signed decision is its key's person's; the same delivery again is the same decision", async () => {
  const id = 'msg_once';
  expect([(await send({}, { id })).status, (await send({}, { id })).status]).toEqual([200, 200]);
  expect(await doors.store.listCommands(draft.draftId)).toMatchObject([{ actor: { id: ana.userId, via: 'webhook' } }]);
});

test('signed otherwise, too old, malformed or for nobody, it decides nothing', async () => {
  expect((await send({}, { secret: OLD_SECRET })).status).toBe(401);
  expect((await send({}, { atMs: Date.now() - 600_000 })).status).toBe(401);
  expect((await doors.app.request(PATH, { method: 'POST', body: '{}' })).status).toBe(401);
  expect((await send({ decision: 'send' })).status).toBe(422);
  expect((await send({ decision: 'request_changes' })).status).toBe(422);
  expect((await send({ draftId: 'draft-of-nobody' })).status).toBe(404);
  await doors.store.changeUser(ana.userId, { disabled: true }, 2);
  expect((await send()).status).toBe(403);
  await doors.store.changeUser(ana.userId, { disabled: false }, 3);
  expect(doors.engine.commands).toEqual([]);
});

test('news goes out signed, with ids and no content', async () => {
  const receiver = await startReceiver();
  const facts = {
    type: 'approved',
    actorId: ana.userId,
    atMs: 1,
    status: null,
    reason: null,
    digest: 'd',
    seenRevision: null,
  } as const;
  const common = {
    eventId: '1',
    personId: '*',
    channel: 'webhook',
    bundle: 'b',
    draftId: draft.draftId,
    revision: 1,
  } as const;
  const row = {
    ...common,
    kind: 'outcome',
    facts,
    madeAtMs: 1,
    dueAtMs: 1,
    state: 'pending',
    attempts: 0,
    lastError: null,
    updatedAtMs: 1,
  } as const;
  const channel = webhookReviews({
    url: receiver.url,
    secret: SECRET,
    inboxOf: async () => 'support@acme.test',
    now: Date.now,
  });
  await channel.tell({ noticeId: 'notice-b', tellings: [row] });
  const [request] = receiver.received;
  const headers = { ...request?.headers } as Record<string, string>;
  const told = new Webhook(SECRET).verify(request?.body ?? '', headers);
  expect(told).toMatchObject({
    type: 'review.decided',
    data: { draftId: draft.draftId, event: 'approved', actorId: ana.userId },
  });
  expect(request?.body).not.toContain('Hello Ann');
  await receiver.close();
});
