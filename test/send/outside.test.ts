import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { noticeSignal } from '../../src/workflows/messages.ts';
import { rewrite } from '../support/acts.ts';
import { type DraftHandle, INBOX, MAIL } from '../support/rig.ts';
import { inReview as reviewed, rigFor } from '../support/rig-for.ts';

/** Done once, in the middle of the next preflight: after the draft was read, before the request. */
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
afterEach(() => rig().store.putInbox(INBOX, { mode: 'review_all' }));

/** Each with a subject of its own: what one test sent is no evidence in another. */
const inReview = (options: Parameters<typeof reviewed>[1] = {}) =>
  reviewed(rig(), { content: { ...MAIL, subject: `Your refund ${randomUUID()}` }, ...options });
const inTwoHours = () => ({ kind: 'at' as const, at: new Date(rig().clock.now() + 2 * 3_600_000).toISOString() });

/** Somebody presses "send" in AgentMail's own console. */
async function sendThere(handle: DraftHandle): Promise<string> {
  const draftId = await rig().providerDraftId(handle);
  const answer = await fetch(`${rig().emulator.url}/v0/inboxes/${INBOX}/drafts/${draftId}/send`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: '{}',
  });
  return z.object({ message_id: z.string() }).parse(await answer.json()).message_id;
}

async function expectTold(handle: DraftHandle, messageId: string) {
  const view = await rig().skipUntil(handle, ['in_review', 'sent']);
  expect(view).toMatchObject({ status: 'in_review', reason: 'sent_outside', revision: 2, approvals: [] });
  expect(await rig().sent(handle)).toHaveLength(0);
  const events = await rig().store.listEvents(handle.workflowId);
  const told = events.filter(({ type }) => type === 'sent_outside');
  expect(told).toMatchObject([{ data: { messageId, verified: true } }]);
  const row = await rig().store.getDraft(handle.workflowId);
  expect(row?.projection).toMatchObject({ status: 'in_review', reason: 'sent_outside' });
}

it('sent from outside while it waited for its time: people learn that it left, and which message it is', async () => {
  const handle = await inReview({ schedule: inTwoHours() });
  await rig().approve(handle);
  const messageId = await sendThere(handle);
  await rig().skipUntil(handle, ['in_review', 'sent'], 600_000);
  await expectTold(handle, messageId);
  // Whoever wants it to leave twice says so, knowing it.
  await rig().approve(handle);
  expect((await handle.result()).status).toBe('sent');
  expect(await rig().sent(handle)).toHaveLength(1);
});

it('sent from outside between preflight and the request: found by the 404, no second mail', async () => {
  const handle = await inReview();
  const left = new Promise<string>((resolve, reject) => {
    meanwhile = () => sendThere(handle).then(resolve, reject);
  });
  await rig().approve(handle);
  await expectTold(handle, await left);
});

it('sent from outside before somebody edits it: the edit does not hide it', async () => {
  const handle = await inReview();
  const messageId = await sendThere(handle);
  await rewrite(rig(), handle, { text: 'Hello Beck, once more.' });
  await expectTold(handle, messageId);
  await rewrite(rig(), handle, { text: 'Hello Beck, and once more.' });
  expect(await rig().view(handle)).toMatchObject({ revision: 3, reason: 'sent_outside' });
});

it('sent from outside where time alone suffices: time alone does not send it again', async () => {
  await rig().store.putInbox(INBOX, { mode: 'autonomous' });
  const handle = await inReview({ schedule: inTwoHours() });
  const messageId = await sendThere(handle);
  await rig().env.sleep(3 * 3_600_000);
  await expectTold(handle, messageId);
  await rewrite(rig(), handle, { text: 'Anew, by the agent.' }, { name: 'revise' });
  await rig().env.sleep(3 * 3_600_000);
  expect(await rig().view(handle)).toMatchObject({ status: 'in_review', approvals: [] });
});

it('gone once more, without a message: what was found the first time is still told', async () => {
  const handle = await inReview();
  const messageId = await sendThere(handle);
  await rewrite(rig(), handle, {});
  await expectTold(handle, messageId);
  // Found only if it was sent after the revision that is looked for.
  await rig().env.sleep(10 * 60_000);
  await rewrite(rig(), handle, { text: 'Hello Beck, later.' });
  await rig().emulator.control.deleteDraft(await rig().providerDraftId(handle));
  await handle.signal(noticeSignal, { cause: 'outside' });
  await expect.poll(async () => (await rig().view(handle)).revision, { timeout: 20_000 }).toBe(4);
  expect(await rig().view(handle)).toMatchObject({ status: 'in_review', reason: 'sent_outside' });
});

it('sent from outside before an edit that the checks blocked: the next one is told', async () => {
  const handle = await inReview();
  const messageId = await sendThere(handle);
  await rewrite(rig(), handle, { to: ['nobody'], subject: '' });
  expect(await rig().view(handle)).toMatchObject({ revision: 2, blocked: true, reason: 'check_failed' });
  await rewrite(rig(), handle, { text: 'Hello Beck, once more.' });
  expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 3, reason: 'sent_outside' });
  const events = await rig().store.listEvents(handle.workflowId);
  expect(events.filter(({ type }) => type === 'sent_outside')).toMatchObject([{ data: { messageId } }]);
});

it('gone without a message: restored, and no word of a message', async () => {
  const handle = await inReview({ schedule: inTwoHours() });
  await rig().approve(handle);
  await rig().emulator.control.deleteDraft(await rig().providerDraftId(handle));
  expect(await rig().skipUntil(handle, ['in_review', 'sent'], 600_000)).toMatchObject({ reason: 'draft_vanished' });
  expect(await rig().trail(handle)).not.toContain('sent_outside');
});
