import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { approveSignal } from '../../src/workflows/messages.ts';
import { type DraftHandle, INBOX } from '../support/rig.ts';
import { inReview, reject, rewrite, rigFor } from '../support/rig-for.ts';

/** Longer than the quick try may take, then time enough for an Update before the patient one's answer. */
const SLOW_MS = [6_000, 3_000];

let pauses: number[] = [];
let policyAsked = 0;
const rig = rigFor({
  wrapActivities: (activities) => ({
    ...activities,
    oversee: async (input) => {
      const pauseMs = pauses.shift();
      if (pauseMs !== undefined) policyAsked += 1;
      await sleep(pauseMs ?? 0);
      return activities.oversee(input);
    },
  }),
});

/** A draft whose policy is being asked, patiently. */
async function asked(): Promise<DraftHandle> {
  pauses = [...SLOW_MS];
  policyAsked = 0;
  const handle = await rig().start();
  await expect.poll(() => policyAsked, { timeout: 20_000 }).toBe(SLOW_MS.length);
  return handle;
}

describe('while the policy of the inbox is asked', () => {
  it('a rejection ends the draft', async () => {
    const handle = await asked();
    const { digest } = (await rig().store.getRevision(handle.workflowId, 1)) ?? {};
    const facts = { decision: 'reject' as const, revision: 1, digest: digest ?? '' };
    expect((await rig().command(handle, 'decide', facts)).status).toBe('rejected');
    expect((await handle.result()).status).toBe('rejected');
    expect(await rig().providerDraft(handle)).toBeNull();
  });

  it('an edit is written', async () => {
    const handle = await asked();
    const edited = await rewrite(rig(), handle, { subject: 'Edited' }, { baseRevision: 1 });
    expect(edited).toMatchObject({ status: 'in_review', revision: 2 });
    await reject(rig(), handle);
  });

  it('a new time holds, though the policy would have sent it at the old one', async () => {
    await rig().store.putInbox(INBOX, { mode: 'autonomous' });
    const handle = await asked();
    await rig().command(handle, 'reschedule', { schedule: { kind: 'at', at: '2100-01-01T00:00:00Z' } });
    expect(await rig().view(handle)).toMatchObject({
      status: 'in_review',
      dueAtMs: Date.parse('2100-01-01T00:00:00Z'),
    });
    expect(await rig().sent(handle)).toHaveLength(0);
    await rig().store.putInbox(INBOX, { mode: 'review_all' });
    await reject(rig(), handle);
  });
});

it('a signal of any shape is told and stops nothing', async () => {
  await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: true });
  const handle = await inReview(rig());
  const { revision, digest } = await rig().view(handle);
  const poison = { toString: 1, valueOf: 1 };
  await rig().client.workflow.getHandle(handle.workflowId).signal('approve', { revision: poison, digest: poison });
  await handle.signal(approveSignal, { revision, digest: digest ?? '', approver: 'Zo\u0000e \ud800' });
  expect((await handle.result()).status).toBe('sent');
  const approved = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'approved');
  expect(approved?.actorId).toBe('unverified:Zo_e _');
  await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: false });
});
