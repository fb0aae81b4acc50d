import { ApplicationFailure, Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import type { DraftHandle } from '../support/rig.ts';
import { inReview, rigFor, route } from '../support/rig-for.ts';

/** Less than an attempt must have left to post, but for a moment. */
const HARDLY_ENOUGH_MS = 31_000;
const HOUR_MS = 3_600_000;

/** Drafts whose first send attempt has hardly any time of its own. */
const hurried = new Set<string>();
/** Requests to send that left for AgentMail, by AgentMail draft id. */
const posts: string[] = [];

const rig = rigFor({
  wrapMail: (mail) => ({
    ...mail,
    sendDraft(inboxId, draftId, options) {
      posts.push(draftId);
      return mail.sendDraft(inboxId, draftId, options);
    },
  }),
  wrapActivities: (activities) => ({
    ...activities,
    sendDraft(input) {
      const { info } = Context.current();
      if (!hurried.delete(info.workflowExecution?.workflowId ?? '')) return activities.sendDraft(input);
      const short = new MockActivityEnvironment({ ...info, startToCloseTimeoutMs: HARDLY_ENOUGH_MS });
      return short.run(activities.sendDraft, input);
    },
  }),
});

const events = (handle: DraftHandle) => rig().store.listEvents(handle.workflowId);
const ofType = async (handle: DraftHandle, type: string) =>
  (await events(handle)).filter((event) => event.type === type).map(({ data }) => data);

/** Done once, in this draft's last look: its intent is written, its request has not left. */
function inLastLook(handle: DraftHandle, work: () => unknown): void {
  const { store } = rig();
  const { pausesOn } = store;
  store.pausesOn = async (target) => {
    const own = target.draftId === handle.workflowId;
    if (own && (await ofType(handle, 'send_attempted')).length > 0) {
      store.pausesOn = pausesOn;
      await work();
    }
    return pausesOn(target);
  };
}

async function approvedAfter(arm: (handle: DraftHandle) => void): Promise<DraftHandle> {
  const handle = await inReview(rig());
  arm(handle);
  await rig().approve(handle);
  expect((await handle.result()).status).toBe('sent');
  return handle;
}

async function expectSecondPosted(handle: DraftHandle) {
  expect(await ofType(handle, 'send_attempted')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  expect(await ofType(handle, 'send_answered')).toMatchObject([{ attempt: 2, messageId: expect.any(String) }]);
  const providerDraftId = await rig().providerDraftId(handle);
  expect(posts.filter((id) => id === providerDraftId)).toHaveLength(1);
  expect(await rig().sent(handle)).toHaveLength(1);
}

describe('an attempt that overstays during its last look', () => {
  it('has no time left, and posts nothing: its successor does', async () => {
    const handle = await approvedAfter((mine) => {
      hurried.add(mine.workflowId);
      inLastLook(mine, () => new Promise((resolve) => setTimeout(resolve, 1_500)));
    });
    await expectSecondPosted(handle);
  });

  it('stood still, and posts nothing: it may have been given away', async () => {
    const handle = await approvedAfter((mine) =>
      inLastLook(mine, () => {
        const untilMs = performance.now() + 5_500;
        while (performance.now() < untilMs);
      }),
    );
    await expectSecondPosted(handle);
  });
});

it('a failure that is final for Temporal, after the intent, does not unlock the draft', async () => {
  const handle = await approvedAfter((mine) =>
    inLastLook(mine, () => {
      throw ApplicationFailure.nonRetryable('no', 'agentmail.missing_permission');
    }),
  );
  expect(await rig().trail(handle)).not.toContain('sent_back');
  await expectSecondPosted(handle);
});

it('a person is asked only when an attempt that was given up can post no more', async () => {
  const handle = await inReview(rig(), { schedule: { kind: 'held' } });
  await rig().approve(handle);
  const { control } = rig().emulator;
  const providerDraftId = await rig().providerDraftId(handle);
  await control.addFault({ kind: 'lose_response', route: route.send(providerDraftId), times: 5 });
  await control.setSwitches({ labelLagMs: 20 * HOUR_MS });
  await rig().store.putInbox('support@acme.test', { maxAttempts: 1 });
  await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
  await rig().skipUntil(handle, ['needs_attention']);
  const rows = await events(handle);
  const passed = rows.findIndex(({ type, data }) => type === 'send_passed' && data.code === 'unknown');
  expect(passed).toBeGreaterThan(0);
  const { origin, sequence = 0, data } = rows[passed] ?? {};
  // The intent of the one before, who does not know that it was given up: its place is taken.
  const intent = {
    ...{ origin: origin ?? '', sequence, type: 'send_attempted' as const, atMs: rig().clock.now() },
    ...{ actorId: 'system', commandId: null, revision: 1, digest: null },
    data: { key: data?.key ?? '', attempt: data?.attempt ?? 0 },
  };
  expect(data?.attempt).toBe(2);
  expect(await rig().store.recordOnce(handle.workflowId, intent)).toBe(false);
  await control.setSwitches({ labelLagMs: 0 });
  await control.clearFaults();
  // What the person decides is still counted from there.
  await rig().command(handle, 'resolve', { action: 'retry' });
  expect((await handle.result()).status).toBe('sent');
  expect(await rig().sent(handle)).toHaveLength(1);
});
