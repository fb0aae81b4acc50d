import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

describe('drafts', () => {
  const bench = useEmulator();

  it('keep what they were given and say so on read-back', async () => {
    const { client } = bench;
    const given = {
      to: ['Ana <ana@x.test>', 'b@x.test'],
      cc: ['c@x.test'],
      bcc: ['d@x.test'],
      replyTo: ['help@acme.test'],
      subject: 'Grüße & 你好',
      text: 'Line one\r\n  indented  \n',
      html: '<p>Line <b>one</b></p>',
      labels: ['billing'],
      clientId: 'request-1',
    };
    const made = await client.inboxes.drafts.create(INBOX, given);
    expect(made).toMatchObject(given);
    expect(made.draftId).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.preview).toBe('Line one indented');
    expect(await client.inboxes.drafts.get(INBOX, made.draftId)).toEqual(made);
    expect(await client.drafts.get(made.draftId)).toEqual(made);
  });

  it('need nothing at creation', async () => {
    const draft = await bench.client.inboxes.drafts.create(INBOX, {});
    expect(draft.labels).toEqual([]);
    expect(draft.to).toBeUndefined();
  });

  it('leave out bodies and client_id in lists, newest update first', async () => {
    const { client } = bench;
    const one = await client.inboxes.drafts.create(INBOX, { subject: 'one', text: 'body', clientId: 'c1' });
    const two = await client.inboxes.drafts.create(INBOX, { subject: 'two' });
    await client.inboxes.drafts.update(INBOX, one.draftId, { subject: 'one again' });
    const list = await client.inboxes.drafts.list(INBOX);
    expect(list.drafts.map(({ draftId }) => draftId)).toEqual([one.draftId, two.draftId]);
    expect(list.count).toBe(2);
    expect(list.drafts[0]).not.toHaveProperty('text');
    expect(list.drafts[0]).not.toHaveProperty('clientId');
    const oldest = await client.drafts.list({ ascending: true });
    expect(oldest.drafts.map(({ draftId }) => draftId)).toEqual([two.draftId, one.draftId]);
  });

  it('are patched field by field: omitted stays, null clears, [] clears recipients', async () => {
    const { client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, {
      to: ['a@x.test'],
      cc: ['c@x.test'],
      bcc: ['b@x.test'],
      replyTo: ['r@x.test'],
      subject: 's',
      text: 't',
      html: '<p>h</p>',
      labels: ['keep', 'drop'],
    });
    const patched = await client.inboxes.drafts.update(INBOX, draft.draftId, {
      cc: [],
      bcc: null,
      replyTo: null,
      html: null,
      addLabels: ['new'],
      removeLabels: ['drop'],
    });
    expect(patched).toMatchObject({ to: ['a@x.test'], subject: 's', text: 't', labels: ['keep', 'new'] });
    for (const field of ['cc', 'bcc', 'replyTo', 'html']) expect(patched).not.toHaveProperty(field);
    const cleared = await client.inboxes.drafts.update(INBOX, draft.draftId, { to: null, subject: null, text: null });
    for (const field of ['to', 'subject', 'text', 'preview']) expect(cleared).not.toHaveProperty(field);
    expect(cleared.updatedAt.getTime()).toBeGreaterThanOrEqual(draft.updatedAt.getTime());
  });

  it('keep their kind', async () => {
    const draft = await bench.client.inboxes.drafts.create(INBOX, { subject: 's' });
    const url = `${bench.emulator.url}/v0/inboxes/${encodeURIComponent(INBOX)}/drafts/${draft.draftId}`;
    const headers = { authorization: 'Bearer am_any', 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ in_reply_to: '<a@b>' }) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ name: 'ValidationError', errors: [{ path: ['in_reply_to'] }] });
  });

  it('are deleted', async () => {
    const { client } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { subject: 's' });
    await client.inboxes.drafts.delete(INBOX, draft.draftId);
    expect(await refusalOf(client.inboxes.drafts.get(INBOX, draft.draftId))).toMatchObject({ code: 'not_found' });
    expect(await refusalOf(client.inboxes.drafts.delete(INBOX, draft.draftId))).toMatchObject({ statusCode: 404 });
    expect((await client.inboxes.drafts.list(INBOX)).count).toBe(0);
  });

  it('answer a repeated client_id with the existing draft, whatever the second request says', async () => {
    const { client } = bench;
    const first = await client.inboxes.drafts.create(INBOX, { subject: 'first', clientId: 'r1' });
    const second = await client.inboxes.drafts.create(INBOX, { subject: 'second', clientId: 'r1' });
    expect(second).toEqual(first);
    const both = await Promise.all([1, 2, 3].map(() => client.inboxes.drafts.create(INBOX, { clientId: 'r2' })));
    expect(new Set(both.map(({ draftId }) => draftId)).size).toBe(1);
    const refused = await refusalOf(client.inboxes.drafts.create(INBOX, { clientId: 'a@b' }));
    expect(refused).toMatchObject({ kind: 'ValidationError', statusCode: 400 });
  });

  it.each(['recreates', 'conflict'] as const)('with a gone draft, client_id %s', async (clientIdAfterDelete) => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ clientIdAfterDelete });
    const first = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'], clientId: 'r1' });
    await client.inboxes.drafts.send(INBOX, first.draftId, {});
    const again = client.inboxes.drafts.create(INBOX, { to: ['a@x.test'], clientId: 'r1' });
    if (clientIdAfterDelete === 'recreates') expect((await again).draftId).not.toBe(first.draftId);
    else expect(await refusalOf(again)).toMatchObject({ statusCode: 409, code: 'client_id_in_use' });
  });

  it('refuse what is no address, over 50 recipients and system labels', async () => {
    const { client } = bench;
    const create = (body: Parameters<typeof client.inboxes.drafts.create>[1]) =>
      refusalOf(client.inboxes.drafts.create(INBOX, body));
    expect(await create({ to: ['nobody'] })).toMatchObject({ kind: 'ValidationError', statusCode: 400 });
    const many = Array.from({ length: 26 }, (_, index) => `r${index}@x.test`);
    expect(await create({ to: many, cc: many.slice(0, 25) })).toMatchObject({ code: 'too_many_recipients' });
    expect(await create({ labels: ['sent'] })).toMatchObject({ statusCode: 400 });
    expect(await refusalOf(client.inboxes.drafts.create('none@x.test', {}))).toMatchObject({ statusCode: 404 });
  });
});
