import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { BEA, inReview } from '../support/acts.ts';
import { ANA, createRig, INBOX, MAIL, type Rig } from '../support/rig.ts';
import { createTimeSkippingEnv } from '../support/temporal.ts';

let env: TestWorkflowEnvironment;
let rig: Rig;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
  rig = await createRig(env);
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

async function rules(input: PolicyInput['rules'], mode: 'review_all' | 'by_rule' | 'monitor' | 'paused' = 'by_rule') {
  const policy = policySchema.parse({ rules: input });
  await rig.store.putInbox(INBOX, { mode });
  await rig.store.addPolicy({
    policy,
    digest: jsonDigest([policy, Math.random()]),
    comment: null,
    by: 'ben',
    source: 'api',
    atMs: 0,
  });
}
const written = async (id: string) => (await rig.store.listEvents(id)).find(({ type }) => type === 'revision_written');

describe('a draft under rules', () => {
  it('goes by itself where a rule says so, and the record names rule and version', async () => {
    await rules([
      { id: 'small', when: { kind: 'not', of: { kind: 'amount', atLeast: 100 } }, outcome: { kind: 'auto' } },
    ]);
    const handle = await rig.start();
    await rig.until(handle, 'sent');
    const version = (await rig.store.activePolicy())?.version;
    expect((await written(handle.workflowId))?.data).toMatchObject({
      policy: 'auto',
      rule: 'small',
      ruleVersion: version,
    });
    const large = await inReview(rig, { content: { ...MAIL, text: 'Refund: 5 000 EUR', html: '' } });
    expect((await rig.view(large)).status).toBe('in_review');
    expect(await rig.sent(large)).toEqual([]);
  });

  it('needs a person in an inbox that reviews all, whatever rules say', async () => {
    await rules([{ id: 'all', outcome: { kind: 'auto' } }], 'review_all');
    const handle = await inReview(rig);
    expect((await rig.view(handle)).oversight).toMatchObject({ kind: 'review', rule: 'all' });
    await rig.approve(handle);
    await rig.until(handle, 'sent');
  });

  it('has the priority its rule gives it, whatever it was asked for with', async () => {
    await rules([{ id: 'first', outcome: { kind: 'review', priority: 1 } }]);
    const handle = await inReview(rig);
    expect((await rig.store.getDraft(handle.workflowId))?.projection?.priority).toBe(1);
    const { items } = await rig.store.listDrafts({ order: 'urgent', statuses: ['in_review'], limit: 1 });
    expect(items.map(({ draftId }) => draftId)).toEqual([handle.workflowId]);
  });

  it('ends rejected where a rule refuses it', async () => {
    await rules(
      [{ id: 'no', when: { kind: 'recipient_domain', anyOf: ['example.com'] }, outcome: { kind: 'refuse' } }],
      'monitor',
    );
    const handle = await rig.start();
    const { reason } = await rig.until(handle, 'rejected');
    expect(reason).toBe('policy_refused');
    expect(await rig.sent(handle)).toEqual([]);
  });

  it('waits for the groups it needs', async () => {
    await rules([
      {
        id: 'both',
        outcome: {
          kind: 'review',
          approvals: [
            { group: 'finance', count: 1 },
            { group: null, count: 1 },
          ],
        },
      },
    ]);
    const handle = await inReview(rig);
    await rig.approve(handle);
    expect((await rig.view(handle)).status).toBe('in_review');
    await rig.approve(handle, { ...BEA, groups: ['finance'] });
    await rig.until(handle, 'sent');
  });

  it('is a first contact once: the second mail to the same mailbox is none', async () => {
    await rules([
      { id: 'new', when: { kind: 'first_contact' }, outcome: { kind: 'review' } },
      { id: 'known', outcome: { kind: 'auto' } },
    ]);
    const content = { ...MAIL, to: ['New <new.person@example.org>'] };
    const first = await inReview(rig, { content });
    await rig.approve(first, ANA);
    await rig.until(first, 'sent');
    const second = await rig.start({ content: { ...content, to: ['NEW.person+orders@Example.org'] } });
    await rig.until(second, 'sent');
    expect((await written(second.workflowId))?.data.rule).toBe('known');
  });

  it('that is monitored goes after its hold, unless the rules say otherwise by then', async () => {
    await rules([], 'monitor');
    const [goes, stays] = [await rig.start(), await rig.start()];
    await rig.until(goes, 'scheduled');
    await rig.until(stays, 'scheduled');
    expect(await rig.sent(goes)).toEqual([]);
    await rig.command(stays, 'revoke', { revision: 1 });
    await rig.skipUntil(goes, ['sent'], 60_000);
    expect((await rig.view(stays)).status).toBe('in_review');
    const late = await rig.start();
    await rig.until(late, 'scheduled');
    await rules([{ id: 'now', outcome: { kind: 'review' } }], 'monitor');
    await rig.skipUntil(late, ['in_review'], 60_000);
    expect(await rig.sent(late)).toEqual([]);
  });

  it('waits in a paused inbox with its approval, and goes when that ends', async () => {
    await rules([], 'paused');
    const handle = await inReview(rig);
    await rig.approve(handle);
    await expect.poll(async () => (await rig.view(handle)).reason, { timeout: 20_000 }).toBe('paused');
    expect((await rig.view(handle)).status).toBe('scheduled');
    expect(await rig.store.heldWithoutPause(10)).toEqual([]);
    await rig.store.putInbox(INBOX, { mode: 'review_all' });
    expect(await rig.store.heldWithoutPause(10)).toEqual([handle.workflowId]);
    await handle.signal('notice', { cause: 'resume' });
    await rig.until(handle, 'sent');
  });
});
