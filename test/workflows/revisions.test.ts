import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT, refusalOf } from '../support/rig.ts';
import { BEA, inReview, orderRecipe, requestChanges, rewrite, rigFor, route } from '../support/rig-for.ts';

const rig = rigFor({ recipes: [orderRecipe] });

let server: Server;
let url = '';
let orderState = 'packed';
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ number: 'A-17', state: orderState }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address && typeof address === 'object') url = `http://127.0.0.1:${address.port}/order.json`;
});
afterAll(() => server?.close());

describe('an edit', () => {
  it('makes a revision that voids the approval, in AgentMail too', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    await rig().approve(handle);
    const before = await rig().view(handle);
    const result = await rewrite(rig(), handle, { subject: 'Better' }, { by: BEA });
    expect(result).toMatchObject({ status: 'in_review', revision: 2 });
    const after = await rig().view(handle);
    expect(after.approval).toBeNull();
    expect(after.digest).not.toBe(before.digest);
    expect((await rig().providerDraft(handle))?.subject).toBe('Better');
    const revision = await rig().store.getRevision(handle.workflowId, 2);
    expect(revision).toMatchObject({ origin: 'edited', authorId: BEA.id, digest: after.digest });
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    expect((await rig().view(handle)).status).toBe('in_review');
    await rig().approve(handle);
    await handle.result();
    expect(await rig().sent(handle)).toMatchObject([{ subject: 'Better' }]);
  });

  it('of an older revision is refused', async () => {
    const handle = await inReview(rig());
    await rewrite(rig(), handle, { subject: 'Two' });
    expect(await refusalOf(rewrite(rig(), handle, { subject: 'Lost' }, { baseRevision: 1 }))).toBe(
      'refused.stale_revision',
    );
  });

  it('beside another one: one counts, the other is stale', async () => {
    const handle = await inReview(rig());
    const both = await Promise.allSettled([
      rewrite(rig(), handle, { subject: 'Mine' }, { baseRevision: 1 }),
      rewrite(rig(), handle, { subject: 'Yours' }, { baseRevision: 1, by: BEA }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = both.find((one) => one.status === 'rejected');
    expect(await refusalOf(Promise.reject(lost?.status === 'rejected' ? lost.reason : null))).toBe(
      'refused.stale_revision',
    );
    expect((await rig().view(handle)).revision).toBe(2);
  });

  it('that AgentMail refuses leaves the revision before it', async () => {
    const handle = await inReview(rig());
    const patch = route.patch(await rig().providerDraftId(handle));
    await rig().emulator.control.addFault({ kind: 'status', status: 400, code: 'validation_error', route: patch });
    expect(await refusalOf(rewrite(rig(), handle, { subject: 'Refused' }))).toBe('refused.content_refused');
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 1, reason: 'provider_refused' });
    await rig().approve(handle);
    await handle.result();
    expect(await rig().sent(handle)).toMatchObject([{ subject: 'Your refund is on its way' }]);
  });

  it('survives AgentMail being away for a while', async () => {
    const handle = await inReview(rig());
    const patch = route.patch(await rig().providerDraftId(handle));
    await rig().emulator.control.addFault({ kind: 'status', status: 503, route: patch, times: 2 });
    expect(await rewrite(rig(), handle, { subject: 'Patience' })).toMatchObject({ revision: 2 });
    await rig().emulator.control.addFault({ kind: 'lose_response', route: patch });
    expect(await rewrite(rig(), handle, { subject: 'More patience' })).toMatchObject({ revision: 3 });
    expect((await rig().providerDraft(handle))?.subject).toBe('More patience');
  });

  it('with errors can be read and mended, not approved', async () => {
    const handle = await inReview(rig());
    const result = await rewrite(rig(), handle, { to: ['nobody'], subject: '' });
    expect(result).toMatchObject({ status: 'changes_requested', revision: 2 });
    expect(await rig().view(handle)).toMatchObject({ blocked: true, reason: 'check_failed' });
    expect(await refusalOf(rig().approve(handle))).toBe('refused.blocked_by_checks');
    await rewrite(rig(), handle, {});
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 3, blocked: false });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });
});

describe('requested changes', () => {
  it('of ready-made content wait for a revision of the agent', async () => {
    const handle = await inReview(rig());
    expect(await requestChanges(rig(), handle, 'Say when.')).toMatchObject({ status: 'changes_requested' });
    expect(await refusalOf(rig().approve(handle))).toBe('refused.not_in_review');
    const other = { ...AGENT, id: 'key_other_agent' };
    expect(await refusalOf(rewrite(rig(), handle, {}, { name: 'revise', by: other }))).toBe('refused.forbidden');
    const revised = await rewrite(rig(), handle, { text: 'Tomorrow.' }, { name: 'revise' });
    expect(revised).toMatchObject({ status: 'in_review', revision: 2 });
    expect((await rig().store.getRevision(handle.workflowId, 2))?.origin).toBe('revised');
    await rig().approve(handle);
    await handle.result();
    expect(await rig().sent(handle)).toMatchObject([{ text: expect.stringContaining('Tomorrow.') }]);
  });

  it('of a recipe compose again with the comment and with fresh sources', async () => {
    const input = { to: 'beck@example.com', url };
    const handle = await inReview(rig(), { recipe: { name: 'order-note', input } });
    const first = await rig().store.getRevision(handle.workflowId, 1);
    expect(first?.content).toMatchObject({ subject: 'Your order A-17', text: expect.stringContaining('packed') });
    orderState = 'on its way';
    await requestChanges(rig(), handle, 'Thank them for waiting.');
    await expect.poll(async () => (await rig().view(handle)).revision, { timeout: 20_000 }).toBe(2);
    const second = await rig().store.getRevision(handle.workflowId, 2);
    expect(second?.content.text).toContain('Thank them for waiting.');
    expect(second?.content.text).toContain('on its way');
    await rig().approve(handle);
    await handle.result();
    const [message] = await rig().sent(handle);
    expect(message?.html).toContain('Thank them for waiting.');
  });

  it('of a recipe whose source is gone by then leave the revision there was', async () => {
    const handle = await inReview(rig(), { recipe: { name: 'order-note', input: { to: 'beck@example.com', url } } });
    await rig().store.putStep(handle.workflowId, 'source:order', {});
    server.close();
    server.closeAllConnections();
    await requestChanges(rig(), handle, 'Again.');
    const back = await rig().skipUntil(handle, ['in_review']);
    expect(back).toMatchObject({ revision: 1, reason: 'source_failed' });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });
});
