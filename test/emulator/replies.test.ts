import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

const MAIL = [
  'From: Ana Ruiz <ana@x.test>',
  `To: Acme <${INBOX}>, Ben <ben@x.test>`,
  'Cc: Carla <carla@x.test>, Ana Ruiz <ana@x.test>',
  'Subject: Order 4821',
  'Message-ID: <order-4821@x.test>',
  'References: <earlier@x.test>',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Where is my order?',
].join('\r\n');

describe('reply and forward drafts', () => {
  const bench = useEmulator();

  it('derive recipients, subject and threading, and thread the sent message', async () => {
    const { client, emulator } = bench;
    const received = await emulator.control.receive(INBOX, MAIL);
    const draft = await client.inboxes.drafts.create(INBOX, { inReplyTo: received.messageId, text: 'On its way.' });
    expect(draft).toMatchObject({
      to: ['Ana Ruiz <ana@x.test>'],
      subject: 'Re: Order 4821',
      inReplyTo: '<order-4821@x.test>',
      references: ['<earlier@x.test>', '<order-4821@x.test>'],
    });
    expect(draft).not.toHaveProperty('cc');
    const sent = await client.inboxes.drafts.send(INBOX, draft.draftId, {});
    expect(sent.threadId).toBe(received.threadId);
    const message = await client.inboxes.messages.get(INBOX, sent.messageId);
    expect(message).toMatchObject({ inReplyTo: '<order-4821@x.test>', text: 'On its way.' });
    const thread = await client.inboxes.threads.get(INBOX, sent.threadId);
    expect(thread.messages.map(({ messageId }) => messageId)).toEqual([received.messageId, sent.messageId]);
  });

  it('keep one Re: only', async () => {
    const { client, emulator } = bench;
    const received = await emulator.control.receive(INBOX, MAIL.replace('Order 4821', 'RE: Order 4821'));
    const draft = await client.inboxes.drafts.create(INBOX, { inReplyTo: received.messageId });
    expect(draft.subject).toBe('RE: Order 4821');
  });

  it('answer the Reply-To where there is one', async () => {
    const { client, emulator } = bench;
    const received = await emulator.control.receive(INBOX, `Reply-To: desk@x.test\r\n${MAIL}`);
    const draft = await client.inboxes.drafts.create(INBOX, { inReplyTo: received.messageId });
    expect(draft.to).toEqual(['desk@x.test']);
  });

  it('address the whole thread with reply_all, each once, without the inbox itself', async () => {
    const { client, emulator } = bench;
    const received = await emulator.control.receive(INBOX, MAIL);
    const draft = await client.inboxes.drafts.create(INBOX, { inReplyTo: received.messageId, replyAll: true });
    expect(draft).toMatchObject({
      to: ['Ana Ruiz <ana@x.test>'],
      cc: ['Ben <ben@x.test>', 'Carla <carla@x.test>'],
    });
  });

  it('refuse reply_all with recipients, and reply together with forward', async () => {
    const { client, emulator } = bench;
    const { messageId } = await emulator.control.receive(INBOX, MAIL);
    const create = (body: Parameters<typeof client.inboxes.drafts.create>[1]) =>
      refusalOf(client.inboxes.drafts.create(INBOX, body));
    for (const field of ['to', 'cc', 'bcc'] as const) {
      const refused = await create({ inReplyTo: messageId, replyAll: true, [field]: ['z@x.test'] });
      expect(refused).toMatchObject({ kind: 'ValidationError', statusCode: 400 });
    }
    expect(await create({ inReplyTo: messageId, forwardOf: messageId })).toMatchObject({ statusCode: 400 });
    expect(await create({ inReplyTo: '<none@x.test>' })).toMatchObject({ statusCode: 404 });
  });

  it('merge the source of a forward only at send time', async () => {
    const { client, emulator } = bench;
    const { messageId, threadId } = await emulator.control.receive(INBOX, MAIL);
    const draft = await client.inboxes.drafts.create(INBOX, { forwardOf: messageId, to: ['z@x.test'], text: 'FYI' });
    expect(draft).toMatchObject({ subject: 'Fwd: Order 4821', text: 'FYI', forwardOf: messageId });
    const sent = await client.inboxes.drafts.send(INBOX, draft.draftId, {});
    expect(sent.threadId).toBe(threadId);
    const message = await client.inboxes.messages.get(INBOX, sent.messageId);
    expect(message.text).toContain('FYI');
    expect(message.text).toContain('Where is my order?');
    expect(message.to).toEqual(['z@x.test']);
  });

  it('work without a draft: reply, reply-all and forward of a message', async () => {
    const { client, emulator } = bench;
    const { messageId, threadId } = await emulator.control.receive(INBOX, MAIL);
    const reply = await client.inboxes.messages.reply(INBOX, messageId, { text: 'yes' });
    const all = await client.inboxes.messages.replyAll(INBOX, messageId, { text: 'to all' });
    const forward = await client.inboxes.messages.forward(INBOX, messageId, { to: 'z@x.test' });
    for (const sent of [reply, all, forward]) expect(sent.threadId).toBe(threadId);
    const { messages } = await emulator.control.outbox();
    expect(messages.map(({ route, to }) => [route, to])).toEqual([
      ['reply', ['Ana Ruiz <ana@x.test>']],
      ['reply_all', ['Ana Ruiz <ana@x.test>']],
      ['forward', ['z@x.test']],
    ]);
    expect(messages[1]?.cc).toEqual(['Ben <ben@x.test>', 'Carla <carla@x.test>']);
  });
});
