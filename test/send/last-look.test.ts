import { expect, it } from 'vitest';
import { idempotencyKeyFor, sendIdFor } from '../../src/domain/ids.ts';
import { noticeSignal } from '../../src/workflows/messages.ts';
import { INBOX } from '../support/rig.ts';
import { inReview, rigFor } from '../support/rig-for.ts';

/** Done once, in the middle of the next preflight: after our own lists were read, before the request. */
let meanwhile: (() => Promise<unknown>) | null = null;
const rig = rigFor({
  wrapMail: (mail) => ({
    ...mail,
    async blockedRecipients(inboxId, addresses) {
      const work = meanwhile;
      meanwhile = null;
      await work?.();
      return mail.blockedRecipients(inboxId, addresses);
    },
  }),
});

const pause = () =>
  rig().store.putPause({ kind: 'all', id: '', reason: 'stop', by: 'key_ana', atMs: rig().clock.now() });
const events = (draftId: string) => rig().store.listEvents(draftId);

it('a pause that comes while a send is prepared is before it', async () => {
  const handle = await inReview(rig());
  meanwhile = pause;
  await rig().approve(handle);
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('paused');
  expect(await rig().sent(handle)).toHaveLength(0);
  const refused = (await events(handle.workflowId)).find(({ type }) => type === 'send_refused');
  const found = { check: 'pause', result: 'block', reason: 'paused', evidence: { pause: 'all' } };
  expect(refused?.data.checks).toEqual([found]);
  await rig().store.removePause('all', '');
  await handle.signal(noticeSignal, { cause: 'resume' });
  expect((await handle.result()).status).toBe('sent');
  expect(await rig().sent(handle)).toHaveLength(1);
});

it('whoever says no while a send is prepared is not written to', async () => {
  const handle = await inReview(rig());
  const { now } = rig().clock;
  meanwhile = () =>
    rig().store.addSuppression({
      ...{ entry: 'beck@example.com', scope: 'organization', reason: 'unsubscribed', note: null, source: null },
      ...{ createdBy: 'optout', createdAtMs: now(), expiresAtMs: null },
    });
  await rig().approve(handle);
  expect(await rig().until(handle, 'in_review')).toMatchObject({ reason: expect.anything() });
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('recipient_suppressed');
  expect(await rig().sent(handle)).toHaveLength(0);
  await rig().store.removeSuppression('beck@example.com', { by: 'x', atMs: now(), scope: 'organization' });
});

it('a draft is not unlocked while an attempt that was given up may still post', async () => {
  const handle = await inReview(rig(), { schedule: { kind: 'held' } });
  await rig().approve(handle);
  const draftId = handle.workflowId;
  const { firstRunId } = (await rig().store.getDraft(draftId)) ?? {};
  const sendId = sendIdFor(rig().env.namespace ?? 'default', draftId, firstRunId ?? '');
  const key = idempotencyKeyFor(sendId, 1);
  await rig().store.putInbox(INBOX, { checks: { send_lists: 'review' } });
  await pause();
  // The attempt before this one writes its intent only now: this one must not say that nothing can leave.
  const intent = {
    ...{ origin: `send:${key}`, sequence: 3, type: 'send_attempted' as const, atMs: rig().clock.now() },
    ...{ actorId: 'system', commandId: null, revision: 1, digest: null, data: { key, attempt: 1 } },
  };
  const { store } = rig();
  const { pausesOn } = store;
  store.pausesOn = async (target) => {
    store.pausesOn = pausesOn;
    expect(await store.recordOnce(draftId, intent)).toBe(true);
    return pausesOn(target);
  };
  await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
  await rig().skipUntil(handle, ['scheduled']);
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe('paused');
  const held = (await events(draftId)).find(({ type }) => type === 'held_back');
  expect((held?.atMs ?? 0) - intent.atMs).toBeGreaterThanOrEqual(119_000);
  expect(await rig().sent(handle)).toHaveLength(0);
  expect(await store.recordOnce(draftId, intent)).toBe(false);
  await store.removePause('all', '');
});
