import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Draft } from '../../src/client/index.ts';
import { createInbox, createMachine, eventually, type Machine } from '../support/machine.ts';

const INBOX = 'kill@countersign.test';
const CONTENT = { to: ['beck@example.com'], subject: 'Kept', text: 'Written before the lights went out.\n' };

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
  await machine.start();
  await createInbox(machine.mailUrl, INBOX);
});
afterAll(() => machine?.dispose());

const inState = (id: string, status: Draft['status']) =>
  eventually(`${id} in ${status}`, async () => {
    const draft = await machine.reviewer().drafts.get(id);
    return draft.status === status && draft.engine === 'live' && draft;
  });

const approve = ({ id, revision, digest }: Draft) =>
  machine.reviewer().drafts.decide(id, { decision: 'approve', revision, digest: digest ?? '' });

const sentOf = async (messageId: string | null) =>
  (await machine.mail.outbox()).messages.filter((message) => message.messageId === messageId);

describe('kill −9 of everything at once', () => {
  it('leaves a waiting draft, which is then approved and sent once', async () => {
    const { id } = await machine.agent().drafts.create({ inbox: INBOX, content: CONTENT, requestId: 'waiting' });
    const before = await inState(id, 'in_review');
    await machine.kill();
    await machine.start();
    const after = await inState(id, 'in_review');
    expect(after.digest).toBe(before.digest);
    // The agent, which never heard back, asks again: it is the same draft.
    const again = await machine.agent().drafts.create({ inbox: INBOX, content: CONTENT, requestId: 'waiting' });
    expect(again.id).toBe(id);
    await approve(after);
    const outcome = await machine.reviewer().drafts.waitForOutcome(id, { timeoutMs: 60_000 });
    expect(outcome.status).toBe('sent');
    expect(await sentOf(outcome.messageId)).toHaveLength(1);
  });

  it('with a send accepted and its answer lost: sent once, by evidence', async () => {
    const already = (await machine.mail.outbox()).count;
    const { id } = await machine.agent().drafts.create({ inbox: INBOX, content: CONTENT, requestId: 'lost' });
    const draft = await inState(id, 'in_review');
    await machine.mail.addFault({
      route: 'POST /v0/inboxes/*/drafts/*/send',
      kind: 'slow',
      delayMs: 60_000,
      when: 'after',
    });
    await approve(draft);
    await eventually('the mail left', async () => (await machine.mail.outbox()).count > already);
    await machine.kill();
    await machine.start();
    const outcome = await machine.reviewer().drafts.waitForOutcome(id, { timeoutMs: 90_000 });
    expect(outcome.status).toBe('sent');
    expect((await machine.mail.outbox()).count).toBe(already + 1);
    const types = (await machine.reviewer().drafts.history(id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'sent')).toHaveLength(1);
    expect(types).toContain('approved');
  });

  it('right after an approval was acknowledged: the approval stands', async () => {
    const { id } = await machine.agent().drafts.create({
      inbox: INBOX,
      content: CONTENT,
      schedule: { kind: 'held' },
      requestId: 'acknowledged',
    });
    const answer = await approve(await inState(id, 'in_review'));
    await machine.kill();
    expect(answer.status).toBe('scheduled');
    await machine.start();
    const draft = await inState(id, 'scheduled');
    expect(draft.approval?.revision).toBe(1);
    const events = await eventually('the approval is on record', async () => {
      const history = await machine.reviewer().drafts.history(id);
      return history.some(({ type }) => type === 'approved') && history;
    });
    expect(events.filter(({ type }) => type === 'approved')).toHaveLength(1);
    await machine.reviewer().drafts.reschedule(id, { schedule: { kind: 'now' } });
    const outcome = await machine.reviewer().drafts.waitForOutcome(id, { timeoutMs: 60_000 });
    expect(outcome.status).toBe('sent');
  });
});
