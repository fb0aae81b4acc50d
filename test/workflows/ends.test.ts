import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { DraftStatus } from '../../src/domain/state.ts';
import { AGENT, type DraftHandle, INBOX } from '../support/rig.ts';
import { foreignDraft, inReview, orderRecipe, receive, reject, rigFor, route } from '../support/rig-for.ts';

const rig = rigFor({ recipes: [orderRecipe] });

/** Ended in the record and in the lists, nothing sent, no AgentMail draft of ours left. */
async function expectEnd(handle: DraftHandle, status: DraftStatus, reason: string | null = null) {
  const row = await rig().store.getDraft(handle.workflowId);
  expect(row?.projection).toMatchObject({ status, reason });
  expect(await rig().trail(handle)).toContain(status);
  expect(await rig().sent(handle)).toHaveLength(0);
  if (row?.providerDraftId) {
    expect(await rig().providerDraft(handle)).toBeNull();
    expect((await rig().trail(handle)).at(-1)).toBe('draft_deleted');
  }
}

describe('a draft ends', () => {
  it('rejected, by a reviewer', async () => {
    const handle = await inReview(rig());
    expect(await reject(rig(), handle)).toMatchObject({ status: 'rejected', revision: 1 });
    expect(await handle.result()).toMatchObject({ status: 'rejected', messageId: null });
    await expectEnd(handle, 'rejected');
  });

  it('withdrawn, by the agent that made it', async () => {
    const handle = await inReview(rig());
    await rig().command(handle, 'withdraw', {}, AGENT);
    expect((await handle.result()).status).toBe('withdrawn');
    await expectEnd(handle, 'withdrawn');
  });

  it('cancelled, by command, also when it is approved and waits', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    await rig().approve(handle);
    await rig().until(handle, 'scheduled');
    await rig().command(handle, 'cancel', {});
    expect((await handle.result()).status).toBe('cancelled');
    await expectEnd(handle, 'cancelled');
  });

  it('cancelled, by Temporal', async () => {
    const handle = await inReview(rig());
    await handle.cancel();
    const failure = await handle.result().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect(failure instanceof WorkflowFailedError && failure.cause).toBeInstanceOf(CancelledFailure);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    await expectEnd(handle, 'cancelled');
  });

  it('expired, seven days after nobody decided', async () => {
    const handle = await inReview(rig());
    expect(await handle.result()).toMatchObject({ status: 'expired', reason: 'review_timeout' });
    // By the record: this server's own clock jumps on by years once a workflow has closed.
    const events = await rig().store.listEvents(handle.workflowId);
    const atMs = (wanted: string) => events.find(({ type }) => type === wanted)?.atMs ?? Number.NaN;
    const waitedMs = atMs('expired') - atMs('revision_written');
    expect(waitedMs).toBeGreaterThanOrEqual(7 * 86_400_000 - 1_000);
    expect(waitedMs).toBeLessThan(7 * 86_400_000 + 600_000);
    await expectEnd(handle, 'expired', 'review_timeout');
  });

  it('failed, when a source says no, with its name and code', async () => {
    const input = { to: 'beck@example.com', url: 'http://forbidden.example.com/order.json' };
    const handle = await rig().start({ recipe: { name: 'order-note', input } });
    expect(await handle.result()).toMatchObject({ status: 'failed', reason: 'source_failed', revision: 0 });
    const events = await rig().store.listEvents(handle.workflowId);
    const failed = events.find(({ type }) => type === 'compose_failed');
    expect(failed?.data).toMatchObject({ status: 'failed', step: 'order', reason: 'source_failed' });
    expect(failed?.data.code).toMatch(/^compose\./);
    expect(await rig().providerDraft(handle)).toBeNull();
  });

  it('failed, when its recipe cannot be planned, on record', async () => {
    const handle = await rig().start({ recipe: { name: 'order-note', input: { to: 7 } } });
    expect(await handle.result()).toMatchObject({ status: 'failed', reason: 'compose_failed', revision: 0 });
    const events = await rig().store.listEvents(handle.workflowId);
    expect(events.map(({ type }) => type)).toEqual(['created', 'compose_failed']);
    expect(events[1]?.data).toMatchObject({ status: 'failed', code: 'compose.recipe_input' });
    expect((await rig().store.getDraft(handle.workflowId))?.projection?.status).toBe('failed');
  });

  it('cancelled while AgentMail is away, and is shown so at once', async () => {
    const { control } = rig().emulator;
    const away = await control.addFault({ kind: 'status', status: 503, route: route.create, times: 10_000 });
    const handle = await rig().start();
    await expect.poll(() => rig().trail(handle), { timeout: 10_000 }).toEqual(['created']);
    await rig().command(handle, 'cancel', {});
    expect(await rig().trail(handle)).toEqual(['created', 'cancelled']);
    expect((await rig().store.getDraft(handle.workflowId))?.projection?.status).toBe('cancelled');
    await control.removeFault(away.id);
    expect((await handle.result()).status).toBe('cancelled');
    expect(await rig().sent(handle)).toHaveLength(0);
    const row = await rig().store.getDraft(handle.workflowId);
    if (row?.providerDraftId) expect(await rig().providerDraft(handle)).toBeNull();
  });

  it('cancelled by Temporal while a send is in the air: sent', async () => {
    const handle = await inReview(rig());
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'slow', route: route.send(draftId), delayMs: 1_500 });
    await rig().approve(handle);
    await rig().until(handle, 'sending');
    await handle.cancel();
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});

describe('an adopted draft', () => {
  it('stays in AgentMail when it ends unsent, unless its inbox says otherwise', async () => {
    const body = { to: ['beck@example.com'], subject: 'Adopted', text: 'As it was.' };
    const kept = await inReview(rig(), { adopt: await foreignDraft(rig(), body) });
    await rig().store.putInbox(INBOX, { deleteAdopted: false });
    await reject(rig(), kept);
    expect((await kept.result()).status).toBe('rejected');
    expect((await rig().providerDraft(kept))?.subject).toBe('Adopted');

    const deleted = await inReview(rig(), { adopt: await foreignDraft(rig(), body) });
    await rig().store.putInbox(INBOX, { deleteAdopted: true });
    await reject(rig(), deleted);
    await deleted.result();
    await expectEnd(deleted, 'rejected');
    await rig().store.putInbox(INBOX, { deleteAdopted: false });
  });

  it('is read, approved and sent as it is', async () => {
    const adopt = await foreignDraft(rig(), { to: ['beck@example.com'], subject: 'Adopted', html: '<p>Hi</p>' });
    const handle = await inReview(rig(), { adopt });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toMatchObject([{ subject: 'Adopted', draftId: adopt }]);
  });

  it('loses its own send time, which becomes the proposed schedule', async () => {
    const at = new Date((await rig().env.currentTimeMs()) + 86_400_000).toISOString();
    const body = { to: ['beck@example.com'], subject: 'Later', text: 'Later.', send_at: at };
    const handle = await inReview(rig(), { adopt: await foreignDraft(rig(), body) });
    expect((await rig().providerDraft(handle))?.sendAt).toBeNull();
    const view = await rig().view(handle);
    expect(view.schedule).toEqual({ kind: 'at', at });
    expect(view.dueAtMs).toBe(Date.parse(at));
    expect(await rig().trail(handle)).toContain('rescheduled');
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect((await rig().sent(handle))[0]?.acceptedAt.slice(0, 15)).toBe(at.slice(0, 15));
  });

  it('may be a reply, of which recipients and subject are captured', async () => {
    const { messageId } = await receive(rig());
    const adopt = await foreignDraft(rig(), { in_reply_to: messageId, text: 'On its way.' });
    const handle = await inReview(rig(), { adopt });
    const revision = await rig().store.getRevision(handle.workflowId, 1);
    expect(revision?.content.subject).toMatch(/Where is my order/);
    expect(revision?.content.to.join()).toContain('cleo@example.com');
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });

  it('belongs to the draft that adopted it first', async () => {
    const adopt = await foreignDraft(rig(), { to: ['beck@example.com'], subject: 'Once', text: 'Only once.' });
    const first = await inReview(rig(), { adopt });
    const second = await rig().start({ adopt });
    // Not by its result: waiting for that skips the time of the first one's review.
    expect(await rig().until(second, 'failed')).toMatchObject({ reason: 'already_adopted', revision: 0 });
    await rig().approve(first);
    expect((await first.result()).status).toBe('sent');
    expect(await rig().sent(first)).toHaveLength(1);
  });

  it('that forwards, or is not there, fails and is left alone', async () => {
    const { messageId } = await receive(rig());
    const forward = await foreignDraft(rig(), { forward_of: messageId, to: ['beck@example.com'] });
    for (const adopt of [forward, 'no-such-draft']) {
      const handle = await rig().start({ adopt });
      expect(await handle.result()).toMatchObject({ status: 'failed', reason: 'adopt_failed', revision: 0 });
    }
    expect(await rig().mail.getDraft(INBOX, forward)).not.toBeNull();
  });
});
