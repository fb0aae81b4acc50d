import { afterEach, describe, expect, it } from 'vitest';
import type { AuditType } from '../../src/domain/audit.ts';
import type { NoticeCause } from '../../src/domain/notice.ts';
import type { CheckChoices } from '../../src/domain/preflight.ts';
import type { Suppression } from '../../src/store/types.ts';
import { noticeSignal } from '../../src/workflows/messages.ts';
import { type DraftHandle, INBOX, MAIL, type StartOptions } from '../support/rig.ts';
import { inReview, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const HOUR_MS = 3_600_000;
const CEE = 'Cee <cee@example.com>';
const TWO = { ...MAIL, to: [...(MAIL.to ?? []), CEE] };

afterEach(() => rig().store.putInbox(INBOX, { checks: {}, maxDraftAgeMs: null, maxAttempts: 1_000 }));

const choose = (checks: CheckChoices) => rig().store.putInbox(INBOX, { checks });
const tell = (handle: DraftHandle, cause: NoticeCause) => handle.signal(noticeSignal, { cause });
const release = (handle: DraftHandle) => rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });

async function approvedAndHeld(options: StartOptions = {}): Promise<DraftHandle> {
  const handle = await inReview(rig(), { ...options, schedule: { kind: 'held' } });
  await rig().approve(handle);
  return handle;
}

/** Waits for what the draft says of itself. */
async function untilReason(handle: DraftHandle, reason: string | null) {
  await expect.poll(async () => (await rig().view(handle)).reason, { timeout: 20_000 }).toBe(reason);
  return rig().view(handle);
}

/** The check behind the latest event of a type, as the record has it: nothing in it is an address. */
async function evidenceOf(handle: DraftHandle, type: AuditType) {
  const events = await rig().store.listEvents(handle.workflowId);
  for (const { data } of events) expect(JSON.stringify(data)).not.toMatch(/beck@|cee@/);
  const { check, evidence } = events.findLast((event) => event.type === type)?.data.checks?.at(-1) ?? {};
  return { check, evidence };
}

async function suppress(entry: string, change: Partial<Suppression> = {}) {
  const { now } = rig().clock;
  const suppression = { entry, scope: 'organization', reason: 'unsubscribed' as const, note: null, source: null };
  await rig().store.addSuppression({
    ...suppression,
    createdBy: 'x',
    createdAtMs: now(),
    expiresAtMs: null,
    ...change,
  });
  return () => rig().store.removeSuppression(entry, { by: 'x', atMs: now(), scope: 'organization' });
}

const pause = (kind: 'all' | 'inbox' | 'agent', id: string) =>
  rig().store.putPause({ kind, id, reason: 'fire drill', by: 'key_ana', atMs: rig().clock.now() });

describe('the kill switch', () => {
  it.each([
    ['all', ''],
    ['inbox', INBOX],
    ['agent', 'key_agent'],
  ] as const)(
    'a pause of %s holds an approved draft, and its end lets it go with the same approval',
    async (kind, id) => {
      const handle = await approvedAndHeld();
      await pause(kind, id);
      await release(handle);
      const held = await untilReason(handle, 'paused');
      expect(held).toMatchObject({ status: 'scheduled', approval: { by: { id: 'key_ana' } } });
      expect(await rig().sent(handle)).toHaveLength(0);
      expect(await evidenceOf(handle, 'held_back')).toEqual({ check: 'pause', evidence: { pause: kind } });
      await rig().store.removePause(kind, id);
      await tell(handle, 'resume');
      expect((await handle.result()).status).toBe('sent');
      expect(await rig().sent(handle)).toHaveLength(1);
      expect(await rig().trail(handle)).toContain('held_back');
    },
  );

  it('a resume while another pause holds it changes nothing', async () => {
    const handle = await approvedAndHeld();
    await pause('all', '');
    await pause('inbox', INBOX);
    await release(handle);
    await untilReason(handle, 'paused');
    await rig().store.removePause('all', '');
    await tell(handle, 'resume');
    await expect.poll(async () => (await rig().trail(handle)).filter((type) => type === 'held_back').length).toBe(2);
    expect(await rig().sent(handle)).toHaveLength(0);
    await rig().store.removePause('inbox', INBOX);
    await tell(handle, 'resume');
    expect((await handle.result()).status).toBe('sent');
  });
});

describe('a suppression that comes while a draft waits', () => {
  it('sends an approved draft back at once, long before its time', async () => {
    const handle = await approvedAndHeld();
    const lift = await suppress('beck@example.com');
    await tell(handle, 'suppression');
    const back = await untilReason(handle, 'recipient_suppressed');
    expect(back).toMatchObject({ status: 'in_review', approval: null });
    const evidence = { recipients: 1, because: 'unsubscribed' };
    expect(await evidenceOf(handle, 'sent_back')).toEqual({ check: 'suppression', evidence });
    await lift();
    await tell(handle, 'suppression');
    await untilReason(handle, null);
  });

  it('is told to the reviewers of a draft in review', async () => {
    const handle = await inReview(rig());
    const lift = await suppress('example.com');
    await tell(handle, 'suppression');
    expect(await untilReason(handle, 'recipient_suppressed')).toMatchObject({ status: 'in_review' });
    await lift();
  });

  it('blocks instead, where the inbox says so, until it is lifted', async () => {
    await choose({ suppression: 'block' });
    const handle = await approvedAndHeld();
    const lift = await suppress('beck@example.com');
    await release(handle);
    expect(await untilReason(handle, 'recipient_suppressed')).toMatchObject({ status: 'scheduled' });
    await lift();
    await tell(handle, 'suppression');
    expect((await handle.result()).status).toBe('sent');
  });

  it('blocks until it ends by itself, to the minute', async () => {
    await choose({ suppression: 'block' });
    const handle = await approvedAndHeld();
    const expiresAtMs = rig().clock.now() + 20 * HOUR_MS;
    const lift = await suppress('beck@example.com', { reason: 'hard_bounce', expiresAtMs });
    await release(handle);
    expect(await untilReason(handle, 'recipient_suppressed')).toMatchObject({ notBeforeMs: expiresAtMs });
    await rig().skipUntil(handle, ['sent'], HOUR_MS);
    await lift();
  });

  it('leaves the recipient out of a new revision, which people read', async () => {
    await choose({ suppression: 'drop' });
    const handle = await approvedAndHeld({ content: TWO });
    const lift = await suppress('beck@example.com');
    await release(handle);
    const back = await untilReason(handle, 'recipients_dropped');
    expect(back).toMatchObject({ status: 'in_review', revision: 2, approval: null });
    const revision = await rig().store.getRevision(handle.workflowId, 2);
    expect(revision).toMatchObject({ origin: 'dropped', content: { to: [CEE] } });
    const evidence = { recipients: 1, because: 'unsubscribed' };
    expect(await evidenceOf(handle, 'sent_back')).toEqual({ check: 'suppression', evidence });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toMatchObject([{ to: [expect.stringContaining('cee@example.com')] }]);
    await lift();
  });

  it('goes back as it is where nobody would be left to write to', async () => {
    await choose({ suppression: 'drop' });
    const handle = await approvedAndHeld();
    const lift = await suppress('beck@example.com');
    await release(handle);
    expect(await untilReason(handle, 'recipient_suppressed')).toMatchObject({ status: 'in_review', revision: 1 });
    await lift();
  });
});

describe('a recipient who wrote to get no more mail', () => {
  const ADDRESS = 'beck@example.com';
  async function propose(proposalId: string) {
    const proposal = { proposalId, address: ADDRESS, inboxId: INBOX, messageId: proposalId, threadId: null };
    const found = { language: 'en', foundIn: 'text', status: 'open', decidedBy: null, decidedAtMs: null } as const;
    await rig().store.addProposal({ ...proposal, ...found, createdAtMs: rig().clock.now() });
    return () =>
      rig().store.decideProposal(proposalId, { status: 'dismissed', by: 'key_ana', atMs: rig().clock.now() });
  }

  it('is not written to before somebody decides: the draft goes back, and leaves once that was not meant', async () => {
    const handle = await approvedAndHeld();
    const dismiss = await propose('asks-1');
    await release(handle);
    const back = await untilReason(handle, 'recipient_asked_to_stop');
    expect(back).toMatchObject({ status: 'in_review', approval: null });
    const evidence = { recipients: 1, because: 'asked_to_stop' };
    expect(await evidenceOf(handle, 'sent_back')).toEqual({ check: 'suppression', evidence });
    expect(await rig().sent(handle)).toHaveLength(0);
    await dismiss();
    await tell(handle, 'suppression');
    await untilReason(handle, null);
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });

  it('holds what waits at once where its inbox blocks, and lets it go', async () => {
    await choose({ suppression: 'block' });
    const handle = await approvedAndHeld();
    const dismiss = await propose('asks-2');
    await release(handle);
    expect(await untilReason(handle, 'recipient_asked_to_stop')).toMatchObject({ status: 'scheduled' });
    await dismiss();
    await tell(handle, 'suppression');
    expect((await handle.result()).status).toBe('sent');
  });
});

describe('what recipients prefer', () => {
  const ADDRESS = 'beck@example.com';
  const act = () => ({ by: 'key_ana', atMs: rig().clock.now() });

  it('a category they opted out of goes back, another leaves', async () => {
    await rig().store.putPreference(ADDRESS, { optedOut: ['newsletter'] }, act());
    const handle = await approvedAndHeld({ category: 'newsletter' });
    await release(handle);
    await untilReason(handle, 'recipient_opted_out');
    const receipt = await approvedAndHeld({ category: 'receipt' });
    await release(receipt);
    expect((await receipt.result()).status).toBe('sent');
    await rig().store.putPreference(ADDRESS, { optedOut: [] }, act());
  });

  it('a warning is kept with the send', async () => {
    await choose({ preferences: 'warn' });
    await rig().store.putPreference(ADDRESS, { optedOut: ['*'] }, act());
    const handle = await approvedAndHeld({ category: 'newsletter' });
    await release(handle);
    expect((await handle.result()).status).toBe('sent');
    const attempted = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'send_attempted');
    expect(attempted?.data.checks).toContainEqual({
      ...{ check: 'preferences', result: 'warn', reason: 'recipient_opted_out' },
      evidence: { recipients: 1, category: 'newsletter' },
    });
    expect(attempted?.data.checks).toContainEqual({ check: 'suppression', result: 'pass' });
    await rig().store.putPreference(ADDRESS, { optedOut: [] }, act());
  });

  it('quiet hours hold it until they are over', async () => {
    const hour = new Date(rig().clock.now()).getUTCHours();
    const clock = (at: number) => `${String((at + 24) % 24).padStart(2, '0')}:00`;
    await rig().store.putPreference(
      ADDRESS,
      { timeZone: 'UTC', quietFrom: clock(hour - 1), quietTo: clock(hour + 2) },
      act(),
    );
    const handle = await approvedAndHeld();
    await release(handle);
    const held = await untilReason(handle, 'quiet_hours');
    expect(new Date(held.notBeforeMs ?? 0).getUTCHours()).toBe((hour + 2) % 24);
    await rig().skipUntil(handle, ['sent'], HOUR_MS);
    const sent = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'sent');
    expect(sent?.atMs).toBeGreaterThanOrEqual(held.notBeforeMs ?? Number.POSITIVE_INFINITY);
    await rig().store.putPreference(ADDRESS, { quietFrom: null, quietTo: null }, act());
  });
});

describe('age, quota and attempts', () => {
  it('a draft too old to send goes back', async () => {
    const handle = await approvedAndHeld();
    await rig().store.putInbox(INBOX, { maxDraftAgeMs: HOUR_MS });
    rig().clock.advance(2 * HOUR_MS);
    await release(handle);
    await untilReason(handle, 'draft_stale');
  });

  it('an exhausted quota holds it', async () => {
    await rig().store.putQuota({ monthlyQuota: 0 });
    const handle = await approvedAndHeld();
    await release(handle);
    expect(await untilReason(handle, 'quota_exhausted')).toMatchObject({ status: 'scheduled' });
    await rig().store.putQuota({ monthlyQuota: null });
    await tell(handle, 'resume');
    expect((await handle.result()).status).toBe('sent');
  });

  it('a quota that only AgentMail counts holds it, too: the approval stays, and it is tried again by and by', async () => {
    const { control } = rig().emulator;
    const handle = await approvedAndHeld();
    await control.setSwitches({ monthlyQuota: 0 });
    await release(handle);
    expect(await untilReason(handle, 'quota_exhausted')).toMatchObject({ status: 'scheduled', approvals: [{}] });
    const found = { check: 'quota', result: 'block', reason: 'quota_exhausted', evidence: { byAgentMail: true } };
    const events = await rig().store.listEvents(handle.workflowId);
    expect(events.findLast(({ type }) => type === 'held_back')?.data.checks).toEqual([found]);
    expect(events.findLast(({ type }) => type === 'send_refused')?.data.checks).toEqual([found]);
    expect(await rig().store.openAlertKeys('quota:')).toEqual(['quota:refused']);
    const tries = async () => (await rig().trail(handle)).filter((type) => type === 'send_attempted').length;
    const before = await tries();
    await rig().env.sleep(3 * HOUR_MS);
    const more = (await tries()) - before;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThanOrEqual(4);
    await control.setSwitches({ monthlyQuota: null });
    await rig().env.sleep(2 * HOUR_MS);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('after as many unanswered requests as the inbox allows people decide, and a retry begins anew', async () => {
    await rig().store.putInbox(INBOX, { maxAttempts: 2 });
    const handle = await approvedAndHeld();
    const draftId = await rig().providerDraftId(handle);
    const { control } = rig().emulator;
    const fault = { kind: 'lose_response', route: `POST /v0/inboxes/*/drafts/${draftId}/send` } as const;
    await control.addFault({ ...fault, times: 5 });
    await control.setSwitches({ labelLagMs: 20 * HOUR_MS });
    await release(handle);
    expect(await rig().skipUntil(handle, ['needs_attention'])).toMatchObject({ reason: 'outcome_unknown' });
    await control.setSwitches({ labelLagMs: 0 });
    await control.clearFaults();
    await rig().command(handle, 'resolve', { action: 'retry' });
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});

describe('an approval with its time', () => {
  it('is taken away by a new time, and the content alone may be approved for any', async () => {
    const at = new Date(rig().clock.now() + 400 * 24 * HOUR_MS).toISOString();
    const schedule = { kind: 'at', at } as const;
    const handle = await inReview(rig(), { schedule });
    const { digest } = await rig().view(handle);
    const decision = { decision: 'approve', revision: 1, digest: digest ?? '' } as const;
    const stale = rig().command(handle, 'decide', { ...decision, schedule: { kind: 'now' } });
    await expect(stale).rejects.toMatchObject({ cause: { type: 'refused.stale_schedule' } });
    await rig().command(handle, 'decide', { ...decision, schedule });
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    expect(await rig().until(handle, 'in_review')).toMatchObject({ reason: 'time_changed', approval: null });
    expect(await rig().sent(handle)).toHaveLength(0);
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });

  it('leaves at that time', async () => {
    const schedule = { kind: 'now' } as const;
    const handle = await inReview(rig(), { schedule });
    const { digest } = await rig().view(handle);
    await rig().command(handle, 'decide', { decision: 'approve', revision: 1, digest: digest ?? '', schedule });
    expect((await handle.result()).status).toBe('sent');
  });
});
