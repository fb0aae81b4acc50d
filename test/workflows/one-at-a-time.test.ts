import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { Activities } from '../../src/activities/types.ts';
import { emailContentSchema } from '../../src/domain/content.ts';
import { jsonDigest, revisionDigest } from '../../src/domain/digest.ts';
import type { draft } from '../../src/workflows/draft.ts';
import { AGENT, type DraftHandle, INBOX, MAIL } from '../support/rig.ts';
import { rigFor } from '../support/rig-for.ts';
import { workflowBundle } from '../support/rig-worker.ts';

/** How long the answer to a reviewer's decision and the question to the inbox's policy take. */
const slow = { authorize: 0, policy: 0 };

let activities: Activities | undefined;
const rig = rigFor({
  wrapActivities: (created) => {
    const slowed = (name: string) => (name === 'authorize' ? slow.authorize : isPolicy(name) ? slow.policy : 0);
    activities = new Proxy(created, {
      get(target, name, receiver) {
        const activity: unknown = Reflect.get(target, name, receiver);
        if (typeof activity !== 'function') return activity;
        return async (...args: unknown[]) => {
          await sleep(slowed(String(name)));
          return activity(...args);
        };
      },
    });
    return activities;
  },
});
const isPolicy = (name: string) => name === 'inboxPolicy' || name === 'oversee';

/** A draft whose approval is there before any worker is: everything happens in one workflow task. */
async function approvedAtOnce(): Promise<DraftHandle> {
  const { store, client, clock } = rig();
  const draftId = `draft-test-${randomUUID()}`;
  const taskQueue = `late-${randomUUID()}`;
  const content = emailContentSchema.parse(MAIL);
  await store.createDraft({
    draftId,
    requestDigest: jsonDigest([draftId]),
    inboxId: INBOX,
    creator: AGENT,
    source: 'content',
    documentRef: await store.putDocument(draftId, content),
    adoptDraftId: null,
    category: null,
    batchId: null,
    priority: 3,
    recipe: null,
    schedule: { kind: 'now' },
    holdMs: 0,
    reviewTimeoutMs: 86_400_000,
    createdAtMs: clock.now(),
  });
  const handle = await client.workflow.start<typeof draft>('draft', {
    taskQueue,
    workflowId: draftId,
    args: [{ stored: true }],
  });
  const digest = revisionDigest(INBOX, content);
  const approval = rig().command(handle, 'decide', { decision: 'approve', revision: 1, digest });
  await sleep(300);
  const worker = await Worker.create({
    connection: rig().env.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...activities },
  });
  await worker.runUntil(async () => {
    await approval;
    await handle.result();
  });
  return handle;
}

describe('a decision that comes while the inbox’s policy is asked', () => {
  it.each([
    { authorize: 0, policy: 150 },
    { authorize: 150, policy: 0 },
    { authorize: 0, policy: 0 },
  ])('replays as it was: $authorize ms and $policy ms', async (times) => {
    Object.assign(slow, times);
    const handle = await approvedAtOnce();
    const history = await handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});
