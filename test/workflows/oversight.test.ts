import { afterEach, describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { ANA, type DraftHandle, INBOX, refusalOf } from '../support/rig.ts';
import { BEA, inReview, reject, rewrite, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const CARO = { ...BEA, id: 'key_caro', name: 'Caro', groups: ['finance'] };
const MINUTE_MS = 60_000;

async function activate(rules: PolicyInput['rules']) {
  const policy = policySchema.parse({ ownDomains: ['acme.test'], rules });
  const digest = jsonDigest(policy);
  const added = await rig().store.addPolicy({ digest, policy, comment: null, by: 'key_ana', source: 'api', atMs: 1 });
  expect(added.kind).not.toBe('conflict');
}

afterEach(async () => {
  await activate([]);
  await rig().store.putInbox(INBOX, { mode: 'review_all', editorMayApprove: true });
});

const approved = async (handle: DraftHandle) =>
  (await rig().trail(handle)).filter((type) => type === 'approved').length;

describe('a rule that asks for two', () => {
  const twoEyes: PolicyInput['rules'] = [
    { id: 'money', outcome: { kind: 'review', approvals: [{ group: 'finance', count: 1 }, { count: 1 }] } },
  ];

  it('lets it go with the second, one of whom is of the group', async () => {
    await activate(twoEyes);
    const handle = await inReview(rig());
    expect((await rig().approve(handle, ANA)).status).toBe('in_review');
    const needed = async (personId: string, groups: string[]) =>
      (await rig().store.listDrafts({ needs: { personId, groups }, limit: 5 })).items.map(({ draftId }) => draftId);
    await expect.poll(() => needed(ANA.id, ['finance'])).toEqual([]);
    expect(await needed(BEA.id, [])).toEqual([]);
    expect(await needed(CARO.id, CARO.groups)).toEqual([handle.workflowId]);
    expect((await rig().view(handle)).missing).toEqual([{ group: 'finance', count: 1 }]);
    expect(await refusalOf(rig().approve(handle, ANA))).toBe('refused.already_approved');
    expect((await rig().approve(handle, BEA)).status).toBe('in_review');
    expect(await rig().sent(handle)).toHaveLength(0);
    await rig().approve(handle, CARO);
    expect((await handle.result()).status).toBe('sent');
    expect(await approved(handle)).toBe(3);
  });

  it('forgets the first with a new revision, and when it is taken back', async () => {
    await activate(twoEyes);
    const handle = await inReview(rig());
    await rig().approve(handle, CARO);
    await rewrite(rig(), handle, { subject: 'Other' });
    expect((await rig().view(handle)).approvals).toEqual([]);
    await rig().approve(handle, CARO);
    const { revision } = await rig().view(handle);
    await rig().command(handle, 'revoke', { revision });
    expect((await rig().view(handle)).approvals).toEqual([]);
    await reject(rig(), handle);
  });
});

describe('separation of duties', () => {
  it('whoever wrote a revision does not approve it, unless the inbox says so', async () => {
    await rig().store.putInbox(INBOX, { editorMayApprove: false });
    const handle = await inReview(rig());
    await rewrite(rig(), handle, { subject: 'Mine' }, { by: ANA });
    expect(await refusalOf(rig().approve(handle, ANA))).toBe('refused.own_revision');
    await rig().approve(handle, BEA);
    expect((await handle.result()).status).toBe('sent');
  });

  it('the person an agent’s key belongs to made what the agent made', async () => {
    const creator = { id: 'key_bot', kind: 'agent', roles: ['agent'], ownerId: ANA.id } as const;
    const handle = await inReview(rig(), { creator: { ...creator, roles: ['agent'] } });
    expect(await refusalOf(rig().approve(handle, ANA))).toBe('refused.self_approval');
    await rig().approve(handle, BEA);
    expect((await handle.result()).status).toBe('sent');
  });

  it('unless policy says so', async () => {
    await rig().store.putInbox(INBOX, { creatorMayApprove: true });
    const creator = { id: 'key_bot', kind: 'agent' as const, roles: ['agent' as const], ownerId: ANA.id };
    const handle = await inReview(rig(), { creator });
    await rig().approve(handle, ANA);
    expect((await handle.result()).status).toBe('sent');
    await rig().store.putInbox(INBOX, { creatorMayApprove: false });
  });
});

describe('a rule that lets drafts go by themselves', () => {
  it('sends at its time, where the inbox goes by rules', async () => {
    await rig().store.putInbox(INBOX, { mode: 'by_rule' });
    await activate([{ id: 'all-fine', outcome: { kind: 'auto' } }]);
    const handle = await rig().start();
    expect((await handle.result()).status).toBe('sent');
    const events = await rig().store.listEvents(handle.workflowId);
    const approval = events.find(({ type }) => type === 'approved');
    expect(approval).toMatchObject({ actorId: 'policy:all-fine', data: { rule: 'all-fine' } });
  });

  it('does nothing where the inbox reviews all', async () => {
    await activate([{ id: 'all-fine', outcome: { kind: 'auto' } }]);
    const handle = await inReview(rig());
    await reject(rig(), handle);
  });

  it('monitored, it can be stopped within its hold', async () => {
    await rig().store.putInbox(INBOX, { mode: 'by_rule' });
    await activate([{ id: 'watch', outcome: { kind: 'monitor', holdMs: 10 * MINUTE_MS } }]);
    const handle = await rig().start();
    const view = await rig().until(handle, 'scheduled');
    expect(view.holdUntilMs ?? 0).toBeGreaterThan(rig().clock.now() + 5 * MINUTE_MS);
    await rig().command(handle, 'revoke', { revision: 1 });
    expect(await rig().until(handle, 'in_review')).toMatchObject({ approvals: [] });
    await reject(rig(), handle);
    expect(await rig().sent(handle)).toHaveLength(0);
  });

  it('monitored and not stopped, it leaves', async () => {
    await rig().store.putInbox(INBOX, { mode: 'by_rule' });
    await activate([{ id: 'watch', outcome: { kind: 'monitor', holdMs: 10 * MINUTE_MS } }]);
    const handle = await rig().start();
    await rig().until(handle, 'scheduled');
    expect((await rig().skipUntil(handle, ['sent'], 2 * MINUTE_MS)).status).toBe('sent');
  });
});

it('a rule that refuses ends the draft and names itself', async () => {
  await activate([{ id: 'never', outcome: { kind: 'refuse' } }]);
  const handle = await rig().start();
  expect(await handle.result()).toMatchObject({ status: 'rejected', reason: 'policy_refused' });
  expect(await rig().providerDraft(handle)).toBeNull();
});

it('a review reminds its reviewers, then asks others as well, by timers', async () => {
  const times = { remindAfterMs: 30 * MINUTE_MS, escalateAfterMs: 60 * MINUTE_MS, escalateTo: 'leads' };
  await activate([{ id: 'urgent', outcome: { kind: 'review', times } }]);
  const handle = await inReview(rig());
  for (let step = 0; step < 8; step += 1) await rig().env.sleep(10 * MINUTE_MS);
  await expect.poll(() => rig().trail(handle), { timeout: 20_000 }).toContain('escalated');
  const trail = await rig().trail(handle);
  expect(trail.filter((type) => type === 'reminded' || type === 'escalated')).toEqual(['reminded', 'escalated']);
  const escalated = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'escalated');
  expect(escalated?.data.group).toBe('leads');
  await reject(rig(), handle);
});
