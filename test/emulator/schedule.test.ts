import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, until, useEmulator } from './support.ts';

const MINUTE_MS = 60_000;

describe('send_at', () => {
  const bench = useEmulator();
  const schedule = (body: { to?: string[] } = { to: ['a@x.test'] }) =>
    bench.client.inboxes.drafts.create(INBOX, { ...body, subject: 's', sendAt: new Date(Date.now() + MINUTE_MS) });
  const firstSent = () =>
    until(async () => (await bench.emulator.control.outbox()).messages[0], 'the scheduled draft to be sent');

  it('marks the draft scheduled and sends it when its time comes by the clock', async () => {
    const { client, emulator } = bench;
    const draft = await schedule();
    expect(draft).toMatchObject({ sendStatus: 'scheduled', labels: ['scheduled'] });
    const scheduled = await client.inboxes.drafts.list(INBOX, { labels: ['scheduled'] });
    expect(scheduled.drafts.map(({ draftId }) => draftId)).toEqual([draft.draftId]);
    expect((await emulator.control.outbox()).count).toBe(0);
    await emulator.control.advanceClock(MINUTE_MS);
    expect(await firstSent()).toMatchObject({ draftId: draft.draftId, route: 'send_at', labels: ['sent'] });
    expect(await refusalOf(client.drafts.get(draft.draftId))).toMatchObject({ statusCode: 404 });
  });

  it('is taken back by null', async () => {
    const { client, emulator } = bench;
    const draft = await schedule();
    const held = await client.inboxes.drafts.update(INBOX, draft.draftId, { sendAt: null });
    expect(held.labels).toEqual([]);
    for (const field of ['sendAt', 'sendStatus']) expect(held).not.toHaveProperty(field);
    await emulator.control.advanceClock(2 * MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await emulator.control.outbox()).count).toBe(0);
  });

  it('refuses edits, deletion and another send while the draft is being sent', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ sendingMs: 1_500 });
    const draft = await schedule();
    await emulator.control.advanceClock(MINUTE_MS);
    await until(async () => {
      const { sendStatus } = await client.inboxes.drafts.get(INBOX, draft.draftId);
      return sendStatus === 'sending' ? true : undefined;
    }, 'the draft to be sending');
    const edit = client.inboxes.drafts.update(INBOX, draft.draftId, { subject: 'late' });
    expect(await refusalOf(edit)).toMatchObject({ kind: 'ConflictError', statusCode: 409, code: 'draft_sending' });
    expect(await refusalOf(client.inboxes.drafts.delete(INBOX, draft.draftId))).toMatchObject({ statusCode: 409 });
    expect(await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}))).toMatchObject({ statusCode: 409 });
    expect(await firstSent()).toMatchObject({ subject: 's' });
  });

  it('ends failed when it cannot be sent, and the draft stays', async () => {
    const { client, emulator } = bench;
    const draft = await schedule({});
    await emulator.control.advanceClock(MINUTE_MS);
    const failed = await until(async () => {
      const current = await client.inboxes.drafts.get(INBOX, draft.draftId);
      return current.sendStatus === 'failed' ? current : undefined;
    }, 'the draft to fail');
    expect(failed.draftId).toBe(draft.draftId);
    await client.inboxes.drafts.update(INBOX, draft.draftId, { to: ['a@x.test'], sendAt: new Date(0) });
    expect(await firstSent()).toMatchObject({ draftId: draft.draftId });
  });

  it('does not keep a draft from being sent by hand before', async () => {
    const { client, emulator } = bench;
    const draft = await schedule();
    await client.inboxes.drafts.send(INBOX, draft.draftId, {});
    await emulator.control.advanceClock(MINUTE_MS);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await emulator.control.outbox()).messages).toMatchObject([{ route: 'draft_send', labels: ['sent'] }]);
  });
});
