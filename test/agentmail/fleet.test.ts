import { AgentMailClient } from 'agentmail';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { createAgentMail, type MailEventType, type MailProvider } from '../../src/agentmail/index.ts';
import { json, startServer } from './http-server.ts';

let emulator: Emulator;
let sdk: AgentMailClient;
let mail: MailProvider;
let inboxId: string;

beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await emulator.control.reset();
  sdk = new AgentMailClient({ apiKey: 'key', baseUrl: emulator.url, maxRetries: 0 });
  mail = createAgentMail({ apiKey: 'key', baseUrl: emulator.url });
  ({ inboxId } = await sdk.inboxes.create({ username: 'agent' }));
});

const later = () => emulator.control.advanceClock(1_000);

describe('the list of all drafts', () => {
  test('pages over every inbox, last updated first', async () => {
    const other = await sdk.inboxes.create({ username: 'other' });
    const ids: string[] = [];
    for (const inbox of [inboxId, other.inboxId, inboxId]) {
      ids.push((await sdk.inboxes.drafts.create(inbox, { subject: 's', labels: ['mine'] })).draftId);
      await later();
    }
    const sendAt = new Date(Date.now() + 3_600_000);
    await sdk.inboxes.drafts.update(inboxId, ids[0]!, { sendAt });
    const first = await mail.listDrafts({ limit: 2 });
    expect(first.drafts.map(({ draftId }) => draftId)).toEqual([ids[0], ids[2]]);
    expect(first.drafts[0]).toEqual({
      inboxId,
      draftId: ids[0],
      updatedAtMs: expect.any(Number),
      labels: ['mine', 'scheduled'],
      sendAt: sendAt.toISOString(),
      sendStatus: 'scheduled',
    });
    const second = await mail.listDrafts({ limit: 2, pageToken: first.nextPageToken! });
    expect(second).toMatchObject({
      drafts: [{ draftId: ids[1], inboxId: other.inboxId, sendAt: null, sendStatus: null }],
      nextPageToken: null,
    });
  });

  test('holds only what was updated later than asked', async () => {
    const { draftId, updatedAt } = await sdk.inboxes.drafts.create(inboxId, { subject: 'old' });
    expect(await mail.listDrafts({ limit: 9, afterMs: updatedAt.getTime() })).toMatchObject({ drafts: [] });
    await later();
    await sdk.inboxes.drafts.update(inboxId, draftId, { subject: 'new' });
    expect(await mail.listDrafts({ limit: 9, afterMs: updatedAt.getTime() })).toMatchObject({ drafts: [{ draftId }] });
  });
});

describe('the list of messages', () => {
  test('shows a message that was sent past us, in trash too', async () => {
    const before = await sdk.inboxes.messages.send(inboxId, { to: 'a@x.test' });
    const afterMs = (await sdk.inboxes.messages.get(inboxId, before.messageId)).timestamp.getTime();
    await later();
    const { messageId, threadId } = await sdk.inboxes.messages.send(inboxId, { to: 'b@x.test', subject: 'past us' });
    await sdk.inboxes.messages.update(inboxId, messageId, { addLabels: ['trash'] });
    const { messages, nextPageToken } = await mail.listMessages(inboxId, { afterMs, limit: 9 });
    expect(messages).toEqual([
      {
        inboxId,
        messageId,
        threadId,
        timestampMs: expect.any(Number),
        labels: ['sent', 'trash'],
        from: inboxId,
        to: ['b@x.test'],
        cc: [],
        bcc: [],
        subject: 'past us',
      },
    ]);
    expect(nextPageToken).toBeNull();
  });

  test('pages, and fails for an unknown inbox', async () => {
    for (const to of ['a@x.test', 'b@x.test']) await sdk.inboxes.messages.send(inboxId, { to });
    const first = await mail.listMessages(inboxId, { afterMs: 0, limit: 1 });
    const second = await mail.listMessages(inboxId, { afterMs: 0, limit: 1, pageToken: first.nextPageToken! });
    expect([...first.messages, ...second.messages].map(({ to }) => to[0])).toEqual(['b@x.test', 'a@x.test']);
    expect(second.nextPageToken).toBeNull();
    const unknown = mail.listMessages('nobody@acme.test', { afterMs: 0, limit: 1 });
    await expect(unknown).rejects.toMatchObject({ type: 'agentmail.not_found' });
  });
});

test('a sent message shows its reply-to, or none', async () => {
  const { messageId } = await sdk.inboxes.messages.send(inboxId, { to: 'a@x.test', replyTo: 'desk@x.test' });
  expect(await mail.getMessage(inboxId, messageId)).toMatchObject({ replyTo: ['desk@x.test'] });
  const plain = await sdk.inboxes.messages.send(inboxId, { to: 'a@x.test' });
  expect(await mail.getMessage(inboxId, plain.messageId)).not.toHaveProperty('replyTo');
});

describe('the send block list', () => {
  test('takes an address and a domain, is seen at once, and lets go again', async () => {
    const refused = () => mail.blockedRecipients(inboxId, ['Ada@X.test', 'bob@y.test', 'eve@z.test']);
    expect(await refused()).toEqual([]);
    await mail.blockRecipient('Ada <Ada@X.test>', { reason: 'unsubscribed' });
    await mail.blockRecipient('Y.test', { inboxId });
    expect(await refused()).toEqual(['Ada@X.test', 'bob@y.test']);
    expect((await sdk.lists.list('send', 'block')).entries).toMatchObject([
      { entry: 'ada@x.test', reason: 'Countersign: unsubscribed' },
    ]);
    expect((await sdk.inboxes.lists.list(inboxId, 'send', 'block')).entries).toMatchObject([{ entry: 'y.test' }]);
    await mail.unblockRecipient('ada@x.test', { inboxId });
    expect(await refused()).toEqual(['Ada@X.test', 'bob@y.test']);
    await mail.unblockRecipient('ada@x.test', {});
    await mail.unblockRecipient('y.test', { inboxId });
    expect(await refused()).toEqual([]);
  });

  test('an entry already there, and one already gone, are success', async () => {
    expect(await mail.blockRecipient('a@x.test', { reason: 'manual' })).toBe('ours');
    // As after a lost answer, or for another reason.
    expect(await mail.blockRecipient('a@x.test', { reason: 'complaint' })).toBe('ours');
    await mail.unblockRecipient('a@x.test', {});
    await mail.unblockRecipient('a@x.test', {});
    expect((await sdk.lists.list('send', 'block')).count).toBe(0);
  });

  test('an entry that somebody else put there is theirs, and stays as it is', async () => {
    await sdk.lists.create('send', 'block', { entry: 'b@x.test', reason: 'competitor' });
    expect(await mail.blockRecipient('b@x.test', { reason: 'manual' })).toBe('theirs');
    expect((await sdk.lists.list('send', 'block')).entries).toMatchObject([{ reason: 'competitor' }]);
    await sdk.lists.delete('send', 'block', 'b@x.test');
  });

  test.each([
    [409, 'conflict'],
    [403, 'is_taken'],
  ])('a service that answers %i %s for a known entry', async (status, code) => {
    const rule = { kind: 'status', route: 'POST /v0/lists/send/block', status, code } as const;
    await emulator.control.addFault(rule);
    const type = status === 409 ? 'agentmail.conflict' : 'agentmail.forbidden';
    await expect(mail.blockRecipient('a@x.test', {})).rejects.toMatchObject({ type });
    await sdk.lists.create('send', 'block', { entry: 'a@x.test' });
    await emulator.control.addFault(rule);
    // It came between our look and our request.
    const unseen = { kind: 'status', route: 'GET /v0/lists/send/block/*', status: 404, code: 'not_found' } as const;
    await emulator.control.addFault({ ...unseen, times: 1 });
    expect(await mail.blockRecipient('a@x.test', {})).toBe('theirs');
    await emulator.control.clearFaults();
  });

  test('a list the key may not write is a failure', async () => {
    const { token } = await emulator.control.createKey({ permissions: { list_entry_read: true } });
    const limited = createAgentMail({ apiKey: token, baseUrl: emulator.url });
    const type = 'agentmail.missing_permission';
    await expect(limited.blockRecipient('a@x.test', {})).rejects.toMatchObject({ type });
    await expect(limited.unblockRecipient('a@x.test', {})).rejects.toMatchObject({ type });
  });
});

describe('our webhook', () => {
  const url = 'http://127.0.0.1:9/hook';
  const eventTypes: MailEventType[] = ['message.bounced', 'message.complained'];
  const wish = { url, clientId: 'countersign', eventTypes };

  test('is made once and answers the same secret', async () => {
    const first = await mail.ensureWebhook(wish);
    expect(first.secret).toMatch(/^whsec_/);
    expect(await mail.ensureWebhook(wish)).toEqual(first);
    const racing = await Promise.all([mail.ensureWebhook(wish), mail.ensureWebhook(wish)]);
    expect(racing).toEqual([first, first]);
    expect((await sdk.webhooks.list()).count).toBe(1);
  });

  test('made by two processes at the same time is one', async () => {
    const [one, two] = await Promise.all([mail.ensureWebhook(wish), mail.ensureWebhook(wish)]);
    expect(two).toEqual(one);
    expect((await sdk.webhooks.list()).count).toBe(1);
  });

  test('hears other events on wish', async () => {
    const { webhookId } = await mail.ensureWebhook(wish);
    await mail.ensureWebhook({ ...wish, eventTypes: ['message.received'] });
    expect((await sdk.webhooks.get(webhookId)).eventTypes).toEqual(['message.received']);
  });

  test.each(['recreates', 'conflict'] as const)(
    'moves to another URL and back where client ids of gone ones %s',
    async (mode) => {
      await emulator.control.setSwitches({ clientIdAfterDelete: mode });
      const foreign = await sdk.webhooks.create({ url, eventTypes: ['message.sent'], clientId: 'somebody-else' });
      const first = await mail.ensureWebhook(wish);
      const moved = await mail.ensureWebhook({ ...wish, url: `${url}/2` });
      expect(moved.webhookId).not.toBe(first.webhookId);
      const back = await mail.ensureWebhook(wish);
      const left = (await sdk.webhooks.list()).webhooks.map(({ webhookId, url: at }) => [webhookId, at]);
      expect(left).toHaveLength(2);
      expect(left).toContainEqual([back.webhookId, url]);
      expect(left).toContainEqual([foreign.webhookId, url]);
    },
  );

  test('that AgentMail switched off is replaced', async () => {
    const off = { webhook_id: 'ep_1', url, event_types: eventTypes, secret: 'whsec_1', enabled: false };
    const at = { updated_at: '2026-03-01T12:00:00Z', created_at: '2026-03-01T12:00:00Z', client_id: 'countersign.x' };
    const server = await startServer(({ method }, response) => {
      if (method === 'DELETE') return void response.writeHead(204).end();
      if (method === 'GET') return json(response, 200, { count: 1, webhooks: [{ ...off, ...at }] });
      return json(response, 200, { ...off, ...at, webhook_id: 'ep_2', secret: 'whsec_2', enabled: true });
    });
    try {
      const there = createAgentMail({ apiKey: 'k', baseUrl: server.baseUrl });
      expect(await there.ensureWebhook(wish)).toEqual({ webhookId: 'ep_2', secret: 'whsec_2' });
      expect(server.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'GET /v0/webhooks',
        'POST /v0/webhooks',
        'DELETE /v0/webhooks/ep_1',
      ]);
    } finally {
      await server.close();
    }
  });
});
