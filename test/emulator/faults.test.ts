import { describe, expect, it } from 'vitest';
import { INBOX, refusalOf, useEmulator } from './support.ts';

const SEND = 'POST /v0/inboxes/*/drafts/*/send';
const GET_DRAFT = 'GET /v0/inboxes/*/drafts/*';

describe('fault rules', () => {
  const bench = useEmulator();
  const makeDraft = () => bench.client.inboxes.drafts.create(INBOX, { to: ['a@x.test'], subject: 'approved' });
  const send = (draftId: string) =>
    bench.client.inboxes.drafts.send(INBOX, draftId, { addLabels: ['s1'] }, { idempotencyKey: 'k' });
  const sentCount = async () => (await bench.emulator.control.outbox()).count;

  it('reset_before: nothing is accepted', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'reset_before', route: SEND });
    expect(await refusalOf(send(draft.draftId))).toMatchObject({ kind: 'AgentMailError', statusCode: undefined });
    expect(await sentCount()).toBe(0);
    expect(await send(draft.draftId)).toHaveProperty('messageId');
    expect(await sentCount()).toBe(1);
  });

  it('lose_response: accepted once, and the key tells so', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'lose_response', route: SEND, times: 2 });
    expect(await refusalOf(send(draft.draftId))).toMatchObject({ kind: 'AgentMailError', statusCode: undefined });
    expect(await sentCount()).toBe(1);
    expect(await refusalOf(send(draft.draftId))).toMatchObject({ statusCode: undefined });
    const { messageId } = await send(draft.draftId);
    expect((await bench.emulator.control.outbox()).messages).toMatchObject([{ messageId, labels: ['sent', 's1'] }]);
  });

  it('slow before: a client that gave up has its request accepted all the same', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'slow', route: SEND, delayMs: 1_500, when: 'before' });
    const impatient = bench.client.inboxes.drafts.send(INBOX, draft.draftId, {}, { timeoutInSeconds: 0.4 });
    expect(await refusalOf(impatient)).toMatchObject({ statusCode: undefined });
    expect(await sentCount()).toBe(0);
    await expect.poll(sentCount, { timeout: 5_000 }).toBe(1);
  });

  it('slow after: accepted at once, answered late', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'slow', route: SEND, delayMs: 1_500, when: 'after' });
    const pending = send(draft.draftId);
    await expect.poll(sentCount, { timeout: 1_200 }).toBe(1);
    expect(await pending).toHaveProperty('messageId');
  });

  it.each([
    [500, undefined],
    [503, 7],
    [429, 3],
    [409, undefined],
    [403, undefined],
  ])('status %i, with Retry-After %s', async (status, retryAfterSeconds) => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'status', route: SEND, status, retryAfterSeconds, code: 'made_up' });
    const error: unknown = await send(draft.draftId).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ statusCode: status, body: { code: 'made_up' } });
    const { rawResponse } = error as { rawResponse: { headers: Headers } };
    expect(rawResponse.headers.get('retry-after')).toBe(retryAfterSeconds ? String(retryAfterSeconds) : null);
    expect(await sentCount()).toBe(0);
  });

  it('status after: the send was accepted although a 500 came back', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'status', route: SEND, status: 500, when: 'after' });
    expect(await refusalOf(send(draft.draftId))).toMatchObject({ statusCode: 500 });
    expect(await sentCount()).toBe(1);
    await send(draft.draftId);
    expect(await sentCount()).toBe(1);
  });

  it('edit_draft after a GET: its reader saw the old draft, the send takes the edited one', async () => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'edit_draft', route: GET_DRAFT, patch: { subject: 'foreign' } });
    expect(await bench.client.inboxes.drafts.get(INBOX, draft.draftId)).toMatchObject({ subject: 'approved' });
    await send(draft.draftId);
    expect((await bench.emulator.control.outbox()).messages).toMatchObject([{ subject: 'foreign' }]);
  });

  it('edit_draft before: the same request meets the edit', async () => {
    const draft = await makeDraft();
    const patch = { send_at: new Date(Date.now() + 3_600_000).toISOString() };
    await bench.emulator.control.addFault({ kind: 'edit_draft', route: GET_DRAFT, patch, when: 'before' });
    const seen = await bench.client.inboxes.drafts.get(INBOX, draft.draftId);
    expect(seen).toMatchObject({ sendStatus: 'scheduled' });
  });

  it.each(['before', 'after'] as const)('delete_draft %s a GET', async (when) => {
    const draft = await makeDraft();
    await bench.emulator.control.addFault({ kind: 'delete_draft', route: GET_DRAFT, when });
    const read = bench.client.inboxes.drafts.get(INBOX, draft.draftId);
    if (when === 'before') expect(await refusalOf(read)).toMatchObject({ statusCode: 404 });
    else expect((await read).draftId).toBe(draft.draftId);
    expect(await bench.emulator.control.faults()).toMatchObject([{ draftIds: [draft.draftId] }]);
    expect(await refusalOf(send(draft.draftId))).toMatchObject({ statusCode: 404 });
  });

  it('skip, times, listing and removal', async () => {
    const { control } = bench.emulator;
    const list = () => bench.client.inboxes.drafts.list(INBOX);
    const rule = { kind: 'status', route: 'GET /v0/inboxes/*/drafts', status: 500, skip: 1, times: 2 } as const;
    const { id } = await control.addFault(rule);
    const outcomes: (number | undefined)[] = [];
    for (let n = 0; n < 4; n += 1) {
      const call = list();
      outcomes.push(
        (await Promise.allSettled([call]))[0].status === 'fulfilled' ? 200 : (await refusalOf(call)).statusCode,
      );
    }
    expect(outcomes).toEqual([200, 500, 500, 200]);
    expect(await control.faults()).toMatchObject([{ id, seen: 4, hits: 2 }]);
    await control.removeFault(id);
    await control.addFault({ kind: 'status', route: '* /v0/**', status: 500, times: 99 });
    expect(await refusalOf(list())).toMatchObject({ statusCode: 500 });
    await control.clearFaults();
    expect((await list()).count).toBe(0);
    await expect(control.addFault({ kind: 'reset_before', route: 'nonsense' })).rejects.toThrow('400');
  });
});

describe('a foreign writer', () => {
  const bench = useEmulator();

  it('edits and deletes drafts past all permissions', async () => {
    const { client, emulator } = bench;
    const draft = await client.inboxes.drafts.create(INBOX, { subject: 'mine', text: 't' });
    await emulator.control.editDraft(draft.draftId, { subject: 'theirs', text: null });
    const read = await client.inboxes.drafts.get(INBOX, draft.draftId);
    expect(read.subject).toBe('theirs');
    expect(read).not.toHaveProperty('text');
    await emulator.control.deleteDraft(draft.draftId);
    expect(await refusalOf(client.inboxes.drafts.get(INBOX, draft.draftId))).toMatchObject({ statusCode: 404 });
  });

  it('sees a deleted draft for the lag, but nobody can write or send it', async () => {
    const { client, emulator } = bench;
    await emulator.control.setSwitches({ deleteLagMs: 10_000 });
    const draft = await client.inboxes.drafts.create(INBOX, { to: ['a@x.test'] });
    await client.inboxes.drafts.send(INBOX, draft.draftId, {});
    expect(await client.inboxes.drafts.get(INBOX, draft.draftId)).toEqual(draft);
    expect((await client.drafts.list()).count).toBe(1);
    const edit = client.inboxes.drafts.update(INBOX, draft.draftId, { subject: 's' });
    expect(await refusalOf(edit)).toMatchObject({ statusCode: 404 });
    expect(await refusalOf(client.inboxes.drafts.send(INBOX, draft.draftId, {}))).toMatchObject({ statusCode: 404 });
    await emulator.control.advanceClock(10_000);
    expect((await client.drafts.list()).count).toBe(0);
  });

  it('leaves nothing behind a reset', async () => {
    const { client, emulator } = bench;
    await client.inboxes.messages.send(INBOX, { to: 'a@x.test' });
    await emulator.control.setSwitches({ labelLagMs: 5 });
    await emulator.control.setClockOffset(99_000);
    await emulator.control.createKey();
    await emulator.control.reset();
    expect((await client.inboxes.list()).count).toBe(0);
    expect(await emulator.control.outbox()).toEqual({ count: 0, messages: [] });
    expect(await emulator.control.switches()).toMatchObject({ labelLagMs: 0 });
    expect((await emulator.control.clock()).offsetMs).toBe(0);
  });
});
