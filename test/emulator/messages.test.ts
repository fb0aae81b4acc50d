import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

describe('messages and threads', () => {
  const bench = useEmulator();
  const sendMany = async (count: number) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const body = { to: `r${n}@x.test`, subject: `n${n}`, labels: [n % 2 ? 'odd' : 'even'] };
      ids.push((await bench.client.inboxes.messages.send(INBOX, body)).messageId);
      await bench.emulator.control.advanceClock(1_000);
    }
    return ids;
  };

  it('are listed newest first in pages that newcomers do not shift', async () => {
    const { client } = bench;
    const ids = await sendMany(5);
    const first = await client.inboxes.messages.list(INBOX, { limit: 2 });
    expect(first).toMatchObject({ count: 2, limit: 2 });
    await client.inboxes.messages.send(INBOX, { to: 'new@x.test' });
    const second = await client.inboxes.messages.list(INBOX, { limit: 2, pageToken: first.nextPageToken });
    const third = await client.inboxes.messages.list(INBOX, { limit: 2, pageToken: second.nextPageToken });
    const seen = [first, second, third].flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
    expect(seen).toEqual([...ids].reverse());
    expect(third.nextPageToken).toBeUndefined();
    const oldest = await client.inboxes.messages.list(INBOX, { limit: 1, ascending: true });
    expect(oldest.messages[0]?.messageId).toBe(ids[0]);
    expect(await refusalOf(client.inboxes.messages.list(INBOX, { pageToken: 'junk' }))).toMatchObject({
      statusCode: 400,
    });
    expect(await refusalOf(client.inboxes.messages.list(INBOX, { limit: 0 }))).toMatchObject({ statusCode: 400 });
  });

  it('are filtered by labels, time, sender, recipient and subject', async () => {
    const { client } = bench;
    const ids = await sendMany(4);
    const subjects = async (filter: Parameters<typeof client.inboxes.messages.list>[1]) =>
      (await client.inboxes.messages.list(INBOX, filter)).messages.map(({ subject }) => subject);
    expect(await subjects({ labels: ['odd'] })).toEqual(['n3', 'n1']);
    expect(await subjects({ labels: ['odd', 'even'] })).toEqual([]);
    const middle = (await client.inboxes.messages.get(INBOX, ids[1]!)).timestamp;
    expect(await subjects({ after: middle })).toEqual(['n3', 'n2']);
    expect(await subjects({ before: middle })).toEqual(['n0']);
    expect(await subjects({ to: ['R2@x'] })).toEqual(['n2']);
    expect(await subjects({ from: ['support'], subject: ['n3'] })).toEqual(['n3']);
  });

  it('carry no bodies in lists', async () => {
    const { client } = bench;
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test', text: 'body', html: '<p>body</p>' });
    const [item] = (await client.inboxes.messages.list(INBOX)).messages;
    for (const field of ['text', 'html', 'extractedText']) expect(item).not.toHaveProperty(field);
    expect(item?.preview).toBe('body');
  });

  it('take labels, one by one and in batches; system labels stay', async () => {
    const { client } = bench;
    const ids = await sendMany(2);
    const patch = { addLabels: 'done', removeLabels: ['even'] };
    expect(await client.inboxes.messages.update(INBOX, ids[0]!, patch)).toEqual({
      messageId: ids[0],
      labels: ['sent', 'done'],
    });
    const batch = await client.inboxes.messages.batchUpdate(INBOX, {
      messageIds: [...ids, '<none@x>'],
      addLabels: ['b'],
    });
    expect(batch).toMatchObject({ limit: 3, count: 2 });
    const read = await client.inboxes.messages.batchGet(INBOX, { messageIds: [ids[1]!, '<none@x>'] });
    expect(read.messages.map(({ labels }) => labels)).toEqual([['sent', 'odd', 'b']]);
    const system = client.inboxes.messages.update(INBOX, ids[0]!, { removeLabels: ['sent'] });
    expect(await refusalOf(system)).toMatchObject({ statusCode: 400 });
  });

  it('show their own labels in lists only after the lag, and at once by id', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ labelLagMs: 30_000 });
    const { messageId } = await client.inboxes.messages.send(INBOX, { to: 'a@x.test', labels: ['mine'] });
    const found = async () => (await client.inboxes.messages.list(INBOX, { labels: ['mine'] })).count;
    expect((await client.inboxes.messages.get(INBOX, messageId)).labels).toContain('mine');
    expect((await client.inboxes.messages.list(INBOX)).messages[0]?.labels).toEqual(['sent']);
    expect(await found()).toBe(0);
    await emulator.control.advanceClock(30_000);
    expect(await found()).toBe(1);
  });

  it('form threads that are listed, filtered, paged from the newest, and labelled', async () => {
    const { client, emulator } = bench;
    const first = await client.inboxes.messages.send(INBOX, { to: 'a@x.test', subject: 'Long' });
    await sendMany(2);
    for (const text of ['1', '2', '3']) {
      await emulator.control.reply({ messageId: first.messageId, text });
      await emulator.control.advanceClock(1_000);
    }
    const threads = await client.threads.list();
    expect(threads.threads.map(({ subject, messageCount }) => [subject, messageCount])).toEqual([
      ['Long', 4],
      ['n1', 1],
      ['n0', 1],
    ]);
    expect((await client.inboxes.threads.list(INBOX, { labels: ['odd'] })).count).toBe(1);
    const newest = await client.inboxes.threads.get(INBOX, first.threadId, { limit: 2 });
    expect(newest.messages.map(({ text }) => text)).toEqual(['2', '3']);
    const older = await client.threads.get(first.threadId, { limit: 2, pageToken: newest.nextPageToken });
    expect(older.messages.map(({ text }) => text)).toEqual([undefined, '1']);
    expect(await client.threads.update(first.threadId, { addLabels: ['open'] })).toMatchObject({
      labels: ['sent', 'open', 'received', 'unread'],
    });
    await client.threads.delete(first.threadId);
    expect(await refusalOf(client.threads.get(first.threadId))).toMatchObject({ statusCode: 404 });
  });

  it('are deleted', async () => {
    const [id] = await sendMany(1);
    await bench.client.inboxes.messages.delete(INBOX, id!);
    expect(await refusalOf(bench.client.inboxes.messages.get(INBOX, id!))).toMatchObject({ code: 'not_found' });
  });
});
