import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/index.ts';
import type { Batch, Countersign, CreateBatch } from '../../src/client/index.ts';
import { recipes } from '../../src/compose/index.ts';
import type { BatchRecord } from '../../src/store/types-batches.ts';
import { type App, clientOf, depsOf, secret } from '../api/support.ts';
import { eventually } from '../support/machine.ts';
import { createRig, INBOX, type Rig } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';
import { note, noteCsv, noteRecipe } from './support.ts';

let env: TestWorkflowEnvironment;
let rig: Rig;
let app: App;
let agent: Countersign;
let other: Countersign;
let ana: Countersign;
let olga: Countersign;
beforeAll(async () => {
  env = await startDevServer();
  rig = await createRig(env, { recipes: [noteRecipe] });
  app = createApi({ ...depsOf(rig, env), recipes: new Map([...recipes, [note.name, note]]) });
  agent = clientOf(app, 'agent');
  other = clientOf(app, 'other');
  ana = clientOf(app, 'ana');
  olga = clientOf(app, 'olga');
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

const ask: CreateBatch = { name: 'Spring notes', inbox: INBOX, recipe: 'note' };
/** One look of the watchdog, as the schedule takes it. */
const watch = () =>
  rig.client.workflow.execute('watchdog', {
    taskQueue: rig.taskQueue,
    workflowId: `watchdog-${Math.random()}`,
    args: [{ checks: ['batches'] }],
  });
const until = (id: string, what: string, look: (batch: Batch) => boolean) =>
  eventually(what, async () => {
    const batch = await agent.batches.get(id);
    return look(batch) && batch;
  });
const finished = (id: string) => until(id, `${id} finished`, ({ status }) => status === 'finished');

async function uploaded(rows: number, badEvery = 100): Promise<Batch> {
  const { id } = await agent.batches.create(ask);
  return agent.batches.upload(id, noteCsv(rows, badEvery), { chunkBytes: 700 });
}

async function resultsOf(id: string): Promise<Record<string, unknown>[]> {
  const text = await new Response(await agent.batches.results(id, 'jsonl')).text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('a batch', () => {
  it('makes a draft of every good row, and tells of every bad one', async () => {
    const made = await uploaded(45, 20);
    expect(made).toMatchObject({ status: 'uploading', rows: { total: 45, waiting: 43, bad: 2, started: 0 } });
    await agent.batches.start(made.id);
    const done = await finished(made.id);
    expect(done.rows).toEqual({ total: 45, waiting: 0, bad: 2, started: 43 });
    await until(made.id, 'all composed', ({ drafts }) => drafts.in_review === 43);

    const results = await resultsOf(made.id);
    expect(results.map(({ row }) => row)).toEqual(Array.from({ length: 45 }, (_, n) => n + 1));
    expect(results[19]).toMatchObject({ row: 20, status: 'bad', errorCode: 'recipe_input', draftId: null });
    const bad = await agent.batches.rows(made.id, { state: 'bad' });
    expect(bad.items.map(({ row, input }) => [row, input])).toEqual([
      [20, { to: 'nobody', customer: { name: 'Person 20' }, amount: 20.5 }],
      [40, { to: 'nobody', customer: { name: 'Person 40' }, amount: 40.5 }],
    ]);

    const draft = await agent.drafts.get(String(results[6]?.draftId));
    expect(draft).toMatchObject({ batchId: made.id, recipe: 'note', recipients: ['p7@example.com'] });
    const { revision, digest } = draft;
    await ana.drafts.decide(draft.id, { decision: 'approve', revision, digest: digest ?? '' });
    const outcome = await ana.drafts.waitForOutcome(draft.id, { timeoutMs: 30_000 });
    expect((await resultsOf(made.id))[6]).toMatchObject({
      status: 'sent',
      messageId: outcome.messageId,
      sentAt: expect.stringMatching(/^20/),
      inputRef: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const csv = await new Response(await agent.batches.results(made.id)).text();
    expect(csv.split('\r\n')[0]).toBe('row,status,draftId,inputRef,errorCode,errorMessage,messageId,sentAt');
    expect(csv.split('\r\n')).toHaveLength(47);
  });

  it('paused starts nothing more; resumed goes on: no row twice, none lost', async () => {
    const made = await uploaded(80, 40);
    await agent.batches.start(made.id);
    await until(made.id, 'some started', ({ rows }) => rows.started > 10);
    const paused = await agent.batches.pause(made.id);
    expect(paused.status).toBe('paused');
    expect(paused.rows.waiting).toBeGreaterThan(0);
    await until(made.id, 'the started ones composed', ({ drafts }) => drafts.in_review === paused.rows.started);
    expect((await agent.batches.get(made.id)).rows).toEqual(paused.rows);
    expect((await agent.batches.resume(made.id)).status).toBe('running');
    const done = await finished(made.id);
    expect(done.rows).toEqual({ total: 80, waiting: 0, bad: 2, started: 78 });
    const ids = (await resultsOf(made.id)).flatMap(({ draftId }) => (draftId === null ? [] : [draftId]));
    expect(new Set(ids).size).toBe(78);
    const drafts = await until(made.id, 'all composed', (batch) => batch.drafts.in_review === 78);
    expect(drafts.drafts).toEqual({ in_review: 78 });
    const { events = [] } = await rig.client.workflow.getHandle(made.id).fetchHistory();
    expect(JSON.stringify(events)).not.toMatch(/example\.com|Person/);
  }, 120_000);

  it('cancelled starts nothing more; its undecided drafts end when that is asked for, the approved one stays', async () => {
    const made = await uploaded(60);
    await agent.batches.start(made.id);
    await until(made.id, 'some in review', ({ drafts }) => (drafts.in_review ?? 0) > 5);
    const [first] = await resultsOf(made.id);
    const draft = await ana.drafts.get(String(first?.draftId));
    await agent.drafts.reschedule(draft.id, { schedule: { kind: 'held' } });
    const { revision, digest } = draft;
    await ana.drafts.decide(draft.id, { decision: 'approve', revision, digest: digest ?? '' });
    const cancelled = await olga.batches.cancel(made.id, { withdrawDrafts: true });
    expect(cancelled.status).toBe('cancelled');
    expect(cancelled.rows.waiting).toBeGreaterThan(0);
    const after = await until(made.id, 'drafts ended', ({ drafts }) => drafts.cancelled === cancelled.rows.started - 1);
    expect(after.drafts).toEqual({ cancelled: cancelled.rows.started - 1, scheduled: 1 });
    expect(after.rows).toEqual(cancelled.rows);
    const results = await resultsOf(made.id);
    expect(results.filter(({ status }) => status === 'not_started')).toHaveLength(cancelled.rows.waiting);
    const ended = results.find(({ status }) => status === 'cancelled');
    const history = await ana.drafts.history(String(ended?.draftId));
    expect(history.find(({ type }) => type === 'cancelled')?.actor?.name).toBe('Olga Lind');
    await expect(agent.batches.start(made.id)).rejects.toMatchObject({ code: 'batch_conflict' });
    await expect(agent.batches.resume(made.id)).rejects.toMatchObject({ code: 'batch_conflict' });
  }, 60_000);

  it('whose start was taken by somebody who died goes on by itself, a minute later', async () => {
    const made = await uploaded(12);
    const { uploadedBytes: here } = made;
    const seal = {
      fromBytes: here,
      toBytes: here,
      crc: 0,
      carry: new Uint8Array(),
      header: null,
      rows: [],
      seal: true,
    };
    expect(await rig.store.appendBatchRows(made.id, seal)).toBe(true);
    await watch();
    expect((await agent.batches.get(made.id)).status).toBe('starting');
    rig.clock.advance(61_000);
    expect(await watch()).toMatchObject({ batches: { repaired: 1, found: 0 } });
    expect((await finished(made.id)).rows).toMatchObject({ waiting: 0, started: 12 });
    expect(await watch()).toMatchObject({ batches: { looked: 0, repaired: 0 } });
  });

  it('whose workflow is gone is told about, and goes on where it was when it is started again', async () => {
    const made = await uploaded(120);
    await agent.batches.start(made.id);
    const paused = await agent.batches.pause(made.id);
    await rig.client.workflow.getHandle(made.id).terminate();
    expect(await watch()).toMatchObject({ batches: { found: 1 } });
    expect(await rig.store.openAlertKeys('stuck:batch')).toEqual(['stuck:batch']);
    expect(await agent.batches.start(made.id)).toMatchObject({ status: 'paused' });
    expect(await watch()).toMatchObject({ batches: { found: 0 } });
    expect(await rig.store.openAlertKeys('stuck:batch')).toEqual([]);
    expect((await agent.batches.get(made.id)).rows.started).toBe(paused.rows.started);
    await agent.batches.resume(made.id);
    const done = await finished(made.id);
    expect(done.rows).toEqual({ total: 120, waiting: 0, bad: 1, started: 119 });
    const ids = (await resultsOf(made.id)).flatMap(({ draftId }) => (draftId === null ? [] : [draftId]));
    expect(new Set(ids).size).toBe(119);
    // What is over stays over.
    await agent.batches.start(made.id);
    expect((await agent.batches.get(made.id)).status).toBe('finished');
  }, 60_000);

  it('whose workflow is gone is ended by a cancel, and no start brings it back', async () => {
    const made = await uploaded(60);
    await agent.batches.start(made.id);
    await until(made.id, 'some in review', ({ drafts }) => (drafts.in_review ?? 0) > 5);
    await agent.batches.pause(made.id);
    await rig.client.workflow.getHandle(made.id).terminate();
    const cancelled = await olga.batches.cancel(made.id, { withdrawDrafts: true });
    expect(cancelled).toMatchObject({ status: 'cancelled', endedAt: expect.any(String) });
    await expect(agent.batches.start(made.id)).rejects.toMatchObject({ code: 'batch_conflict' });
    expect(await watch()).toMatchObject({ batches: { repaired: 0, found: 0 } });
    const after = await until(made.id, 'withdrawn', ({ drafts }) => drafts.cancelled === cancelled.rows.started);
    expect(after.rows).toEqual(cancelled.rows);
    expect(after.rows.waiting).toBeGreaterThan(0);
  }, 60_000);

  it('whose cancel nobody confirmed is not started again, and ends when the cancel is repeated', async () => {
    const made = await uploaded(40);
    await agent.batches.start(made.id);
    await agent.batches.pause(made.id);
    // What a cancel leaves that was answered with 503.
    const cancelledBy: BatchRecord['cancelledBy'] = {
      id: 'olga',
      kind: 'person',
      name: 'Olga Lind',
      roles: ['operator'],
    };
    await rig.store.moveBatch(made.id, ['paused'], { cancelledBy });
    await rig.client.workflow.getHandle(made.id).terminate();
    await expect(agent.batches.start(made.id)).rejects.toMatchObject({ code: 'batch_conflict' });
    expect((await olga.batches.cancel(made.id)).status).toBe('cancelled');
    // A repeat is no harm.
    expect((await olga.batches.cancel(made.id)).status).toBe('cancelled');
  }, 60_000);

  it('that is over can still have its drafts withdrawn, by its own agent', async () => {
    const made = await uploaded(12);
    await agent.batches.start(made.id);
    await finished(made.id);
    await until(made.id, 'all composed', ({ drafts }) => drafts.in_review === 12);
    await expect(agent.batches.cancel(made.id)).rejects.toMatchObject({ code: 'batch_conflict' });
    await agent.batches.cancel(made.id, { withdrawDrafts: true });
    await until(made.id, 'withdrawn', ({ drafts }) => drafts.withdrawn === 12);
  });
});

describe('the upload', () => {
  it('goes on where it stopped; a repeat is no harm, a gap is refused', async () => {
    const file = new TextEncoder().encode(noteCsv(30));
    const { id } = await agent.batches.create(ask);
    const put = (offset: number, end: number) =>
      agent.batches.upload(
        id,
        { size: end, read: async (from, to) => file.slice(from, to) },
        { chunkBytes: end - offset },
      );
    await put(0, 333);
    const whole = await agent.batches.upload(id, file, { chunkBytes: 100 });
    expect(whole.uploadedBytes).toBe(file.length);
    const again = await raw(id, 250, file.slice(250, 400));
    expect(again.body).toMatchObject({ uploadedBytes: file.length, rows: whole.rows });
    const gap = await raw(id, file.length + 1, file.slice(0, 10));
    expect(gap).toMatchObject({ status: 409, body: { code: 'upload_gap', expectedOffset: file.length } });
    await expect(agent.batches.start(id, { bytes: file.length + 5 })).rejects.toMatchObject({ code: 'upload_gap' });
    expect((await agent.batches.start(id, { bytes: file.length })).rows.total).toBe(30);
    await finished(id);
    await until(id, 'all composed', ({ drafts }) => drafts.in_review === 30);
    const late = await raw(id, file.length, file.slice(0, 10));
    expect(late).toMatchObject({ status: 409, body: { code: 'batch_conflict' } });
  });

  it('refuses a wrong header and keeps nothing of it', async () => {
    const { id } = await agent.batches.create(ask);
    await expect(agent.batches.upload(id, 'to,nick\na@example.com,A\n')).rejects.toMatchObject({
      code: 'invalid_request',
      problem: { fields: [{ path: 'rows', message: expect.stringContaining('no field nick') }] },
    });
    expect((await agent.batches.get(id)).uploadedBytes).toBe(0);
    await expect(agent.batches.start(id)).rejects.toMatchObject({ message: expect.stringContaining('no rows') });
    expect((await agent.batches.upload(id, noteCsv(2))).rows.waiting).toBe(2);
    expect((await agent.batches.cancel(id)).status).toBe('cancelled');
  });

  /** One request with any offset, past the client's own care. */
  async function raw(id: string, offset: number, body: Uint8Array<ArrayBuffer>) {
    const headers = { Authorization: `Bearer ${secret('agent')}`, 'Content-Type': 'text/csv' };
    const response = await app.request(`/v1/batches/${id}/rows?offset=${offset}`, { method: 'PUT', headers, body });
    return { status: response.status, body: await response.json() };
  }
});

describe('who', () => {
  it('an agent sees and steers its own batches only; reviewers look, operators steer', async () => {
    const made = await uploaded(3);
    await expect(other.batches.get(made.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.batches.cancel(made.id)).rejects.toMatchObject({ code: 'not_found' });
    expect((await other.batches.list()).items).toEqual([]);
    expect((await ana.batches.list()).items.map(({ id }) => id)).toContain(made.id);
    await expect(ana.batches.cancel(made.id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ana.batches.create(ask)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await olga.batches.cancel(made.id)).status).toBe('cancelled');
  });

  it('an operator makes one, and is then whoever asked for its drafts: somebody else approves them', async () => {
    const ben = clientOf(app, 'ben');
    const made = await ben.batches.create({ ...ask, schedule: { kind: 'held' } });
    expect(made.createdBy.name).toBe('Ben Okoro');
    await expect(olga.batches.upload(made.id, noteCsv(2))).rejects.toMatchObject({ code: 'forbidden' });
    await ben.batches.upload(made.id, noteCsv(2));
    await ben.batches.start(made.id);
    await eventually('composed', async () => (await ben.batches.get(made.id)).drafts.in_review === 2);
    const [draft] = (await ana.drafts.list({ batch: made.id })).items;
    const decision = { decision: 'approve', revision: 1, digest: draft?.digest ?? '' } as const;
    expect((await ben.drafts.get(draft?.id ?? '')).cannotApprove?.code).toBe('self_approval');
    await expect(ben.drafts.decide(draft?.id ?? '', decision)).rejects.toMatchObject({ code: 'self_approval' });
    expect((await ana.drafts.decide(draft?.id ?? '', decision)).status).toBe('scheduled');
  });

  it('one request id is one batch; with another body it is a conflict', async () => {
    const first = await agent.batches.create({ ...ask, requestId: 'spring' });
    expect((await agent.batches.create({ ...ask, requestId: 'spring' })).id).toBe(first.id);
    const another = agent.batches.create({ ...ask, name: 'Other', requestId: 'spring' });
    await expect(another).rejects.toMatchObject({ code: 'idempotency_conflict' });
    await expect(agent.batches.create({ ...ask, recipe: 'nothing' })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
