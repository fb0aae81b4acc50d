import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../../src/domain/reasons.ts';
import { type DraftHandle, INBOX, MAIL, type StartOptions } from '../support/rig.ts';
import { inReview, receive, rigFor, route } from '../support/rig-for.ts';

const rig = rigFor();

/** Approved and held: whatever happens next, happens after the approval. */
async function approvedAndHeld(options: StartOptions = {}): Promise<DraftHandle> {
  const handle = await inReview(rig(), { ...options, schedule: { kind: 'held' } });
  await rig().approve(handle);
  return handle;
}
const release = (handle: DraftHandle) => rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });

const EVIDENCE: Partial<Record<ReasonCode, object>> = {
  snapshot_changed: { check: 'snapshot', evidence: { fields: expect.stringMatching(/^(subject|text)/) } },
  foreign_send_at: { check: 'snapshot' },
  newer_inbound: { check: 'newer_inbound', evidence: { messageId: expect.any(String) } },
  approval_stale: { check: 'approval_age', evidence: { maxApprovalAgeMs: 2_000, ageMs: expect.any(Number) } },
};

async function expectBack(handle: DraftHandle, reason: ReasonCode, revision = 1) {
  const view = await rig().skipUntil(handle, ['in_review']);
  expect(view).toMatchObject({ reason, revision, approval: null });
  expect(await rig().sent(handle)).toHaveLength(0);
  const events = await rig().store.listEvents(handle.workflowId);
  const told = events.findLast(({ type, data }) => type === 'sent_back' && data.reason === reason);
  expect(told).toBeDefined();
  // What AgentMail itself says no to was no check of ours.
  if (EVIDENCE[reason]) {
    expect(told?.data.checks).toMatchObject([{ result: 'review', reason, ...EVIDENCE[reason] }]);
    const passed = events.findLast(({ type }) => type === 'send_passed');
    expect(passed?.data.checks).toEqual(told?.data.checks);
  }
  for (const { data } of events) expect(JSON.stringify(data)).not.toMatch(/beck@|cee@/);
  expect((await rig().store.getDraft(handle.workflowId))?.projection).toMatchObject({ status: 'in_review', reason });
  return view;
}
async function expectSentAfterApproval(handle: DraftHandle) {
  await rig().approve(handle);
  expect((await handle.result()).status).toBe('sent');
  const sent = await rig().sent(handle);
  expect(sent).toHaveLength(1);
  return sent[0];
}

describe('changed in AgentMail after the approval', () => {
  it('an edit from outside comes back as a revision of its own', async () => {
    const handle = await approvedAndHeld();
    await rig().emulator.control.editDraft(await rig().providerDraftId(handle), { subject: 'Smuggled' });
    await release(handle);
    await expectBack(handle, 'snapshot_changed', 2);
    const revision = await rig().store.getRevision(handle.workflowId, 2);
    expect(revision).toMatchObject({ origin: 'captured', authorId: 'outside', content: { subject: 'Smuggled' } });
    expect((await expectSentAfterApproval(handle))?.subject).toBe('Smuggled');
  });

  it('a send time from outside is taken away', async () => {
    const handle = await approvedAndHeld();
    const send_at = new Date(rig().clock.now() + 86_400_000).toISOString();
    await rig().emulator.control.editDraft(await rig().providerDraftId(handle), { send_at });
    await release(handle);
    await expectBack(handle, 'foreign_send_at', 2);
    expect((await rig().providerDraft(handle))?.sendAt).toBeNull();
    expect((await rig().view(handle)).schedule.kind).toBe('now');
    await expectSentAfterApproval(handle);
  });

  it('deleted between our look and our send: 404, restored', async () => {
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'delete_draft', route: route.get(draftId) });
    await release(handle);
    await expectBack(handle, 'draft_vanished', 2);
    expect((await expectSentAfterApproval(handle))?.text).toContain('refunded 40 EUR');
  });

  it('edited between our look and our send leaves, is told, and pauses the inbox', async () => {
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'edit_draft', route: route.get(draftId), patch: { text: 'Other.' } });
    await release(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toMatchObject([{ text: expect.stringContaining('Other.') }]);
    const mismatches = (await rig().store.listEvents(handle.workflowId)).filter(
      ({ type }) => type === 'content_mismatch',
    );
    expect(mismatches).toMatchObject([{ data: { code: 'text' } }]);
    expect(await rig().store.listPauses()).toMatchObject([{ id: INBOX, reason: 'content_mismatch', by: 'system' }]);
    await rig().store.removePause('inbox', INBOX);
  });

  it('edited so, with the message not readable at once: still told', async () => {
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    const { control } = rig().emulator;
    await control.addFault({ kind: 'edit_draft', route: route.get(draftId), patch: { text: 'Other.' } });
    const unreadable = await control.addFault({
      kind: 'status',
      status: 503,
      route: 'GET /v0/inboxes/*/messages/*',
      times: 2,
    });
    await release(handle);
    expect((await handle.result()).status).toBe('sent');
    await control.removeFault(unreadable.id);
    expect(await rig().trail(handle)).toContain('content_mismatch');
    await rig().store.removePause('inbox', INBOX);
  });
});

describe('what the world has learned since the approval', () => {
  it("a recipient that AgentMail's send list refuses, seen before the send", async () => {
    const to = `${randomUUID()}@example.com`;
    const handle = await approvedAndHeld({ content: { ...MAIL, to: [to] } });
    const answer = await fetch(`${rig().emulator.url}/v0/lists/send/block`, {
      method: 'POST',
      headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
      body: JSON.stringify({ entry: to }),
    });
    expect(answer.ok, await answer.text()).toBe(true);
    await release(handle);
    await expectBack(handle, 'recipient_blocked');
  });

  it('a recipient that AgentMail refuses at the send itself', async () => {
    const handle = await approvedAndHeld();
    const refusal = { status: 403, code: 'message_rejected', message: 'On the send block list' };
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'status', ...refusal, route: route.send(draftId) });
    await release(handle);
    await expectBack(handle, 'recipient_blocked');
    await expectSentAfterApproval(handle);
  });

  it('a newer message in the thread', async () => {
    const { messageId } = await receive(rig());
    const content = { text: 'It is on its way.', reply: { inReplyTo: messageId } };
    const handle = await approvedAndHeld({ content });
    await receive(rig(), 'Re: Where is my order?', messageId);
    await release(handle);
    await expectBack(handle, 'newer_inbound');
    await expectSentAfterApproval(handle);
  });

  it('a newer message in the thread that the approver had on screen, and one after it that nobody had', async () => {
    const { messageId } = await receive(rig());
    const content = { text: 'It is on its way.', reply: { inReplyTo: messageId } };
    const approveHaving = async (handle: DraftHandle, threadSeen: string) => {
      const { revision, digest } = await rig().view(handle);
      return rig().command(handle, 'decide', { decision: 'approve', revision, digest: digest ?? '', threadSeen });
    };
    const seen = await inReview(rig(), { content });
    const second = await receive(rig(), 'Re: Where is my order?', messageId);
    await approveHaving(seen, second.messageId);
    expect((await seen.result()).status).toBe('sent');
    const unseen = await inReview(rig(), { content, schedule: { kind: 'held' } });
    const third = await receive(rig(), 'Re: Where is my order?', second.messageId);
    await approveHaving(unseen, third.messageId);
    await receive(rig(), 'Re: Where is my order?', third.messageId);
    await release(unseen);
    await expectBack(unseen, 'newer_inbound');
    await expectSentAfterApproval(unseen);
  });

  it('an approval that is too old by the time AgentMail answers', async () => {
    const { maxApprovalAgeMs } = await rig().store.getInbox(INBOX);
    await rig().store.putInbox(INBOX, { maxApprovalAgeMs: 2_000 });
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'status', status: 503, route: route.get(draftId), times: 4 });
    await release(handle);
    await expectBack(handle, 'approval_stale');
    await rig().store.putInbox(INBOX, { maxApprovalAgeMs });
    await expectSentAfterApproval(handle);
  });
});

describe('a definite no', () => {
  it.each([
    ['of the draft', { status: 400, code: 'validation_error' }, 'provider_refused'],
    ['of our key', { status: 403, code: 'missing_permission' }, 'missing_permission'],
  ] as const)('%s to the send goes back to review', async (_what, refusal, reason) => {
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'status', ...refusal, route: route.send(draftId) });
    await release(handle);
    await expectBack(handle, reason);
    await expectSentAfterApproval(handle);
  });

  it('to our look before the first request goes back to review too', async () => {
    const handle = await approvedAndHeld();
    const refusal = { status: 403, code: 'missing_permission' };
    const draftId = await rig().providerDraftId(handle);
    await rig().emulator.control.addFault({ kind: 'status', ...refusal, route: route.get(draftId) });
    await release(handle);
    await expectBack(handle, 'missing_permission');
    await expectSentAfterApproval(handle);
  });

  it('after an unanswered request is believed only when that one can no longer be hiding', async () => {
    const handle = await approvedAndHeld();
    const send = route.send(await rig().providerDraftId(handle));
    const { control } = rig().emulator;
    await control.addFault({ kind: 'reset_before', route: send });
    await control.addFault({ kind: 'status', status: 400, route: send, skip: 1, times: 40 });
    await release(handle);
    const { length } = await rig().store.listEvents(handle.workflowId);
    expect(length).toBeGreaterThan(0);
    await expectBack(handle, 'provider_refused');
    const events = await rig().store.listEvents(handle.workflowId);
    const attempted = events.filter(({ type }) => type === 'send_attempted').map(({ atMs }) => atMs);
    const last = attempted.at(-1) ?? 0;
    expect(last - (attempted.at(-2) ?? 0)).toBeGreaterThanOrEqual(120_000);
    await control.clearFaults();
    await expectSentAfterApproval(handle);
  });
});
