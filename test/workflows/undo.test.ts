import { afterEach, describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { INBOX } from '../support/rig.ts';
import { inReview, reject, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const MINUTE_MS = 60_000;

async function activate(rules: PolicyInput['rules']) {
  const policy = policySchema.parse({ rules });
  const digest = jsonDigest(policy);
  await rig().store.addPolicy({ digest, policy, comment: null, by: 'key_ana', source: 'api', atMs: 1 });
}

afterEach(async () => {
  await activate([]);
  await rig().store.putInbox(INBOX, { mode: 'review_all', holdMs: 0, expireAfterMs: null, remindAfterMs: null });
  await rig().store.putInbox(INBOX, { escalateAfterMs: null, escalateTo: null });
});

describe('room for undo', () => {
  const room = ({ holdUntilMs }: { holdUntilMs: number | null }) => (holdUntilMs ?? 0) - rig().clock.now();

  it('is what the inbox gives: an approval taken back within it was never sent', async () => {
    await rig().store.putInbox(INBOX, { holdMs: 10 * MINUTE_MS });
    const handle = await inReview(rig());
    const approved = await rig().approve(handle);
    expect(approved.status).toBe('scheduled');
    expect(room(approved)).toBeGreaterThan(9 * MINUTE_MS);
    await rig().env.sleep(5 * MINUTE_MS);
    expect((await rig().view(handle)).status).toBe('scheduled');
    await rig().command(handle, 'revoke', { revision: 1 });
    await rig().env.sleep(20 * MINUTE_MS);
    expect((await rig().view(handle)).status).toBe('in_review');
    expect(await rig().sent(handle)).toEqual([]);
    await reject(rig(), handle);
  });

  it('ends by itself, and the draft leaves', async () => {
    await rig().store.putInbox(INBOX, { holdMs: 10 * MINUTE_MS });
    const handle = await inReview(rig());
    const { holdUntilMs } = await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    const events = await rig().store.listEvents(handle.workflowId);
    const startedAtMs = events.find(({ type }) => type === 'send_started')?.atMs ?? 0;
    expect(startedAtMs).toBeGreaterThanOrEqual(holdUntilMs ?? Number.POSITIVE_INFINITY);
  });

  it('is the longer of what inbox and draft ask for, and a rule has its own word', async () => {
    await rig().store.putInbox(INBOX, { holdMs: 10 * MINUTE_MS });
    const longer = await inReview(rig(), { holdMs: 60 * MINUTE_MS });
    expect(room(await rig().approve(longer))).toBeGreaterThan(50 * MINUTE_MS);
    await rig().command(longer, 'cancel', {});
    await activate([{ id: 'at-once', outcome: { kind: 'review', undoMs: 0 } }]);
    const atOnce = await inReview(rig());
    expect(room(await rig().approve(atOnce))).toBeLessThanOrEqual(0);
    expect((await atOnce.result()).status).toBe('sent');
    await activate([{ id: 'careful', outcome: { kind: 'review', undoMs: 30 * MINUTE_MS } }]);
    const careful = await inReview(rig());
    expect(room(await rig().approve(careful))).toBeGreaterThan(20 * MINUTE_MS);
    await rig().command(careful, 'cancel', {});
  });
});

describe('the times of an inbox, where no rule says', () => {
  const times = { remindAfterMs: 30 * MINUTE_MS, escalateAfterMs: 60 * MINUTE_MS, escalateTo: 'leads' };

  it('remind, escalate, and end a review as expired, never with a send', async () => {
    await rig().store.putInbox(INBOX, { ...times, expireAfterMs: 180 * MINUTE_MS });
    const handle = await inReview(rig());
    const { reviewDeadlineMs, waitingSinceMs } = await rig().view(handle);
    expect((reviewDeadlineMs ?? 0) - (waitingSinceMs ?? 0)).toBe(180 * MINUTE_MS);
    for (let step = 0; step < 8; step += 1) await rig().env.sleep(10 * MINUTE_MS);
    await expect.poll(() => rig().trail(handle), { timeout: 20_000 }).toContain('escalated');
    const row = await rig().store.getDraft(handle.workflowId);
    expect(row?.projection).toMatchObject({ escalated: true, escalatedTo: 'leads', waitingSinceMs });
    const { items } = await rig().store.listDrafts({ escalated: true, limit: 10 });
    expect(items.map(({ draftId }) => draftId)).toEqual([handle.workflowId]);
    expect(await rig().store.escalations()).toEqual([{ group: 'leads', drafts: 1, draftId: handle.workflowId }]);
    await rig().skipUntil(handle, ['expired'], 30 * MINUTE_MS);
    expect(await handle.result()).toMatchObject({ status: 'expired', reason: 'review_timeout' });
    expect(await rig().sent(handle)).toEqual([]);
    expect(await rig().store.countDrafts({ escalated: true })).toEqual({});
    const told = (await rig().trail(handle)).filter((type) => ['reminded', 'escalated', 'expired'].includes(type));
    expect(told).toEqual(['reminded', 'escalated', 'expired']);
  });

  it('give way to those of a rule, but for the longest a review may take', async () => {
    await rig().store.putInbox(INBOX, { ...times, expireAfterMs: 180 * MINUTE_MS });
    const never = { remindAfterMs: null, escalateAfterMs: null, escalateTo: null };
    await activate([{ id: 'calm', outcome: { kind: 'review', times: { ...never } } }]);
    const calm = await inReview(rig(), { reviewTimeoutMs: 90 * MINUTE_MS });
    const view = await rig().view(calm);
    expect(view.oversight?.times).toEqual({ ...never, expireAfterMs: 180 * MINUTE_MS });
    // What the agent gave it is shorter.
    expect((view.reviewDeadlineMs ?? 0) - (view.waitingSinceMs ?? 0)).toBe(90 * MINUTE_MS);
    await reject(rig(), calm);
    await activate([{ id: 'patient', outcome: { kind: 'review', times: { ...never, expireAfterMs: null } } }]);
    const patient = await inReview(rig());
    const long = await rig().view(patient);
    expect((long.reviewDeadlineMs ?? 0) - (long.waitingSinceMs ?? 0)).toBe(7 * 24 * 60 * MINUTE_MS);
    await reject(rig(), patient);
  });
});
