import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { snapshotOf } from '../../src/agentmail/index.ts';
import { emailContentSchema } from '../../src/domain/content.ts';
import { clientIdFor, draftIdFor, sendIdFor, sendLabelFor } from '../../src/domain/ids.ts';
import type { DiscoverySummary } from '../../src/workflows/discovery.ts';
import { revision } from '../store/fixtures.ts';
import { startDevServer } from '../support/temporal.ts';
import { type Bench, createBench, INBOX } from './bench.ts';
import { noticedQuery } from './workflows.ts';

let env: TestWorkflowEnvironment;
let bench: Bench;
beforeAll(async () => {
  env = await startDevServer();
  bench = await createBench(env);
});
afterAll(async () => {
  await bench?.close();
  await env?.teardown();
});

const MAIL = { to: ['Beck <beck@example.com>'], subject: 'Your refund', text: 'Hello Beck' };

async function agentMail(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${bench.emulator.url}/v0/inboxes/${INBOX}${path}`, {
    method,
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? null : response.json();
}
const foreign = async (body: object = MAIL) =>
  z.object({ draft_id: z.string() }).parse(await agentMail('POST', '/drafts', body)).draft_id;

const discover = (): Promise<DiscoverySummary> =>
  env.client.workflow.execute<() => Promise<DiscoverySummary>>('discovery', {
    taskQueue: bench.taskQueue,
    workflowId: `discovery-${Math.random()}`,
  });
const adoptedAs = (providerDraftId: string) =>
  bench.store.getDraft(draftIdFor('adopted', 'agentmail', providerDraftId));
const setForeign = (foreignDrafts: 'ignore' | 'adopt' | 'alert') => bench.store.putInbox(INBOX, { foreignDrafts });
const openForeign = async () => {
  const { items } = await bench.store.listAlerts({ open: true, limit: 10 });
  return items.find(({ kind }) => kind === 'foreign_draft') ?? null;
};
/** Past the age under which a draft may be one of ours whose id is not kept yet. */
const ripen = () => bench.advance(31_000);

describe('a draft that others made in AgentMail', () => {
  test('is told about where nobody said otherwise, left alone or taken over as its inbox says', async () => {
    const id = await foreign();
    expect(await discover()).toMatchObject({ full: true, looked: 1, adopted: 0 });
    ripen();
    expect(await discover()).toMatchObject({ full: false, adopted: 0 });
    expect(await openForeign()).toMatchObject({
      severity: 'warning',
      inboxId: INBOX,
      facts: { drafts: 1, scheduled: 0 },
    });
    await setForeign('ignore');
    expect(await discover()).toMatchObject({ adopted: 0 });
    expect(await openForeign()).toBeNull();
    await setForeign('adopt');
    bench.advance(3_600_000);
    expect(await discover()).toMatchObject({ full: true, adopted: 1 });
    expect(await adoptedAs(id)).toMatchObject({
      source: 'adopted',
      adoptDraftId: id,
      creator: { id: 'agentmail', kind: 'agent' },
      schedule: { kind: 'now' },
    });
    const handle = env.client.workflow.getHandle(draftIdFor('adopted', 'agentmail', id));
    expect((await handle.describe()).status.name).toBe('RUNNING');
    expect(await openForeign()).toBeNull();
    await handle.terminate();
  });

  test('is taken over once, and not before it can be told from ours', async () => {
    const id = await foreign();
    expect(await discover()).toMatchObject({ adopted: 0 });
    ripen();
    expect(await discover()).toMatchObject({ adopted: 1 });
    await agentMail('PATCH', `/drafts/${id}`, { subject: 'Changed' });
    bench.advance(3_600_000);
    expect(await discover()).toMatchObject({ full: true, adopted: 0 });
    expect((await bench.store.listDrafts({ limit: 100 })).items.filter((row) => row.adoptDraftId === id)).toHaveLength(
      1,
    );
  });

  test('is never sent for having been found: where time alone suffices it is held', async () => {
    await bench.store.putInbox(INBOX, { mode: 'autonomous' });
    const plain = await foreign();
    const timed = await foreign({ ...MAIL, send_at: new Date(bench.clock() + 86_400_000).toISOString() });
    ripen();
    expect(await discover()).toMatchObject({ adopted: 2 });
    expect([(await adoptedAs(plain))?.schedule, (await adoptedAs(timed))?.schedule]).toEqual([
      { kind: 'held' },
      { kind: 'now' },
    ]);
    await bench.store.putInbox(INBOX, { mode: 'review_all' });
  });

  test('that AgentMail itself will send is told about as critical', async () => {
    await setForeign('alert');
    await foreign({ ...MAIL, send_at: new Date(bench.clock() + 86_400_000).toISOString() });
    ripen();
    await discover();
    expect(await openForeign()).toMatchObject({ severity: 'critical', facts: { drafts: 1, scheduled: 1 } });
    await setForeign('ignore');
    await discover();
    expect(await openForeign()).toBeNull();
  });

  test('is not one of ours: not by its id, its client id or a record of it', async () => {
    await setForeign('adopt');
    const creating = await bench.draft({ status: 'composing' });
    const { firstExecutionRunId } = await bench.live(creating);
    const sendId = sendIdFor(env.namespace ?? 'default', creating, firstExecutionRunId);
    // Made by an activity that died before it kept the id.
    const ours = [await foreign({ ...MAIL, client_id: clientIdFor(sendId) }), await foreign(), await foreign()];
    const kept = await bench.draft({ status: 'in_review' });
    await bench.store.setProviderDraftId(kept, ours[1] ?? '');
    const over = await bench.draft({ status: 'rejected' });
    await bench.store.setProviderDraftId(over, ours[2] ?? '');
    const others = await foreign({ ...MAIL, client_id: '0123456789abcdef0123456789abcdef' });
    ripen();
    await discover();
    expect(await Promise.all(ours.map(adoptedAs))).toEqual([null, null, null]);
    expect(await adoptedAs(others)).not.toBeNull();
    await env.client.workflow.getHandle(creating).terminate();
  });
});

describe('a draft of ours that is gone', () => {
  /** A draft at rest with a revision, its AgentMail draft and its workflow. */
  async function resting(subject: string, status: 'in_review' | 'changes_requested' | 'sending' = 'in_review') {
    const blocked = status === 'changes_requested';
    const atMs = bench.clock();
    const draftId = await bench.draft({
      status,
      revision: blocked ? 2 : 1,
      reason: 'paused',
      toldAtMs: atMs,
      digest: 'd'.repeat(64),
    });
    const providerDraftId = await foreign({ ...MAIL, subject });
    const draft = await bench.deps.mail.getDraft(INBOX, providerDraftId);
    const content = emailContentSchema.parse({ ...MAIL, subject });
    const snapshot = draft && snapshotOf(draft);
    await bench.store.saveRevision(revision(draftId, { content, snapshot, createdAtMs: atMs }));
    // What the checks block is not written to AgentMail.
    if (blocked) await bench.store.saveRevision(revision(draftId, { revision: 2, createdAtMs: bench.clock() }));
    await bench.store.setProviderDraftId(draftId, providerDraftId);
    return { draftId, providerDraftId, handle: await bench.live(draftId) };
  }
  const outside = async (draftId: string) =>
    (await bench.store.listEvents(draftId)).filter(({ type }) => type === 'sent_outside');

  test('is asked to look again; one that was sent from outside has that on its record, once', async () => {
    await setForeign('ignore');
    const [there, deleted, sent, edited, sending] = await Promise.all([
      resting('there'),
      resting('deleted'),
      resting('sent'),
      resting('edited', 'changes_requested'),
      resting('sending', 'sending'),
    ]);
    await agentMail('DELETE', `/drafts/${deleted.providerDraftId}`);
    await agentMail('DELETE', `/drafts/${sending.providerDraftId}`);
    // Another draft of ours with the same words went out: that is no proof.
    const twin = await foreign({ ...MAIL, subject: 'deleted' });
    await agentMail('POST', `/drafts/${twin}/send`, { add_labels: [sendLabelFor('0'.repeat(32))] });
    const answer = await agentMail('POST', `/drafts/${sent.providerDraftId}/send`, {});
    const { message_id } = z.object({ message_id: z.string() }).parse(answer);
    await agentMail('POST', `/drafts/${edited.providerDraftId}/send`, {});
    bench.advance(3_600_000);
    expect(await discover()).toMatchObject({ full: true, missing: { noticed: 3, sentOutside: 2 } });
    expect(await there.handle.query(noticedQuery)).toEqual([]);
    expect(await sending.handle.query(noticedQuery)).toEqual([]);
    expect(await deleted.handle.query(noticedQuery)).toEqual(['outside']);
    expect(await sent.handle.query(noticedQuery)).toEqual(['outside']);
    expect(await outside(sent.draftId)).toMatchObject([
      { revision: 1, data: { messageId: message_id, verified: true } },
    ]);
    bench.advance(3_600_000);
    await discover();
    expect(await outside(sent.draftId)).toHaveLength(1);
    expect(await outside(deleted.draftId)).toHaveLength(0);
    expect(await outside(edited.draftId)).toMatchObject([{ revision: 2 }]);
    await Promise.all([there, deleted, sent, edited, sending].map(({ handle }) => handle.terminate()));
  });
});

test('a pass reads every page, and the next one only what is new', async () => {
  await setForeign('ignore');
  await Promise.all(Array.from({ length: 120 }, () => foreign()));
  ripen();
  bench.advance(3_600_000);
  const { full, looked } = await discover();
  expect([full, looked >= 120]).toEqual([true, true]);
  bench.advance(120_000);
  await foreign();
  ripen();
  const next = await discover();
  expect(next.full).toBe(false);
  expect(next.looked).toBeLessThan(looked);
  expect(next.looked).toBeGreaterThan(0);
});
