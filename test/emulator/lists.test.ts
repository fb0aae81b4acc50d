import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

describe('send, receive and reply lists', () => {
  const bench = useEmulator();
  const send = (...to: string[]) => bench.client.inboxes.messages.send(INBOX, { to });

  it('are kept per scope, direction and type', async () => {
    const { client } = bench;
    const entry = await client.lists.create('send', 'block', { entry: 'Bad@X.test', reason: 'asked us to stop' });
    expect(entry).toMatchObject({ entry: 'bad@x.test', entryType: 'email', direction: 'send', listType: 'block' });
    await client.inboxes.lists.create(INBOX, 'send', 'block', { entry: 'x.test' });
    expect(await client.lists.get('send', 'block', 'bad@x.test')).toEqual(entry);
    const inInbox = await client.inboxes.lists.list(INBOX, 'send', 'block');
    expect(inInbox.entries.map((row) => [row.entry, row.entryType])).toEqual([['x.test', 'domain']]);
    expect((await client.lists.list('send', 'block')).count).toBe(1);
    expect((await client.lists.list('send', 'allow')).count).toBe(0);
    await client.lists.delete('send', 'block', 'bad@x.test');
    expect(await refusalOf(client.lists.get('send', 'block', 'bad@x.test'))).toMatchObject({ statusCode: 404 });
    expect(await refusalOf(client.lists.create('send', 'block', { entry: 'nonsense' }))).toMatchObject({
      kind: 'ValidationError',
    });
  });

  it('refuse a send to a blocked address or domain, by draft and directly, and keep the draft', async () => {
    const { client, emulator } = bench;
    await client.lists.create('send', 'block', { entry: 'bad.test' });
    const draft = await client.inboxes.drafts.create(INBOX, { to: ['ok@x.test'], cc: ['Eve <eve@bad.test>'] });
    const rejected = { kind: 'MessageRejectedError', statusCode: 403, code: 'message_rejected' };
    expect(await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}))).toMatchObject(rejected);
    expect(await refusalOf(send('eve@bad.test'))).toMatchObject(rejected);
    expect(await client.inboxes.drafts.get(INBOX, draft.draftId)).toEqual(draft);
    expect((await emulator.control.outbox()).count).toBe(0);
  });

  it('let the narrowest scope with a match win, and an address win over its domain', async () => {
    const { client } = bench;
    await client.lists.create('send', 'block', { entry: 'x.test' });
    expect(await refusalOf(send('a@x.test'))).toMatchObject({ statusCode: 403 });
    await client.inboxes.lists.create(INBOX, 'send', 'allow', { entry: 'x.test' });
    await expect(send('a@x.test')).resolves.toHaveProperty('messageId');
    await client.inboxes.lists.create(INBOX, 'send', 'block', { entry: 'a@x.test' });
    expect(await refusalOf(send('a@x.test'))).toMatchObject({ statusCode: 403 });
    await expect(send('b@x.test')).resolves.toHaveProperty('messageId');
  });

  it('shut out everybody else once an allow list has entries', async () => {
    const { client } = bench;
    await client.lists.create('send', 'allow', { entry: 'friends.test' });
    await expect(send('a@friends.test')).resolves.toHaveProperty('messageId');
    expect(await refusalOf(send('a@friends.test', 'b@x.test'))).toMatchObject({ statusCode: 403 });
  });

  it('label blocked mail on arrival and leave it out of lists unless asked', async () => {
    const { client, emulator } = bench;
    await client.lists.create('receive', 'block', { entry: 'spam.test' });
    const raw = `From: s@spam.test\r\nTo: ${INBOX}\r\nMessage-ID: <s@spam.test>\r\n\r\nbuy`;
    const { messageId } = await emulator.control.receive(INBOX, raw);
    expect((await client.inboxes.messages.get(INBOX, messageId)).labels).toEqual(['received', 'blocked']);
    expect((await client.inboxes.messages.list(INBOX)).count).toBe(0);
    expect((await client.inboxes.messages.list(INBOX, { includeBlocked: true })).count).toBe(1);
    const sent = await send('s@spam.test');
    const answer = await emulator.control.reply({ messageId: sent.messageId, text: 'an answer is not blocked' });
    expect((await client.inboxes.messages.get(INBOX, answer.messageId)).labels).toEqual(['received', 'unread']);
  });

  const arrive = async (from: string, more: string[] = []) => {
    const id = `<${Math.random()}@mail.test>`;
    const raw = [`From: ${from}`, `To: ${INBOX}`, `Message-ID: ${id}`, ...more, '', 'Hello'].join('\r\n');
    const { messageId } = await bench.emulator.control.receive(INBOX, raw);
    return (await bench.client.inboxes.messages.get(INBOX, messageId)).labels;
  };
  const arrived = ['received', 'unread'];
  const blocked = ['received', 'blocked'];

  it('a receive allow list lets in nobody else, but answers to our own mail', async () => {
    const { client } = bench;
    await client.inboxes.lists.create(INBOX, 'receive', 'allow', { entry: 'friends.test' });
    await client.lists.create('receive', 'block', { entry: 'eve@friends.test' });
    expect(await arrive('Ana <ANA@friends.test>')).toEqual(arrived);
    expect(await arrive('bob@x.test')).toEqual(blocked);
    // The inbox's domain entry is the narrower scope.
    expect(await arrive('eve@friends.test')).toEqual(arrived);
    const { messageId } = await send('bob@x.test');
    expect(await arrive('bob@x.test', [`In-Reply-To: ${messageId}`])).toEqual(arrived);
    expect(await arrive('bob@x.test', ['In-Reply-To: <unknown@x.test>'])).toEqual(blocked);
  });

  it('reply lists judge answers, and only those', async () => {
    const { client } = bench;
    await client.lists.create('reply', 'block', { entry: 'bob@x.test' });
    const { messageId } = await send('bob@x.test');
    const answer = [`In-Reply-To: ${messageId}`, `References: ${messageId}`];
    expect(await arrive('bob@x.test')).toEqual(arrived);
    expect(await arrive('bob@x.test', answer)).toEqual(blocked);
    expect(await arrive('cleo@x.test', answer)).toEqual(arrived);
    await client.inboxes.lists.create(INBOX, 'reply', 'allow', { entry: 'bob@x.test' });
    expect(await arrive('bob@x.test', answer)).toEqual(arrived);
    expect(await arrive('cleo@x.test', answer)).toEqual(blocked);
    expect(await arrive('cleo@x.test')).toEqual(arrived);
  });

  it('apply between inboxes of the emulator, too', async () => {
    const { client } = bench;
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    await client.inboxes.lists.create(other.inboxId, 'receive', 'block', { entry: INBOX });
    const first = await send(other.inboxId);
    const copy = () => client.inboxes.messages.get(other.inboxId, first.messageId);
    expect((await copy()).labels).toEqual(blocked);
    const own = await client.inboxes.messages.send(other.inboxId, { to: INBOX });
    const { messageId } = await client.inboxes.messages.reply(INBOX, own.messageId, { text: 'an answer' });
    expect((await client.inboxes.messages.get(other.inboxId, messageId)).labels).toEqual(arrived);
  });

  it('a webhook hears of blocked mail under its own name only', async () => {
    const { client, emulator } = bench;
    await client.lists.create('receive', 'block', { entry: 'spam.test' });
    const eventTypes = ['message.received', 'message.received.blocked'] as const;
    await client.webhooks.create({ url: 'http://127.0.0.1:9/hook', eventTypes: [...eventTypes] });
    await arrive('s@spam.test');
    await arrive('a@x.test');
    expect((await emulator.control.deliveries()).map((delivery) => delivery.event_type)).toEqual([
      'message.received.blocked',
      'message.received',
    ]);
  });
});
