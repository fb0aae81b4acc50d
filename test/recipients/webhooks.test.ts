import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../api/support.ts';
import {
  bounce,
  createHooked,
  deliver,
  draftTo,
  type HookedEdge,
  INBOX,
  OLD_SECRET,
  outcome,
  received,
  signed,
} from './support.ts';

let edge: HookedEdge;
beforeAll(async () => {
  edge = await createHooked();
});
afterAll(() => edge.close());

const someone = () => `p${randomUUID().slice(0, 8)}@example.com`;
const messageId = () => `<${randomUUID()}@agentmail.to>`;
const send = async (payload: object, options = {}) => (await deliver(edge, signed(payload, options))).status;
const suppressed = async (address: string) =>
  (await edge.store.suppressedAmong([address], { inboxId: INBOX, nowMs: Date.now() })).map(({ reason }) => reason);
const trail = async (draftId: string) => (await edge.store.listEvents(draftId)).map(({ type }) => type);

describe('what becomes of a sent message', () => {
  it.each([
    ['a hard bounce', (id: string, to: string) => bounce(id, to), 'bounced', ['hard_bounce']],
    ['a soft bounce', (id: string, to: string) => bounce(id, to, 'Transient'), 'bounced', []],
    [
      'a complaint',
      (id: string, to: string) => outcome('complained', id, { recipients: [to] }),
      'complained',
      ['complaint'],
    ],
    ['a delivery', (id: string, to: string) => outcome('delivered', id, { recipients: [to] }), 'delivered', []],
    ['an opening', (id: string) => outcome('opened', id), 'opened', []],
    [
      'a rejection of the recipient',
      (id: string) => outcome('rejected', id, { reason: 'Recipient is on the suppression list' }),
      'rejected_by_provider',
      ['hard_bounce'],
    ],
    [
      'a rejection of the content',
      (id: string) => outcome('rejected', id, { reason: 'Bad content' }),
      'rejected_by_provider',
      [],
    ],
  ] as const)('%s', async (_, event, audit, reasons) => {
    const [id, to] = [messageId(), someone()];
    const draftId = await draftTo(edge.store, [`Ann <${to}>`], { status: 'sent', messageId: id });
    const waiting = await draftTo(edge.store, [to]);
    const other = await draftTo(edge.store, [someone()]);
    edge.engine.noticed.length = 0;
    const payload = event(id, to);
    expect(await send(payload)).toBe(200);
    expect(await trail(draftId)).toEqual([audit]);
    const [row] = await edge.store.listEvents(draftId);
    expect(row).toMatchObject({ origin: `event:${payload.event_id}`, data: { eventId: payload.event_id } });
    expect(JSON.stringify(row)).not.toContain(to);
    expect(await suppressed(to)).toEqual(reasons);
    // A draft that waits for that address learns it at once; nobody else is woken.
    expect(edge.engine.noticed).toEqual(reasons.length > 0 ? [waiting] : []);
    expect(edge.engine.noticed).not.toContain(other);
  });

  it('takes a duplicate once, whichever id is the same', async () => {
    const [id, to] = [messageId(), someone()];
    const draftId = await draftTo(edge.store, [to], { status: 'sent', messageId: id });
    const event = bounce(id, to);
    const delivery = { id: `msg_${randomUUID()}`, atMs: Date.now() - 5_000 };
    expect([await send(event, delivery), await send(event), await send(event, { id: delivery.id })]).toEqual([
      ...[200, 200, 200],
    ]);
    expect(await trail(draftId)).toEqual(['bounced']);
    const told = (await edge.store.recipientEvents(to)).map(({ action, source }) => [action, source]);
    expect(told).toEqual([['suppressed', `event:${event.event_id}`]]);
  });

  it('takes duplicates that arrive together', async () => {
    const [id, to] = [messageId(), someone()];
    const draftId = await draftTo(edge.store, [to], { status: 'sent', messageId: id });
    const event = bounce(id, to);
    expect(await Promise.all(Array.from({ length: 8 }, () => send(event)))).toEqual(Array(8).fill(200));
    expect(await trail(draftId)).toEqual(['bounced']);
  });

  it('takes events out of order, also before the send is recorded', async () => {
    const [id, to] = [messageId(), someone()];
    const draftId = await draftTo(edge.store, [to], { status: 'sending' });
    expect(await send(bounce(id, to))).toBe(200);
    expect(await suppressed(to)).toEqual(['hard_bounce']);
    expect(await trail(draftId)).toEqual([]);
    expect(await send(outcome('opened', id))).toBe(200);
    const { projection } = (await edge.store.getDraft(draftId)) ?? {};
    if (!projection) throw new Error('no projection');
    await edge.store.record(draftId, [], { ...projection, sequence: 9, status: 'sent', messageId: id });
    // Whatever comes next, from anywhere, brings the earlier ones home.
    expect(await send(outcome('delivered', messageId(), { recipients: [to] }))).toBe(200);
    expect((await trail(draftId)).sort()).toEqual(['bounced', 'opened']);
  });

  it('asks for another try when a draft could not be told, and then does what is left', async () => {
    const to = someone();
    const waiting = await draftTo(edge.store, [to]);
    const event = bounce(messageId(), to);
    edge.engine.noticed.length = 0;
    edge.engine.deaf = true;
    expect(await send(event)).toBe(500);
    expect(await suppressed(to)).toEqual(['hard_bounce']);
    edge.engine.deaf = false;
    expect(await send(event)).toBe(200);
    expect(edge.engine.noticed).toEqual([waiting]);
  });

  it('accepts the secret before the change of secrets, and ignores what it does not know', async () => {
    expect(await send(outcome('opened', messageId()), { secret: OLD_SECRET })).toBe(200);
    expect(await send({ event_type: 'domain.verified', event_id: 'evt_d', domain: {} })).toBe(200);
    expect(await send({ ...bounce(messageId(), someone()), event_type: 'message.teleported' })).toBe(200);
  });
});

describe('a received message', () => {
  const proposals = async (address: string) =>
    (await edge.store.listProposals({ limit: 100 })).items.filter((one) => one.address === address);

  it('that asks to stop is put before a person, once', async () => {
    const from = someone();
    const event = received({
      from: `Ann <${from}>`,
      text: 'Please unsubscribe me\n\n> STOP',
      extracted_text: 'Please unsubscribe me',
    });
    expect([await send(event), await send(event)]).toEqual([200, 200]);
    const [proposal, ...others] = await proposals(from);
    expect(others).toEqual([]);
    expect(proposal).toMatchObject({ status: 'open', inboxId: INBOX, language: 'en', foundIn: 'text' });
    expect(await suppressed(from)).toEqual([]);
  });

  it.each([
    ['says something else', { text: 'Thanks, see you on Monday' }, 'message.received'],
    ['only quotes it', { text: 'Thanks\n\n> unsubscribe me' }, 'message.received'],
    ['proves no sender', { text: 'unsubscribe me' }, 'message.received.unauthenticated'],
    ['is spam', { text: 'unsubscribe me' }, 'message.received.spam'],
  ])('that %s is not', async (_, message, type) => {
    const from = someone();
    expect(await send(received({ ...message, from }, type))).toBe(200);
    expect(await proposals(from)).toEqual([]);
  });

  it('that asks to stop is told to the drafts that would go to its sender', async () => {
    const from = someone();
    const waiting = await draftTo(edge.store, [`Ann <${from}>`]);
    edge.engine.noticed.length = 0;
    const event = received({ from, text: 'unsubscribe' });
    edge.engine.deaf = true;
    expect(await send(event)).toBe(500);
    edge.engine.deaf = false;
    expect([await send(event), await send(event)]).toEqual([200, 200]);
    expect(edge.engine.noticed).toEqual([waiting]);
    expect(await edge.store.stopsAskedAmong([from])).toMatchObject([{ address: from }]);
  });

  it('wakes the open answers to its thread', async () => {
    const first = messageId();
    const answer = await draftTo(edge.store, ['ann@x.example'], { inReplyTo: first });
    await draftTo(edge.store, ['ann@x.example'], { inReplyTo: messageId() });
    await draftTo(edge.store, ['ann@x.example'], { inReplyTo: first, status: 'sent' });
    edge.engine.noticed.length = 0;
    edge.engine.causes.length = 0;
    expect(await send(received({ text: 'One more thing', in_reply_to: 'x', references: [first, 'x'] }))).toBe(200);
    expect([edge.engine.noticed, edge.engine.causes]).toEqual([[answer], ['outside']]);
  });

  it('is decided on by a reviewer: accepted it suppresses and tells, dismissed it does not', async () => {
    const [stop, stay] = [someone(), someone()];
    await send(received({ from: stop, text: 'unsubscribe' }));
    await send(received({ from: stay, text: 'unsubscribe' }));
    const waiting = await draftTo(edge.store, [stop]);
    edge.engine.noticed.length = 0;
    const listed = await (await ask(edge.app, 'ana', 'GET', '/v1/suppression-proposals?status=open&limit=200')).json();
    const idOf = (address: string) =>
      listed.items.find((one: { address: string }) => one.address === address)?.id as string;
    const act = (address: string, verb: string) =>
      ask(edge.app, 'ana', 'POST', `/v1/suppression-proposals/${idOf(address)}/${verb}`);
    const accepted = await act(stop, 'accept');
    expect(accepted.status).toBe(200);
    expect(await accepted.json()).toMatchObject({ status: 'accepted', decidedBy: { id: 'ana', name: 'Ana Ruiz' } });
    expect(await suppressed(stop)).toEqual(['unsubscribed']);
    await expect.poll(() => edge.engine.noticed).toEqual([waiting]);
    expect((await act(stay, 'dismiss')).status).toBe(200);
    expect(await suppressed(stay)).toEqual([]);
    expect((await act(stay, 'accept')).status).toBe(409);
    expect(await suppressed(stay)).toEqual([]);
    expect((await act(stop, 'accept')).status).toBe(200);
    expect((await ask(edge.app, 'ana', 'POST', '/v1/suppression-proposals/none/accept')).status).toBe(404);
  });
});
