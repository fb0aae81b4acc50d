import { afterEach, describe, expect, it } from 'vitest';
import { UNREADABLE_PATIENCE_MS } from '../../src/domain/settle.ts';
import { noticeSignal } from '../../src/workflows/messages.ts';
import { AgentMailDown, outageOf } from '../support/outage.ts';
import { INBOX } from '../support/rig.ts';
import { inReview, rigFor, route } from '../support/rig-for.ts';

const HOURS_30_MS = 30 * 3_600_000;
const HOUR_MS = 3_600_000;

/** AgentMail fails from the very moment at which the first send's answer is lost. */
const down = new AgentMailDown();
const rig = rigFor({ wrapMail: (mail) => down.after(mail) });
afterEach(() => rig().emulator.control.clearFaults());

const attemptsOf = async (handle: Parameters<ReturnType<typeof rig>['trail']>[0]) =>
  (await rig().trail(handle)).filter((type) => type === 'send_attempted').length;

describe('an outage of AgentMail longer than the life of an idempotency key', () => {
  it('after an accepted send whose answer was lost: one message, by its label, no second request', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    await rig().emulator.control.addFault({ kind: 'lose_response', route: send });
    const outage = down.next(() => outageOf(rig(), HOURS_30_MS));
    await rig().approve(handle);
    const { endsAtMs, strikes } = await outage;
    const view = await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review'], HOUR_MS);
    expect(view).toMatchObject({ status: 'sent', revision: 1 });
    expect(rig().clock.now()).toBeGreaterThan(endsAtMs);
    // Down all the while, and asked again and again.
    expect(await strikes()).toBeGreaterThan(100);
    const [message, ...more] = await rig().sent(handle);
    expect(more).toEqual([]);
    expect(view.messageId).toBe(message?.messageId);
    expect(Date.parse(message?.acceptedAt ?? '')).toBeLessThan(endsAtMs - HOURS_30_MS + HOUR_MS);
    expect(await attemptsOf(handle)).toBe(1);
    expect(await rig().trail(handle)).not.toContain('outcome_unknown');
  });

  it('after a request that never arrived: checked again and sent once, under the same key', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    await rig().emulator.control.addFault({ kind: 'reset_before', route: send });
    const outage = down.next(() => outageOf(rig(), HOURS_30_MS));
    await rig().approve(handle);
    const { endsAtMs } = await outage;
    const view = await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review'], HOUR_MS);
    expect(view).toMatchObject({ status: 'sent', revision: 1 });
    const [message, ...more] = await rig().sent(handle);
    expect(more).toEqual([]);
    expect(Date.parse(message?.acceptedAt ?? '')).toBeGreaterThan(endsAtMs);
    const keys = (await rig().store.listEvents(handle.workflowId)).flatMap(({ type, data }) =>
      type === 'send_attempted' ? [data.key] : [],
    );
    expect(keys).toHaveLength(2);
    expect(new Set(keys)).toEqual(new Set([message?.idempotencyKey]));
  });

  it('longer than the patience of the inbox, before anything left: back to people, and sent once when they say so', async () => {
    const handle = await inReview(rig());
    const { control } = rig().emulator;
    await rig().store.putInbox(INBOX, { sendPatienceMs: HOUR_MS });
    await control.addFault({ kind: 'reset_before', route: '* /v0/**', times: 1_000_000 });
    await rig().approve(handle);
    const view = await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review'], HOUR_MS);
    expect(view).toMatchObject({ status: 'in_review', reason: 'agentmail_unreachable' });
    const trail = await rig().trail(handle);
    expect(trail).toContain('send_passed');
    expect(trail).not.toContain('send_attempted');
    await control.clearFaults();
    await rig().store.putInbox(INBOX, { sendPatienceMs: UNREADABLE_PATIENCE_MS });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('of sends alone, for a day: the approval stands, and one mail leaves when it is over', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    const { control } = rig().emulator;
    await control.addFault({ kind: 'status', status: 503, route: send, times: 1_000_000 });
    await rig().approve(handle);
    for (let hour = 0; hour < 24; hour += 1) {
      await rig().env.sleep(HOUR_MS);
      expect((await rig().view(handle)).status).toBe('sending');
    }
    expect(await attemptsOf(handle)).toBeGreaterThan(60);
    await control.clearFaults();
    expect(await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review'], HOUR_MS)).toMatchObject({
      ...{ status: 'sent', revision: 1 },
    });
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('of sends alone, longer than the patience of the inbox: back to people, who may try it for as long again', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    const { control } = rig().emulator;
    await rig().store.putInbox(INBOX, { sendPatienceMs: HOUR_MS });
    await control.addFault({ kind: 'status', status: 503, route: send, times: 1_000_000 });
    await rig().approve(handle);
    const ends = ['sent', 'needs_attention', 'in_review'] as const;
    const back = await rig().skipUntil(handle, [...ends], HOUR_MS);
    expect(back).toMatchObject({ status: 'in_review', reason: 'agentmail_unreachable' });
    const before = await attemptsOf(handle);
    await rig().approve(handle);
    await expect.poll(() => attemptsOf(handle), { timeout: 20_000 }).toBeGreaterThan(before);
    await control.clearFaults();
    expect(await rig().skipUntil(handle, [...ends], HOUR_MS)).toMatchObject({ status: 'sent' });
    await rig().store.putInbox(INBOX, { sendPatienceMs: UNREADABLE_PATIENCE_MS });
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('of sends, then held back for longer than that patience: a night is no attempt, and the approval stands', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    const { control } = rig().emulator;
    const pause = { kind: 'inbox', id: INBOX } as const;
    await rig().store.putInbox(INBOX, { sendPatienceMs: HOUR_MS });
    await control.addFault({ kind: 'status', status: 503, route: send, times: 1_000_000 });
    await rig().approve(handle);
    await expect.poll(() => rig().trail(handle), { timeout: 20_000 }).toContain('send_answered');
    await rig().store.putPause({ ...pause, reason: 'night', by: 'key_ana', atMs: rig().clock.now() });
    expect(await rig().skipUntil(handle, ['scheduled', 'sent', 'in_review'])).toMatchObject({ reason: 'paused' });
    const before = await attemptsOf(handle);
    await rig().env.sleep(10 * HOUR_MS);
    await control.clearFaults();
    await rig().store.removePause(pause.kind, pause.id);
    await handle.signal(noticeSignal, { cause: 'resume' });
    const view = await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review']);
    await rig().store.putInbox(INBOX, { sendPatienceMs: UNREADABLE_PATIENCE_MS });
    expect(view).toMatchObject({ status: 'sent', revision: 1 });
    expect(await attemptsOf(handle)).toBe(before + 1);
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('with the draft gone and no message to be found, a person decides: nothing is sent on a guess', async () => {
    const handle = await inReview(rig());
    const send = route.send(await rig().providerDraftId(handle));
    const { control } = rig().emulator;
    await control.setSwitches({ labelLagMs: 48 * HOUR_MS });
    await control.addFault({ kind: 'lose_response', route: send });
    const outage = down.next(() => outageOf(rig(), HOURS_30_MS));
    await rig().approve(handle);
    await outage;
    const view = await rig().skipUntil(handle, ['sent', 'needs_attention', 'in_review'], HOUR_MS);
    expect(view).toMatchObject({ status: 'needs_attention', reason: 'outcome_unknown' });
    expect(await rig().sent(handle)).toHaveLength(1);
    await control.setSwitches({ labelLagMs: 0 });
  });
});
