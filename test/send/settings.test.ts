import { describe, expect, it } from 'vitest';
import type { FaultInput } from '../../emulator/faults/rule.ts';
import type { SwitchesPatch } from '../../emulator/index.ts';
import type { DraftHandle } from '../support/rig.ts';
import { inReview, rigFor, route } from '../support/rig-for.ts';

/** Short enough that a slow answer is a lost one, without a test waiting for it. */
const POST_TIMEOUT_MS = 2_000;
const rig = rigFor({
  wrapMail: (mail) => ({
    ...mail,
    sendDraft: (inboxId, draftId, options) =>
      mail.sendDraft(inboxId, draftId, { ...options, timeoutMs: POST_TIMEOUT_MS }),
  }),
});

type Strike = (draftId: string) => FaultInput[];

/** What can befall a send that is approved and must arrive once, by itself. */
const TROUBLES: Record<string, Strike> = {
  'nothing at all': () => [],
  'a lost response': (id) => [{ kind: 'lose_response', route: route.send(id) }],
  'two lost responses': (id) => [{ kind: 'lose_response', route: route.send(id), times: 2 }],
  'a reset before it is accepted': (id) => [{ kind: 'reset_before', route: route.send(id), times: 2 }],
  'a 500 before it is accepted': (id) => [{ kind: 'status', status: 500, route: route.send(id), times: 3 }],
  'a 503 that hides an accepted send': (id) => [{ kind: 'status', status: 503, route: route.send(id), when: 'after' }],
  'a 429': (id) => [{ kind: 'status', status: 429, retryAfterSeconds: 90, route: route.send(id) }],
  'a 409': (id) => [{ kind: 'status', status: 409, route: route.send(id), times: 2 }],
  'an answer after the time-out': (id) => [
    { kind: 'slow', when: 'after', delayMs: POST_TIMEOUT_MS + 500, route: route.send(id) },
  ],
  'a request carried out after the time-out': (id) => [
    { kind: 'slow', when: 'before', delayMs: POST_TIMEOUT_MS + 500, route: route.send(id) },
  ],
  'a lost response and AgentMail out of reach afterwards': (id) => [
    { kind: 'lose_response', route: route.send(id) },
    { kind: 'status', status: 502, route: route.get(id), skip: 1, times: 3 },
  ],
};

const SETTINGS: SwitchesPatch[] = [0, 30_000].flatMap((labelLagMs) =>
  [0, 30_000].flatMap((deleteLagMs) =>
    (['recreates', 'conflict'] as const).map((clientIdAfterDelete) => ({
      labelLagMs,
      deleteLagMs,
      clientIdAfterDelete,
    })),
  ),
);

async function troubled(strike: Strike): Promise<DraftHandle> {
  const handle = await inReview(rig());
  for (const fault of strike(await rig().providerDraftId(handle))) await rig().emulator.control.addFault(fault);
  await rig().approve(handle);
  return handle;
}

describe.each(SETTINGS)(
  'with label lag $labelLagMs, delete lag $deleteLagMs, client_id $clientIdAfterDelete',
  (switches) => {
    it('every trouble ends in exactly one message', async () => {
      await rig().emulator.control.setSwitches(switches);
      const handles = await Promise.all(
        Object.entries(TROUBLES).map(async ([name, strike]) => [name, await troubled(strike)] as const),
      );
      for (const [name, handle] of handles) {
        const outcome = await handle.result();
        expect(outcome, name).toMatchObject({ status: 'sent', revision: 1 });
        const sent = await rig().sent(handle);
        expect(sent, name).toHaveLength(1);
        expect(sent[0]?.messageId, name).toBe(outcome.messageId);
        expect(await rig().trail(handle), name).not.toContain('content_mismatch');
      }
    });

    it('a draft that vanished is restored for review, then sent once', async () => {
      await rig().emulator.control.setSwitches(switches);
      const handle = await inReview(rig(), { schedule: { kind: 'held' } });
      await rig().approve(handle);
      await rig().emulator.control.deleteDraft(await rig().providerDraftId(handle));
      rig().clock.advance(31_000);
      await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
      const back = await rig().skipUntil(handle, ['in_review']);
      expect(back).toMatchObject({ reason: 'draft_vanished', revision: 2, approval: null });
      expect(await rig().sent(handle)).toHaveLength(0);
      await rig().approve(handle);
      expect((await handle.result()).status).toBe('sent');
      expect(await rig().sent(handle)).toHaveLength(1);
    });
  },
);

describe('the record of a troubled send', () => {
  it('holds every attempt before its answer, and waits as long as AgentMail asks', async () => {
    await rig().emulator.control.setSwitches({ labelLagMs: 0, deleteLagMs: 0, clientIdAfterDelete: 'recreates' });
    const handle = await troubled((id) => [
      { kind: 'status', status: 429, retryAfterSeconds: 90, route: route.send(id) },
      { kind: 'lose_response', route: route.send(id), skip: 1 },
    ]);
    await handle.result();
    const events = (await rig().store.listEvents(handle.workflowId)).filter(({ origin }) => origin.startsWith('send:'));
    expect(events.map(({ type, data }) => [type, data.attempt, data.code])).toEqual([
      ['send_attempted', 1, undefined],
      ['send_answered', 1, 'agentmail.rate_limited'],
      ['send_attempted', 2, undefined],
      ['send_answered', 2, 'agentmail.network'],
    ]);
    const [first, , second] = events;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(89_000);
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});
