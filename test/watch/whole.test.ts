import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { draftIdFor } from '../../src/domain/ids.ts';
import type { draft } from '../../src/workflows/draft.ts';
import { INBOX } from '../support/rig.ts';
import { foreignDraft, inReview, reject, rigFor } from '../support/rig-for.ts';

const rig = rigFor();

/** One look, as the schedule takes it. */
const run = (workflow: 'watchdog' | 'discovery', ...args: object[]) =>
  rig().client.workflow.execute(workflow, {
    taskQueue: rig().taskQueue,
    workflowId: `${workflow}-${randomUUID()}`,
    args,
  });
const watch = (check: string) => run('watchdog', { checks: [check] });

describe('discovery and the draft workflow', () => {
  it('a draft an agent made in AgentMail comes into review, once', async () => {
    await rig().store.putInbox(INBOX, { foreignDrafts: 'adopt' });
    const id = await foreignDraft(rig(), { to: ['beck@example.com'], subject: 'Made outside', text: 'Hello' });
    rig().clock.advance(60_000);
    await run('discovery');
    const draftId = draftIdFor('adopted', 'agentmail', id);
    const handle = rig().client.workflow.getHandle<typeof draft>(draftId);
    expect(await rig().until(handle, 'in_review')).toMatchObject({ source: 'adopted', revision: 1 });
    rig().clock.advance(3_600_000);
    await run('discovery');
    expect(
      (await rig().store.listDrafts({ limit: 100 })).items.filter(({ source }) => source === 'adopted'),
    ).toHaveLength(1);
    // Waiting for a run's end lets the server's time jump, so the review may be over by now.
    await rig().store.putInbox(INBOX, { foreignDrafts: 'ignore' });
  });

  it('a draft of ours that vanished is noticed, and put before people again', async () => {
    const handle = await inReview(rig());
    await rig().emulator.control.deleteDraft(await rig().providerDraftId(handle));
    rig().clock.advance(2 * 3_600_000);
    await run('discovery');
    await expect.poll(async () => (await rig().view(handle)).revision, { timeout: 20_000 }).toBe(2);
    expect(await rig().until(handle, 'in_review')).toMatchObject({ reason: 'draft_vanished' });
    await reject(rig(), handle);
  });
});

describe('the watchdog and the draft workflow', () => {
  it('starts a draft that was stored and never started', async () => {
    const { store, clock } = rig();
    const handle = await inReview(rig());
    const row = await store.getDraft(handle.workflowId);
    if (!row) throw new Error('no row');
    const draftId = `draft-test-${randomUUID()}`;
    const documentRef = await store.putDocument(draftId, (await store.getRevision(row.draftId, 1))?.content);
    const { creator, inboxId, schedule, holdMs, reviewTimeoutMs, priority } = row;
    await store.createDraft({
      ...{ draftId, documentRef, creator, inboxId, schedule, holdMs, reviewTimeoutMs, priority },
      ...{ requestDigest: draftId, source: 'content', adoptDraftId: null, recipe: null, category: null, batchId: null },
      createdAtMs: clock.now(),
    });
    clock.advance(120_000);
    await watch('unclaimed');
    const started = rig().client.workflow.getHandle<typeof draft>(draftId);
    expect((await rig().until(started, 'in_review')).revision).toBe(1);
    await reject(rig(), started);
    await reject(rig(), handle);
  });

  it('puts a row right that is older than its running workflow, and tells operators', async () => {
    const { store, clock } = rig();
    const handle = await inReview(rig());
    const { workflowId: draftId } = handle;
    const told = (await store.getDraft(draftId))?.projection;
    if (!told) throw new Error('nothing was told');
    // As after a restore: nothing is known of the revision, and nothing will be told of it before somebody decides.
    const old = { ...told, status: 'composing', revision: 0, digest: null, sequence: told.sequence + 1 } as const;
    await store.record(draftId, [], old);
    expect((await store.getDraft(draftId))?.projection).toMatchObject({ status: 'composing', revision: 0 });
    clock.advance(10 * 60_000);
    for (let look = 0; look < 2; look += 1) await watch('engine');
    const { revision, digest } = await rig().view(handle);
    const row = (await store.getDraft(draftId))?.projection;
    expect(row).toMatchObject({ status: 'in_review', revision, digest, toldAtMs: told.toldAtMs });
    const repaired = (await store.listEvents(draftId)).filter(({ type }) => type === 'repaired');
    expect(repaired).toMatchObject([{ data: { code: 'workflow', status: 'in_review' } }]);
    const { items } = await store.listAlerts({ limit: 100 });
    expect(items.map(({ key }) => key)).toContain('projection_mismatch:behind');
    await reject(rig(), handle);
    await handle.result();
    expect((await store.getDraft(draftId))?.projection).toMatchObject({ status: 'rejected' });
  });

  it('says of a draft that was ended by force that it will not send', async () => {
    const handle = await inReview(rig());
    await handle.terminate('by hand');
    rig().clock.advance(3_600_000);
    for (let look = 0; look < 3; look += 1) await watch('engine');
    const row = await rig().store.getDraft(handle.workflowId);
    expect(row?.projection).toMatchObject({ status: 'failed', reason: 'engine_ended' });
    expect(await rig().trail(handle)).toContain('repaired');
  });
});
