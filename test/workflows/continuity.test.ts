import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { DRAFT_WORKFLOW } from '../../src/domain/ids.ts';
import type { CommandResult } from '../../src/workflows/messages.ts';
import { startEagerDevServer } from '../support/dev-env.ts';
import { ANA, type DraftHandle, INBOX, MAIL } from '../support/rig.ts';
import { inReview, requestChanges, rigFor, route } from '../support/rig-for.ts';
import { temporalCliPath } from '../support/temporal.ts';

const rig = rigFor({}, () => startEagerDevServer(temporalCliPath()));

const runIdOf = async (handle: DraftHandle) =>
  (await rig().client.workflow.getHandle(handle.workflowId).describe()).runId;

/** Cheap changes until the draft goes on in a new run. */
async function untilContinued(handle: DraftHandle): Promise<void> {
  const first = await runIdOf(handle);
  for (let round = 0; round < 60 && (await runIdOf(handle)) === first; round += 1) {
    await rig().command(handle, 'reschedule', { schedule: { kind: 'held' } });
  }
  await expect.poll(() => runIdOf(handle), { timeout: 10_000 }).not.toBe(first);
}

describe('continue-as-new', () => {
  it('carries approval, times, decisions and the record; the send is the same one', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' }, holdMs: 1_000 });
    const { revision, digest } = await rig().view(handle);
    const facts = { decision: 'approve', revision, digest };
    const commandId = randomUUID();
    await rig().store.putCommand({
      commandId,
      draftId: handle.workflowId,
      name: 'decide',
      actor: ANA,
      factsDigest: jsonDigest(facts),
      commentRef: null,
      createdAtMs: Date.now(),
    });
    const decide = () => handle.executeUpdate<CommandResult, [object]>('decide', { args: [{ ...facts, commandId }] });
    const approved = await decide();
    const before = await rig().view(handle);
    await untilContinued(handle);
    const { details: _before, ...kept } = before;
    expect(await rig().until(handle, 'scheduled')).toMatchObject(kept);
    expect(await decide()).toEqual(approved);
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
    const events = (await rig().store.listEvents(handle.workflowId)).filter(
      ({ origin }) => !origin.startsWith('send:'),
    );
    expect(new Set(events.map(({ origin }) => origin)).size).toBeGreaterThan(1);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_sequence, index) => index + 1));
  });

  it('keeps the deadline of the review, and a revoked approval of a policy revoked', async () => {
    const handle = await rig().start({ holdMs: 600_000, schedule: { kind: 'held' } });
    const { reviewDeadlineMs } = await rig().until(handle, 'in_review');
    await untilContinued(handle);
    expect(await rig().until(handle, 'in_review')).toMatchObject({ reviewDeadlineMs });
    await rig().store.putInbox(INBOX, { mode: 'autonomous' });
    // The same time given again and again is no new time: nothing to ask the policy about.
    const schedule = { kind: 'at', at: new Date(Date.now() - 1_000).toISOString() } as const;
    await rig().command(handle, 'reschedule', { schedule });
    await rig().until(handle, 'scheduled');
    await rig().command(handle, 'revoke', { revision: 1 });
    const first = await runIdOf(handle);
    for (let round = 0; round < 60 && (await runIdOf(handle)) === first; round += 1) {
      await rig().command(handle, 'reschedule', { schedule });
    }
    expect(await runIdOf(handle)).not.toBe(first);
    await rig().command(handle, 'reschedule', { schedule });
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', approval: null });
    await rig().store.putInbox(INBOX, { mode: 'review_all' });
    await rig().command(handle, 'cancel', {});
  });
});

describe('a reset', () => {
  it('of a draft that was sent sends nothing again', async () => {
    const handle = await inReview(rig());
    await rig().approve(handle);
    const { messageId } = await handle.result();
    const { events } = await handle.fetchHistory();
    const first = events?.find(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes);
    const namespace = rig().client.options.namespace;
    await rig().client.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: handle.workflowId, runId: await runIdOf(handle) },
      reason: 'test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: first?.eventId,
    });
    const again = rig().client.workflow.getHandle<typeof import('../../src/workflows/draft.ts').draft>(
      handle.workflowId,
    );
    await expect.poll(async () => (await rig().view(again)).status, { timeout: 20_000 }).toMatch(/in_review|sent/);
    if ((await rig().view(again)).status === 'in_review') await rig().approve(again);
    expect(await again.result()).toMatchObject({ status: 'sent', messageId });
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});

describe('another worker', () => {
  it('takes over a draft in every state of waiting', async () => {
    const { control } = rig().emulator;
    const review = await inReview(rig());
    const changes = await inReview(rig());
    await requestChanges(rig(), changes, 'Please.');
    const held = await inReview(rig(), { schedule: { kind: 'held' } });
    await rig().approve(held);
    const sending = await inReview(rig());
    const send = route.send(await rig().providerDraftId(sending));
    await control.addFault({ kind: 'status', status: 503, route: send, times: 3 });
    await rig().approve(sending);
    await rig().until(sending, 'sending');
    const before = await Promise.all([review, changes, held].map((handle) => rig().view(handle)));
    await rig().restartWorker();
    expect(await Promise.all([review, changes, held].map((handle) => rig().view(handle)))).toEqual(before);
    await rig().command(held, 'reschedule', { schedule: { kind: 'now' } });
    await rig().approve(review);
    for (const handle of [review, held, sending]) {
      expect((await handle.result()).status).toBe('sent');
      expect(await rig().sent(handle)).toHaveLength(1);
    }
    await rig().command(changes, 'withdraw', {}, { ...ANA });
    expect((await changes.result()).status).toBe('withdrawn');
  });
});

describe('a start by hand', () => {
  const byHand = (input: unknown, workflowId = `draft-hand-${randomUUID()}`) =>
    rig().client.workflow.start<(input: unknown) => Promise<unknown>>(DRAFT_WORKFLOW, {
      workflowId,
      taskQueue: rig().taskQueue,
      args: [input],
    });

  it('with plain JSON works like any other', async () => {
    const started = await byHand({ inbox: INBOX, content: MAIL, createdBy: 'cron' });
    const handle = rig().client.workflow.getHandle<typeof import('../../src/workflows/draft.ts').draft>(
      started.workflowId,
    );
    await rig().until(handle, 'in_review');
    expect((await rig().store.getDraft(handle.workflowId))?.creator).toMatchObject({ kind: 'unverified' });
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
  });

  it.each([
    ['nothing', {}],
    ['two sources of content', { inbox: INBOX, content: MAIL, adopt: { draftId: 'x' } }],
    ['a schedule that is none', { inbox: INBOX, content: MAIL, schedule: { kind: 'someday' } }],
    ['a stored draft that is not stored', { stored: true }],
  ])('with %s fails and says why', async (_what, input) => {
    const failure = await (await byHand(input)).result().catch((error: unknown) => error);
    const text = JSON.stringify(failure, ['cause', 'message', 'type']);
    expect(text).toContain('invalid_input');
  });

  it('under an id that is taken fails before any mail is touched', async () => {
    const handle = await inReview(rig());
    await handle.terminate();
    const { messages } = await rig().emulator.control.outbox();
    const failure = await (await byHand({ stored: true }, handle.workflowId)).result().catch((error: unknown) => error);
    expect(JSON.stringify(failure, ['cause', 'message', 'type'])).toContain('duplicate_draft');
    expect((await rig().emulator.control.outbox()).messages).toHaveLength(messages.length);
    expect((await rig().providerDraft(handle))?.subject).toBe(MAIL.subject);
  });
});
