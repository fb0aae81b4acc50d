import { describe, expect, it } from 'vitest';
import type { SwitchesPatch } from '../../emulator/index.ts';
import { connect, INBOX, refusalOf, useEmulator } from './support.ts';

const HOUR_MS = 3_600_000;

/** What the documents leave open: sends must be right under each. */
const SETTINGS: [string, SwitchesPatch][] = [
  ['as documented', {}],
  ['labels lag', { labelLagMs: 60_000 }],
  ['client ids stay taken', { clientIdAfterDelete: 'conflict' }],
  ['deletion lags', { deleteLagMs: 60_000 }],
  ['everything lags', { labelLagMs: 60_000, deleteLagMs: 60_000, clientIdAfterDelete: 'conflict' }],
];

describe.each(SETTINGS)('sending a draft, %s', (_name, switches) => {
  const bench = useEmulator();
  const prepare = async () => {
    await bench.emulator.control.setSwitches(switches);
    return bench.client.inboxes.drafts.create(INBOX, {
      to: ['Ana <ana@x.test>'],
      bcc: ['audit@acme.test'],
      subject: 'Hello',
      text: 'Text',
      html: '<p>Text</p>',
      labels: ['billing'],
      clientId: 'r1',
    });
  };

  it('turns it into one message of a thread and takes the draft away', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    const sent = await client.inboxes.drafts.send(INBOX, draft.draftId, { addLabels: ['s1'] });
    const message = await client.inboxes.messages.get(INBOX, sent.messageId);
    expect(message).toMatchObject({
      from: 'Acme Support <support@acme.test>',
      to: ['Ana <ana@x.test>'],
      bcc: ['audit@acme.test'],
      subject: 'Hello',
      text: 'Text',
      html: '<p>Text</p>',
      threadId: sent.threadId,
    });
    expect([...message.labels].sort()).toEqual(['billing', 's1', 'sent']);
    expect(sent.messageId).toMatch(/^<[^@<>]+@emulator\.countersign\.local>$/);
    const again = await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}));
    expect(again).toMatchObject({ kind: 'NotFoundError', statusCode: 404, code: 'not_found' });
    const outbox = await emulator.control.outbox();
    expect(outbox.count).toBe(1);
    expect(outbox.messages[0]).toMatchObject({
      messageId: sent.messageId,
      draftId: draft.draftId,
      route: 'draft_send',
    });
  });

  it('repeats the original answer for the same key and request, also when the draft is gone', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    const send = () =>
      client.inboxes.drafts.send(INBOX, draft.draftId, { addLabels: ['s1'] }, { idempotencyKey: 'send.r1' });
    const first = await send();
    expect(await send()).toEqual(first);
    await emulator.control.advanceClock(24 * HOUR_MS - 60_000);
    expect(await send()).toEqual(first);
    expect((await emulator.control.outbox()).count).toBe(1);
  });

  it('forgets the key 24 hours after the send', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    await client.inboxes.drafts.send(INBOX, draft.draftId, {}, { idempotencyKey: 'k' });
    await emulator.control.advanceClock(24 * HOUR_MS);
    const late = await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}, { idempotencyKey: 'k' }));
    expect(late).toMatchObject({ statusCode: 404 });
    const next = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    await client.inboxes.drafts.send(INBOX, next.draftId, {}, { idempotencyKey: 'k' });
    expect((await emulator.control.outbox()).count).toBe(2);
  });

  it('refuses the key for any other request, from any inbox of the organization', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    const key = { idempotencyKey: 'k' };
    await client.inboxes.drafts.send(INBOX, draft.draftId, {}, key);
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    const attempts = [
      client.inboxes.drafts.send(INBOX, draft.draftId, { addLabels: ['x'] }, key),
      client.inboxes.messages.send(INBOX, { to: 'a@x.test' }, key),
      client.inboxes.messages.send(other.inboxId, { to: 'a@x.test' }, key),
    ];
    for (const refused of await Promise.all(attempts.map(refusalOf))) {
      expect(refused).toMatchObject({ kind: 'ConflictError', statusCode: 409, code: 'idempotency_key_reused' });
    }
    expect((await emulator.control.outbox()).count).toBe(1);
  });

  it('sends once when the same request comes twelve times at once', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    const calls = Array.from({ length: 12 }, () =>
      client.inboxes.drafts.send(INBOX, draft.draftId, {}, { idempotencyKey: 'k' }),
    );
    const ids = new Set((await Promise.all(calls)).map(({ messageId }) => messageId));
    expect(ids.size).toBe(1);
    expect((await emulator.control.outbox()).count).toBe(1);
  });

  it('sends once without a key too: of two at once one is a 404', async () => {
    const { client, emulator } = bench;
    const draft = await prepare();
    const settled = await Promise.allSettled([1, 2].map(() => client.inboxes.drafts.send(INBOX, draft.draftId, {})));
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await emulator.control.outbox()).count).toBe(1);
  });

  it('does not burn the key on a refusal', async () => {
    const { client } = bench;
    await prepare();
    const draft = await client.inboxes.drafts.create(INBOX, { subject: 'nobody' });
    const key = { idempotencyKey: 'k' };
    const refused = await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}, key));
    expect(refused).toMatchObject({ kind: 'ValidationError', statusCode: 400, code: 'missing_recipients' });
    await client.inboxes.drafts.update(INBOX, draft.draftId, { to: ['a@x.test'] });
    expect(await client.inboxes.drafts.send(INBOX, draft.draftId, {}, key)).toHaveProperty('messageId');
  });
});

describe('send requests the SDK cannot express', () => {
  const bench = useEmulator();
  const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${bench.emulator.url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer am_any', 'content-type': 'application/json', ...headers },
      body,
    });

  it.each([
    ['empty', ''],
    ['with a space', 'a b'],
    ['with a slash', 'a/b'],
    ['of 257 characters', 'k'.repeat(257)],
  ])('an Idempotency-Key %s is a 400', async (_name, key) => {
    const draft = await bench.client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    const path = `/v0/inboxes/${encodeURIComponent(INBOX)}/drafts/${draft.draftId}/send`;
    const response = await post(path, '{}', { 'idempotency-key': key });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ name: 'ValidationError', code: 'invalid_idempotency_key' });
    const longest = await post(path, '{}', { 'idempotency-key': 'k'.repeat(256) });
    expect(longest.status).toBe(200);
  });

  it('content in the body of a draft send is refused, not lost', async () => {
    const draft = await bench.client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    const path = `/v0/inboxes/${encodeURIComponent(INBOX)}/drafts/${draft.draftId}/send`;
    expect((await post(path, '{"subject":"other"}')).status).toBe(400);
    expect((await post(path, '{bad')).status).toBe(400);
    expect((await post(path, '')).status).toBe(200);
  });
});

describe('sending without a draft', () => {
  const bench = useEmulator();

  it('takes one address or several, labels and headers', async () => {
    const { client, emulator } = bench;
    const sent = await client.inboxes.messages.send(
      INBOX,
      { to: 'a@x.test', cc: ['c@x.test'], subject: 's', text: 't', labels: ['l'], headers: { 'X-Order': '48' } },
      { idempotencyKey: 'k' },
    );
    const message = await client.inboxes.messages.get(INBOX, sent.messageId);
    expect(message).toMatchObject({ to: ['a@x.test'], labels: ['sent', 'l'], headers: { 'X-Order': '48' } });
    const { messages } = await emulator.control.outbox();
    expect(messages[0]).toMatchObject({ idempotencyKey: 'k', apiKey: { prefix: 'am_any' }, route: 'send' });
  });

  it('arrives in another inbox of the same emulator, without its bcc', async () => {
    const { client, emulator } = bench;
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    const sent = await client.inboxes.messages.send(INBOX, { to: other.inboxId, bcc: 'b@x.test', text: 'hi' });
    const received = await client.inboxes.messages.get(other.inboxId, sent.messageId);
    expect(received.labels).toEqual(['received', 'unread']);
    expect(received).not.toHaveProperty('bcc');
    expect(received.threadId).not.toBe(sent.threadId);
    await client.inboxes.messages.reply(other.inboxId, sent.messageId, { text: 'back' });
    const thread = await client.threads.get(sent.threadId);
    expect(thread.messages.map(({ text }) => text)).toEqual(['hi', 'back']);
    expect((await emulator.control.outbox()).count).toBe(2);
  });

  it('stays out of other inboxes when the switch says so, and is dated by the clock', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ deliverLocally: false });
    await emulator.control.setClockOffset(-10 * 365 * 24 * HOUR_MS);
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    await client.inboxes.messages.send(INBOX, { to: other.inboxId });
    expect((await client.inboxes.messages.list(other.inboxId)).count).toBe(0);
    const [sent] = (await emulator.control.outbox()).messages;
    expect(new Date(sent!.acceptedAt).getUTCFullYear()).toBe(new Date().getUTCFullYear() - 10);
  });

  it('names the key that sent', async () => {
    const { emulator } = bench;
    const key = await emulator.control.createKey({ name: 'sender' });
    await connect(emulator.url, key.token).inboxes.messages.send(INBOX, { to: 'a@x.test' });
    expect((await emulator.control.outbox()).messages[0]?.apiKey).toMatchObject({ id: key.apiKeyId, name: 'sender' });
  });
});
