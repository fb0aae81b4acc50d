import { describe, expect, it } from 'vitest';
import { connect, INBOX, refusalOf, useEmulator } from './support.ts';

describe('API keys', () => {
  const bench = useEmulator();

  it('any is accepted until one is configured, then an unknown one is refused', async () => {
    const { client, emulator } = bench;
    await expect(connect(emulator.url, 'whatever').inboxes.list()).resolves.toHaveProperty('count');
    const made = await client.apiKeys.create({ name: 'ops' });
    if (!('apiKey' in made)) throw new Error('a bearer key was asked for');
    expect(made.prefix).toBe(made.apiKey.slice(0, made.prefix.length));
    expect(await refusalOf(client.inboxes.list())).toMatchObject({ statusCode: 403, code: 'invalid_api_key' });
    const known = connect(emulator.url, made.apiKey);
    const listed = await known.apiKeys.list();
    expect(listed.apiKeys).toMatchObject([{ type: 'bearer', apiKeyId: made.apiKeyId, name: 'ops' }]);
    expect(JSON.stringify(listed)).not.toContain(made.apiKey);
    expect(await known.auth.me()).toMatchObject({ apiKeyId: made.apiKeyId });
    await known.apiKeys.delete(made.apiKeyId);
  });

  it('none at all is a 401', async () => {
    const response = await fetch(`${bench.emulator.url}/v0/inboxes`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'missing_api_key' });
  });

  it('do only what their permissions list', async () => {
    const { emulator, client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    const permissions = { draft_read: true, draft_create: true, draft_update: true, draft_send: false };
    const agentKey = await emulator.control.createKey({ name: 'agent', permissions });
    const { inboxes, apiKeys } = connect(emulator.url, agentKey.token);
    await inboxes.drafts.create(INBOX, { subject: 'mine' });
    await inboxes.drafts.update(INBOX, draft.draftId, { subject: 'changed' });
    const denied = [
      inboxes.drafts.send(INBOX, draft.draftId, {}),
      inboxes.drafts.delete(INBOX, draft.draftId),
      inboxes.messages.send(INBOX, { to: 'a@x.test' }),
      inboxes.messages.list(INBOX),
      inboxes.list(),
      apiKeys.create({ name: 'more' }),
    ];
    for (const refusal of await Promise.all(denied.map(refusalOf))) {
      expect(refusal).toMatchObject({ statusCode: 403, code: 'missing_permission' });
    }
    expect((await emulator.control.outbox()).count).toBe(0);
  });

  it('need message_read to answer a message', async () => {
    const { emulator } = bench;
    const raw = `From: a@x.test\r\nTo: ${INBOX}\r\nMessage-ID: <m@x.test>\r\n\r\nhi`;
    const { messageId } = await emulator.control.receive(INBOX, raw);
    const key = await emulator.control.createKey({ permissions: { draft_create: true } });
    const reply = connect(emulator.url, key.token).inboxes.drafts.create(INBOX, { inReplyTo: messageId });
    expect(await refusalOf(reply)).toMatchObject({ code: 'missing_permission' });
  });

  it('cannot make a key that may do more than they', async () => {
    const { emulator } = bench;
    const permissions = { api_key_create: true, draft_read: true };
    const limited = connect(emulator.url, (await emulator.control.createKey({ permissions })).token);
    await expect(limited.apiKeys.create({ permissions: { draftRead: true } })).resolves.toHaveProperty('apiKey');
    const more = limited.apiKeys.create({ permissions: { draftSend: true } });
    expect(await refusalOf(more)).toMatchObject({ code: 'missing_permission' });
    expect(await refusalOf(limited.apiKeys.create({ name: 'all' }))).toMatchObject({ code: 'missing_permission' });
  });

  it('of an inbox see that inbox only', async () => {
    const { emulator, client } = bench;
    const other = await client.inboxes.create({ username: 'other', domain: 'acme.test' });
    const foreign = await client.inboxes.drafts.create(other.inboxId, { subject: 'x' });
    const made = await client.inboxes.apiKeys.create(INBOX, { name: 'scoped' });
    if (!('apiKey' in made)) throw new Error('a bearer key was asked for');
    const scoped = connect(emulator.url, made.apiKey);
    expect(await scoped.auth.me()).toMatchObject({ scopeType: 'inbox', inboxId: INBOX });
    expect((await scoped.inboxes.list()).inboxes.map(({ inboxId }) => inboxId)).toEqual([INBOX]);
    expect((await scoped.drafts.list()).count).toBe(0);
    expect(await refusalOf(scoped.drafts.get(foreign.draftId))).toMatchObject({ statusCode: 404 });
    expect(await refusalOf(scoped.inboxes.drafts.list(other.inboxId))).toMatchObject({ statusCode: 404 });
    expect(await refusalOf(scoped.apiKeys.list())).toMatchObject({ statusCode: 403 });
  });
});

describe('limits', () => {
  const bench = useEmulator();

  it('answer 429 with Retry-After, per key', async () => {
    const { emulator } = bench;
    await emulator.control.setSwitches({ rateLimit: { requests: 2, windowMs: 5_000 } });
    const get = (key: string) => fetch(`${emulator.url}/v0/inboxes`, { headers: { authorization: `Bearer ${key}` } });
    expect([await get('am_one'), await get('am_one')].map(({ status }) => status)).toEqual([200, 200]);
    const limited = await get('am_one');
    expect(limited.status).toBe(429);
    const retryAfter = Number(limited.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThanOrEqual(1);
    expect(retryAfter).toBeLessThanOrEqual(5);
    expect((await get('am_two')).status).toBe(200);
  });

  it('refuse a body over 6 MB and take one just below', async () => {
    const { client } = bench;
    const megabyte = 1024 * 1024;
    const attachment = (bytes: number) => [{ content: Buffer.alloc(bytes).toString('base64') }];
    const over = client.inboxes.drafts.create(INBOX, { attachments: attachment(5 * megabyte) });
    expect(await refusalOf(over)).toMatchObject({ statusCode: 413, code: 'request_too_large' });
    const below = await client.inboxes.drafts.create(INBOX, {
      to: ['a@x.test'],
      attachments: attachment(4.4 * megabyte),
    });
    const { messageId } = await client.inboxes.drafts.send(INBOX, below.draftId, {});
    expect((await client.inboxes.messages.get(INBOX, messageId)).size).toBeGreaterThan(5 * megabyte);
  });

  it('refuse more than 50 recipients on a direct send', async () => {
    const to = Array.from({ length: 51 }, (_, index) => `r${index}@x.test`);
    const { client } = bench;
    expect(await refusalOf(client.inboxes.messages.send(INBOX, { to }))).toMatchObject({ code: 'too_many_recipients' });
    await expect(client.inboxes.messages.send(INBOX, { to: to.slice(1) })).resolves.toHaveProperty('messageId');
  });
});
