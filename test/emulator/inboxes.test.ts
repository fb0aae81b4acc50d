import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

describe('inboxes', () => {
  const bench = useEmulator();

  it('are created, read, listed newest first, changed and deleted', async () => {
    const { client } = bench;
    const made = await client.inboxes.create({ username: 'Sales', domain: 'acme.test', metadata: { team: 'north' } });
    expect(made).toMatchObject({ inboxId: 'sales@acme.test', email: 'sales@acme.test', metadata: { team: 'north' } });
    expect(await client.inboxes.get(made.inboxId)).toEqual(made);
    const list = await client.inboxes.list();
    expect(list.inboxes.map(({ inboxId }) => inboxId)).toEqual(['sales@acme.test', INBOX]);
    const renamed = await client.inboxes.update(made.inboxId, { displayName: 'Sales', metadata: { team: null, a: 1 } });
    expect(renamed).toMatchObject({ displayName: 'Sales', metadata: { a: 1 } });
    await client.inboxes.delete(made.inboxId);
    expect(await refusalOf(client.inboxes.get(made.inboxId))).toMatchObject({ kind: 'NotFoundError', statusCode: 404 });
  });

  it('answer a repeated client_id with the existing inbox and refuse a taken address', async () => {
    const { client } = bench;
    const first = await client.inboxes.create({ clientId: 'mine' });
    expect((await client.inboxes.create({ clientId: 'mine' })).inboxId).toBe(first.inboxId);
    const again = await refusalOf(client.inboxes.create({ username: 'support', domain: 'acme.test' }));
    expect(again).toMatchObject({ statusCode: 403, code: 'is_taken' });
    expect(await refusalOf(client.inboxes.create({ clientId: 'a@b' }))).toMatchObject({ kind: 'ValidationError' });
  });

  it('are gone with their drafts and messages', async () => {
    const { client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { subject: 'x' });
    await client.inboxes.delete(INBOX);
    expect(await refusalOf(client.drafts.get(draft.draftId))).toMatchObject({ statusCode: 404 });
  });

  it('tell who asks', async () => {
    expect(await bench.client.auth.me()).toMatchObject({ scopeType: 'organization' });
  });
});
