import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import type { DraftStatus } from '../../src/domain/state.ts';
import { noticeSignal } from '../../src/workflows/messages.ts';
import { BEA, foreignDraft, inReview, receive, reject, requestChanges, rewrite, route } from './acts.ts';
import { AGENT, type DraftHandle, INBOX, MAIL, type Rig } from './rig.ts';

export interface Scenario {
  /** Where the draft must end, so that no history is kept of something else. */
  ends: DraftStatus;
  live(rig: Rig, orderUrl: string): Promise<DraftHandle>;
}

const asPolicy = (rules: PolicyInput['rules'], digest: string) => ({
  ...{ digest, policy: policySchema.parse({ rules }), comment: null, by: 'key_ana', source: 'api' as const, atMs: 1 },
});
const approved = async (rig: Rig, handle: DraftHandle) => {
  await rig.approve(handle);
  return handle;
};
const recipe = (url: string) => ({ recipe: { name: 'order-note', input: { to: 'beck@example.com', url } } });
const release = (rig: Rig, handle: DraftHandle) => rig.command(handle, 'reschedule', { schedule: { kind: 'now' } });
const held = async (rig: Rig) => approved(rig, await inReview(rig, { schedule: { kind: 'held' } }));

async function waitFor(what: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 1_000; round += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('waited in vain');
}

/** Approved, its first request answered by nobody, nothing found 21 hours later. */
async function attention(rig: Rig): Promise<DraftHandle> {
  const handle = await inReview(rig);
  const send = route.send(await rig.providerDraftId(handle));
  await rig.emulator.control.addFault({ kind: 'delete_draft', route: send, when: 'before' });
  const lost = await rig.emulator.control.addFault({ kind: 'reset_before', route: send, times: 1_000 });
  await rig.approve(handle);
  await waitFor(async () => (await rig.trail(handle)).includes('send_answered'));
  rig.clock.advance(21 * 3_600_000);
  await rig.until(handle, 'needs_attention');
  await rig.emulator.control.removeFault(lost.id);
  return handle;
}

/** One life for each path through the workflow code. */
export const SCENARIOS: Record<string, Scenario> = {
  approved: { ends: 'sent', live: async (rig) => approved(rig, await inReview(rig)) },
  edited: {
    ends: 'sent',
    async live(rig) {
      const handle = await held(rig);
      await rewrite(rig, handle, { subject: 'Edited' });
      await rewrite(rig, handle, { subject: '' });
      await rewrite(rig, handle, { subject: 'Revised' }, { name: 'revise' });
      await release(rig, handle);
      return approved(rig, handle);
    },
  },
  'edit-refused': {
    ends: 'rejected',
    async live(rig) {
      const handle = await inReview(rig);
      const patch = route.patch(await rig.providerDraftId(handle));
      await rig.emulator.control.addFault({ kind: 'status', status: 503, route: patch });
      await rig.emulator.control.addFault({ kind: 'status', status: 400, code: 'bad', route: patch, skip: 1 });
      await rewrite(rig, handle, { subject: 'Refused' }).catch(() => undefined);
      await reject(rig, handle);
      return handle;
    },
  },
  'changes-requested': {
    ends: 'sent',
    async live(rig) {
      const handle = await inReview(rig);
      await requestChanges(rig, handle, 'Say when.');
      await rewrite(rig, handle, { text: 'Tomorrow.' }, { name: 'revise' });
      return approved(rig, handle);
    },
  },
  recipe: { ends: 'sent', live: async (rig, url) => approved(rig, await inReview(rig, recipe(url))) },
  recomposed: {
    ends: 'sent',
    async live(rig, url) {
      const handle = await inReview(rig, recipe(url));
      await requestChanges(rig, handle, 'Thank them.');
      await waitFor(async () => (await rig.view(handle)).revision === 2);
      return approved(rig, handle);
    },
  },
  'recomposed-anew': {
    ends: 'sent',
    async live(rig, url) {
      const handle = await inReview(rig, recipe(url));
      await rig.command(handle, 'recompose', { revision: 1 });
      await waitFor(async () => (await rig.view(handle)).revision === 2);
      return approved(rig, handle);
    },
  },
  rechecked: {
    ends: 'sent',
    async live(rig) {
      const handle = await held(rig);
      await rig.command(handle, 'recheck', {});
      const needs = [{ group: null, count: 2 }];
      await rig.store.addPolicy(asPolicy([{ id: 'two', outcome: { kind: 'review', approvals: needs } }], 'rechecked'));
      await rig.command(handle, 'recheck', {});
      await rig.store.addPolicy(asPolicy([], 'unchecked'));
      await rig.approve(handle, BEA);
      await release(rig, handle);
      return handle;
    },
  },
  'source-failed': { ends: 'failed', live: (rig) => rig.start(recipe('http://forbidden.example.com/order.json')) },
  rejected: {
    ends: 'rejected',
    async live(rig) {
      const handle = await inReview(rig);
      await reject(rig, handle);
      return handle;
    },
  },
  withdrawn: {
    ends: 'withdrawn',
    async live(rig) {
      const handle = await inReview(rig);
      await rig.command(handle, 'withdraw', {}, AGENT);
      return handle;
    },
  },
  cancelled: {
    ends: 'cancelled',
    async live(rig) {
      const handle = await inReview(rig);
      await rig.command(handle, 'cancel', {});
      return handle;
    },
  },
  'cancelled-by-temporal': {
    ends: 'cancelled',
    async live(rig) {
      const handle = await inReview(rig);
      await handle.cancel();
      return handle;
    },
  },
  expired: { ends: 'expired', live: (rig) => inReview(rig, { reviewTimeoutMs: 1_500 }) },
  revoked: {
    ends: 'sent',
    async live(rig) {
      const handle = await inReview(rig, { holdMs: 1_000 });
      await rig.approve(handle);
      await rig.command(handle, 'revoke', { revision: 1 });
      return approved(rig, handle);
    },
  },
  window: {
    ends: 'sent',
    async live(rig) {
      const schedule = { kind: 'window', timeZone: 'UTC', days: [], from: '00:00', to: '23:59' } as const;
      const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
      return approved(rig, await inReview(rig, { schedule: { ...schedule, days: [...days] } }));
    },
  },
  autonomous: {
    ends: 'sent',
    async live(rig) {
      await rig.store.putInbox(INBOX, { mode: 'autonomous' });
      const handle = await rig.start({ schedule: { kind: 'at', at: new Date(Date.now() + 1_500).toISOString() } });
      await handle.result();
      await rig.store.putInbox(INBOX, { mode: 'review_all' });
      return handle;
    },
  },
  'approved-by-signal': {
    ends: 'sent',
    async live(rig) {
      const handle = await inReview(rig);
      const { revision, digest } = await rig.view(handle);
      await handle.signal('approve', { revision, digest: 'wrong' });
      await rig.store.putInbox(INBOX, { acceptUnverifiedSignals: true });
      await handle.signal('approve', { revision, digest });
      await handle.result();
      await rig.store.putInbox(INBOX, { acceptUnverifiedSignals: false });
      return handle;
    },
  },
  'paused-and-resumed': {
    ends: 'sent',
    async live(rig) {
      const handle = await held(rig);
      await rig.store.putPause({ kind: 'inbox', id: INBOX, reason: 'drill', by: 'key_ana', atMs: rig.clock.now() });
      await release(rig, handle);
      await waitFor(async () => (await rig.view(handle)).reason === 'paused');
      await rig.store.removePause('inbox', INBOX);
      await handle.signal(noticeSignal, { cause: 'resume' });
      return handle;
    },
  },
  'recipients-dropped': {
    ends: 'sent',
    async live(rig) {
      await rig.store.putInbox(INBOX, { checks: { suppression: 'drop' } });
      const to = ['beck@example.com', 'gone@example.com'];
      const handle = await inReview(rig, { content: { ...MAIL, to }, schedule: { kind: 'held' } });
      await rig.approve(handle);
      const now = rig.clock.now();
      await rig.store.addSuppression({
        ...{ entry: 'gone@example.com', scope: 'organization', reason: 'hard_bounce', note: null, source: null },
        ...{ createdBy: 'key_ana', createdAtMs: now, expiresAtMs: null },
      });
      await handle.signal(noticeSignal, { cause: 'suppression' });
      await waitFor(async () => (await rig.view(handle)).reason === 'recipients_dropped');
      await rig.store.putInbox(INBOX, { checks: {} });
      await release(rig, handle);
      return approved(rig, handle);
    },
  },
  'approved-with-its-time': {
    ends: 'sent',
    async live(rig) {
      const handle = await inReview(rig, { schedule: { kind: 'held' } });
      const { revision, digest } = await rig.view(handle);
      const facts = { decision: 'approve' as const, revision, digest: digest ?? '' };
      await rig.command(handle, 'decide', { ...facts, schedule: { kind: 'held' } });
      await release(rig, handle);
      await waitFor(async () => (await rig.view(handle)).reason === 'time_changed');
      return approved(rig, handle);
    },
  },
  'two-approvals': {
    ends: 'sent',
    async live(rig) {
      const times = { remindAfterMs: 1_000, escalateAfterMs: 2_000, escalateTo: 'leads' };
      await rig.store.addPolicy(
        asPolicy([{ id: 'two', outcome: { kind: 'review', approvals: [{ count: 2 }], times } }], 'two'),
      );
      const handle = await inReview(rig);
      await waitFor(async () => (await rig.trail(handle)).includes('escalated'));
      await rig.approve(handle);
      await rig.approve(handle, BEA);
      await rig.store.addPolicy(asPolicy([], 'none'));
      return handle;
    },
  },
  monitored: {
    ends: 'sent',
    async live(rig) {
      await rig.store.putInbox(INBOX, { mode: 'by_rule' });
      await rig.store.addPolicy(asPolicy([{ id: 'watch', outcome: { kind: 'monitor', holdMs: 1_000 } }], 'watch'));
      const handle = await rig.start();
      await handle.result();
      await rig.store.addPolicy(asPolicy([], 'none'));
      await rig.store.putInbox(INBOX, { mode: 'review_all' });
      return handle;
    },
  },
  adopted: {
    ends: 'sent',
    async live(rig) {
      const send_at = new Date(Date.now() + 2_000).toISOString();
      const body = { to: ['beck@example.com'], subject: 'Adopted', text: 'As it was.', send_at };
      return approved(rig, await inReview(rig, { adopt: await foreignDraft(rig, body) }));
    },
  },
  reply: {
    ends: 'sent',
    async live(rig) {
      const { messageId } = await receive(rig);
      const content = { text: 'On its way.', reply: { inReplyTo: messageId } };
      return approved(rig, await inReview(rig, { content }));
    },
  },
  'send-retried': {
    ends: 'sent',
    async live(rig) {
      const handle = await inReview(rig);
      const send = route.send(await rig.providerDraftId(handle));
      await rig.emulator.control.addFault({ kind: 'lose_response', route: send });
      return approved(rig, handle);
    },
  },
  'sent-back': {
    ends: 'sent',
    async live(rig) {
      const handle = await held(rig);
      const draftId = await rig.providerDraftId(handle);
      await rig.emulator.control.editDraft(draftId, { text: 'Foreign.' });
      await release(rig, handle);
      await waitFor(async () => (await rig.view(handle)).reason === 'snapshot_changed');
      await rig.emulator.control.deleteDraft(draftId);
      await rig.approve(handle);
      await waitFor(async () => (await rig.view(handle)).reason === 'draft_vanished');
      return approved(rig, handle);
    },
  },
  'gave-up': {
    ends: 'failed',
    async live(rig) {
      const handle = await attention(rig);
      await rig.command(handle, 'resolve', { action: 'give_up' });
      return handle;
    },
  },
  'resolved-by-retry': {
    ends: 'sent',
    async live(rig) {
      const handle = await attention(rig);
      await rig.command(handle, 'resolve', { action: 'retry', acceptDuplicateRisk: true });
      await rig.until(handle, 'in_review');
      return approved(rig, handle);
    },
  },
  'continued-as-new': {
    ends: 'sent',
    async live(rig) {
      const handle = await held(rig);
      const runId = async () => (await rig.client.workflow.getHandle(handle.workflowId).describe()).runId;
      const first = await runId();
      for (let round = 0; round < 60 && (await runId()) === first; round += 1) {
        await rig.command(handle, 'reschedule', { schedule: { kind: 'held' } });
      }
      await release(rig, handle);
      return handle;
    },
  },
};
