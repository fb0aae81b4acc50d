import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DraftOutcome } from '../../src/workflows/messages.ts';
import { draftTo } from '../recipients/support.ts';
import { entry } from '../store/fixtures.ts';
import { suppress } from '../support/suppress.ts';
import { startDevServer } from '../support/temporal.ts';
import { type Bench, createBench, tell } from './bench.ts';
import { breakSignal, endSignal, noticedQuery, viewSignal } from './workflows.ts';

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

const MINUTE_MS = 60_000;
const openAlert = async (key: string) => {
  const { items } = await bench.store.listAlerts({ open: true, limit: 100 });
  return items.find((one) => one.key === key) ?? null;
};
const stateOf = async (draftId: string) => (await bench.store.getDraft(draftId))?.projection;
const repairs = async (draftId: string) =>
  (await bench.store.listEvents(draftId)).filter(({ type }) => type === 'repaired');

test('what was asked for and never started is started, once', async () => {
  const old = await bench.draft(null, { createdAtMs: bench.clock() - 2 * MINUTE_MS });
  const fresh = await bench.draft(null);
  expect(await bench.watchdog('unclaimed')).toEqual({ unclaimed: { looked: 1, noticed: 0, repaired: 1, found: 0 } });
  const handle = env.client.workflow.getHandle(old);
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect(await repairs(old)).toMatchObject([{ data: { code: 'started' }, actorId: 'system' }]);
  await expect(env.client.workflow.getHandle(fresh).describe()).rejects.toThrow();
  expect(await bench.watchdog('unclaimed')).toEqual({ unclaimed: { looked: 1, noticed: 0, repaired: 0, found: 0 } });
  await handle.terminate();
  await bench.store.claimDraft(old, 'run');
  await tell(bench.store, old, { status: 'cancelled', toldAtMs: bench.clock() });
});

test('an overdue draft is asked to look again, and told about when that did not help', async () => {
  const due = (minutes: number) => ({ dueAtMs: bench.clock() - minutes * MINUTE_MS, status: 'scheduled' as const });
  const late = await bench.draft(due(9));
  const handle = await bench.live(late);
  await bench.draft(due(4));
  await bench.draft({ ...due(9), holdUntilMs: bench.clock() + MINUTE_MS });
  await bench.draft({ ...due(9), reason: 'paused' });
  await bench.draft({ ...due(9), status: 'in_review' });
  await bench.draft({ status: 'scheduled', dueAtMs: null });

  expect(await bench.watchdog('overdue')).toEqual({ overdue: { looked: 1, noticed: 1, repaired: 0, found: 0 } });
  expect(await handle.query(noticedQuery)).toEqual(['watchdog']);
  expect(await openAlert('overdue')).toBeNull();
  bench.advance(MINUTE_MS / 2);
  expect(await bench.watchdog('overdue')).toMatchObject({ overdue: { noticed: 0, found: 1 } });
  expect(await openAlert('overdue')).toMatchObject({ severity: 'critical', draftId: late, facts: { drafts: 1 } });

  await tell(bench.store, late, { status: 'sent', toldAtMs: bench.clock(), sequence: 2 });
  expect(await bench.watchdog('overdue')).toMatchObject({ overdue: { looked: 0, found: 0 } });
  expect(await openAlert('overdue')).toBeNull();
  await handle.terminate();
});

test('drafts are told of a recipient by the watchdog where whoever changed something died before', async () => {
  const to = 'gone@told.example';
  const draftId = await draftTo(bench.store, [to]);
  const handle = await bench.live(draftId);
  await suppress(bench.store, to, { createdAtMs: bench.clock() });
  expect(await bench.watchdog('told')).toMatchObject({ told: { looked: 0 } });
  bench.advance(MINUTE_MS);
  expect(await bench.watchdog('told')).toMatchObject({ told: { looked: 1, noticed: 1, found: 0 } });
  expect(await handle.query(noticedQuery)).toEqual(['suppression']);
  expect(await bench.watchdog('told')).toMatchObject({ told: { looked: 0 } });
  await handle.terminate();
  await tell(bench.store, draftId, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 2 });
});

test('operators are told while somebody who wrote to get no more mail waits for a decision', async () => {
  const proposal = { proposalId: 'stop', address: 'a@stop.example', inboxId: 'i', messageId: 'm', threadId: null };
  const found = { language: 'en', foundIn: 'text', status: 'open', decidedBy: null, decidedAtMs: null } as const;
  await bench.store.addProposal({ ...proposal, ...found, createdAtMs: bench.clock() });
  expect(await bench.watchdog('proposals')).toMatchObject({ proposals: { found: 1 } });
  const alert = await openAlert('stop_asked');
  expect(alert).toMatchObject({ kind: 'stop_asked', severity: 'warning', facts: { proposals: 1 } });
  expect(JSON.stringify(alert)).not.toContain('@stop.example');
  await bench.store.decideProposal('stop', { status: 'dismissed', by: 'x', atMs: bench.clock() });
  await bench.watchdog('proposals');
  expect(await openAlert('stop_asked')).toBeNull();
});

test('what somebody away has goes to whoever stands in', async () => {
  await bench.store.createUser({
    userId: 'usr_in',
    name: 'In',
    email: 'in@acme.test',
    roles: ['reviewer'],
    createdAtMs: 1,
  });
  const draftId = await bench.draft({ status: 'in_review', revision: 1 });
  const held = { draftId, personId: 'usr_out', assignedBy: 'x', atMs: bench.clock(), leaseUntilMs: null };
  await bench.store.assign(held, { onlyIfFree: false });
  const untilMs = bench.clock() + 10 * MINUTE_MS;
  const absence = { personId: 'usr_out', fromMs: bench.clock() + MINUTE_MS, untilMs, standInId: 'usr_in' };
  await bench.store.putAbsence({ ...absence, saidBy: 'usr_out', atMs: bench.clock() });
  expect(await bench.watchdog('away')).toMatchObject({ away: { repaired: 0 } });
  bench.advance(MINUTE_MS);
  expect(await bench.watchdog('away')).toMatchObject({ away: { repaired: 1 } });
  const holder = (await bench.store.assignmentsOf([draftId], bench.clock())).get(draftId);
  expect(holder).toMatchObject({ personId: 'usr_in', cause: { kind: 'stand_in', person: 'usr_out' } });
  expect(await bench.watchdog('away')).toMatchObject({ away: { repaired: 0 } });
});

test('drafts that rest where none should are told about by state', async () => {
  const status = 'needs_attention' as const;
  const draftId = await bench.draft({ status, toldAtMs: bench.clock() - 61 * MINUTE_MS });
  const handle = await bench.live(draftId);
  const sending = await bench.draft({ status: 'sending', toldAtMs: bench.clock() - 20 * MINUTE_MS });
  const sendingHandle = await bench.live(sending);
  expect(await bench.watchdog('stuck')).toMatchObject({ stuck: { looked: 1, found: 1 } });
  expect(await openAlert('stuck:needs_attention')).toMatchObject({ severity: 'critical', draftId });
  expect(await openAlert('stuck:sending')).toBeNull();
  bench.advance(11 * MINUTE_MS);
  await bench.watchdog('stuck');
  expect(await openAlert('stuck:sending')).toMatchObject({ kind: 'send_failing', draftId: sending });
  await tell(bench.store, draftId, { status: 'sent', toldAtMs: bench.clock(), sequence: 2 });
  await tell(bench.store, sending, { status: 'sent', toldAtMs: bench.clock(), sequence: 2 });
  await bench.watchdog('stuck');
  expect([await openAlert('stuck:needs_attention'), await openAlert('stuck:sending')]).toEqual([null, null]);
  await Promise.all([handle.terminate(), sendingHandle.terminate()]);
});

test('a review that is past its end is asked to look at the time, and told about when that did not help', async () => {
  const ending = (minutes: number) => ({ revision: 1, reviewDeadlineMs: bench.clock() - minutes * MINUTE_MS });
  const late = await bench.draft({ ...ending(11), status: 'in_review' });
  const waiting = await bench.draft({ ...ending(12), status: 'changes_requested' });
  const others = [
    await bench.draft({ ...ending(9), status: 'in_review' }),
    await bench.draft({ ...ending(11), status: 'scheduled', reason: 'paused' }),
  ];
  const handles = await Promise.all([late, waiting].map((draftId) => bench.live(draftId)));
  expect(await bench.watchdog('stuck')).toMatchObject({ stuck: { looked: 2, noticed: 2, found: 0 } });
  for (const handle of handles) expect(await handle.query(noticedQuery)).toEqual(['watchdog']);
  expect(await openAlert('stuck:review')).toBeNull();
  bench.advance(MINUTE_MS / 2);
  expect(await bench.watchdog('stuck')).toMatchObject({ stuck: { noticed: 0, found: 2 } });
  expect(await openAlert('stuck:review')).toMatchObject({ kind: 'stuck', facts: { drafts: 2 } });
  for (const draftId of [late, waiting, ...others])
    await tell(bench.store, draftId, { status: 'expired', toldAtMs: bench.clock(), sequence: 2 });
  await bench.watchdog('stuck');
  expect(await openAlert('stuck:review')).toBeNull();
  await Promise.all(handles.map((handle) => handle.terminate()));
});

test('a workflow whose task fails again and again is told about, and never called over', async () => {
  bench.resetClock();
  const draftId = await bench.draft({ status: 'in_review', revision: 1 });
  const handle = await bench.live(draftId);
  await handle.signal(breakSignal);
  const { endings } = bench.deps;
  await expect.poll(async () => (await endings(draftId)).failedTasks, { timeout: 30_000 }).toBeGreaterThan(0);
  // A worker that died fails a task, too.
  await round();
  expect(await openAlert('stuck:failing')).toBeNull();
  bench.deps.endings = async (id) => ({ ...(await endings(id)), ...(id === draftId && { failedTasks: 10 }) });
  expect(await round()).toMatchObject({ engine: { repaired: 0 } });
  expect(await openAlert('stuck:failing')).toMatchObject({ kind: 'stuck', severity: 'critical', draftId });
  bench.deps.endings = endings;
  await handle.terminate();
  await tell(bench.store, draftId, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 2 });
  await round();
  expect(await openAlert('stuck:failing')).toBeNull();
});

test('a row that says otherwise than its running workflow is put right once nothing was told for a while', async () => {
  bench.resetClock();
  const toldAtMs = bench.clock();
  const draftId = await bench.draft({ status: 'in_review', revision: 1, digest: 'd1', toldAtMs });
  const handle = await bench.live(draftId);
  const view = { status: 'scheduled', revision: 2, digest: 'd2', blocked: false, reason: null, messageId: null };
  const times = { dueAtMs: toldAtMs + 60 * MINUTE_MS, holdUntilMs: null, notBeforeMs: null, reviewDeadlineMs: null };
  await handle.signal(viewSignal, { ...view, ...times, schedule: { kind: 'now' }, approvals: [{ by: { id: 'ana' } }] });
  // It may just be telling it.
  expect((await round()).engine.repaired).toBe(0);
  expect(await stateOf(draftId)).toMatchObject({ status: 'in_review' });
  bench.advance(6 * MINUTE_MS);
  expect((await round()).engine.repaired).toBe(1);
  expect(await stateOf(draftId)).toMatchObject({ ...view, ...times, approvedBy: 'ana', toldAtMs });
  expect(await repairs(draftId)).toMatchObject([{ data: { code: 'workflow', status: 'scheduled' }, revision: 2 }]);
  expect(await openAlert('projection_mismatch:behind')).toMatchObject({ severity: 'critical', draftId });
  expect((await round()).engine.repaired).toBe(0);
  expect(await openAlert('projection_mismatch:behind')).toBeNull();
  // What the workflow tells itself goes before, however little later it told it.
  await tell(bench.store, draftId, { status: 'sending', revision: 2, toldAtMs: toldAtMs + 1, sequence: 2 });
  expect(await stateOf(draftId)).toMatchObject({ status: 'sending' });
  await handle.terminate();
  await tell(bench.store, draftId, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 3 });
});

test('a row that is put right tells of the review as its workflow shows it, and of whom it asks nothing', async () => {
  bench.resetClock();
  const toldAtMs = bench.clock();
  const asks = { groups: ['finance'], notBy: ['ana'], byCreator: false };
  const stale = { asks, priority: 5, escalated: true, escalatedTo: 'finance', waitingSinceMs: 1 } as const;
  const told = { status: 'in_review' as const, revision: 1, digest: 'd1', toldAtMs, ...stale };
  const [calm, escalated] = await Promise.all([bench.draft(told), bench.draft(told)]);
  const handles = await Promise.all([calm, escalated].map((draftId) => bench.live(draftId)));
  const view = { status: 'in_review', revision: 2, digest: 'd2', blocked: false, reason: null, messageId: null };
  const rest = { dueAtMs: null, holdUntilMs: null, notBeforeMs: null, reviewDeadlineMs: null, approvals: [] };
  const oversight = { needs: [], priority: 2, times: { escalateTo: 'legal' } };
  const shown = { ...view, ...rest, schedule: { kind: 'now' } };
  await handles[0]?.signal(viewSignal, { ...shown, oversight: null, waitingSinceMs: null });
  await handles[1]?.signal(viewSignal, { ...shown, oversight, waitingSinceMs: toldAtMs, escalated: true });
  bench.advance(6 * MINUTE_MS);
  expect((await round()).engine.repaired).toBe(2);
  const bare = await stateOf(calm);
  expect(bare).toMatchObject({ status: 'in_review', revision: 2 });
  for (const field of Object.keys(stale)) expect(bare).not.toHaveProperty(field);
  const own = { priority: 2, escalated: true, escalatedTo: 'legal', waitingSinceMs: toldAtMs };
  expect(await stateOf(escalated)).toMatchObject(own);
  expect(await stateOf(escalated)).not.toHaveProperty('asks');
  await Promise.all(handles.map((handle) => handle.terminate()));
  for (const draftId of [calm, escalated])
    await tell(bench.store, draftId, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 3 });
});

const OUTCOME: DraftOutcome = {
  status: 'sent',
  reason: null,
  revision: 1,
  digest: null,
  messageId: '<m1@acme.test>',
  threadId: 't1',
};

test('a record that missed the end of its workflow is put right by what proves the end', async () => {
  const told = { status: 'scheduled' as const, revision: 1, reason: 'paused' as const };
  const completed = await bench.draft(told);
  const recorded = await bench.draft(told);
  const running = await bench.draft(told);
  const handles = await Promise.all([completed, recorded, running].map((draftId) => bench.live(draftId)));
  await Promise.all(handles.slice(0, 2).map((handle) => handle.signal(endSignal, OUTCOME)));
  await Promise.all(handles.slice(0, 2).map((handle) => handle.result()));
  // Told, but its row was not moved: as if it had been told by a clock that was behind.
  const end = { status: 'rejected' as const };
  await bench.store.record(recorded, [entry({ origin: 'run-1', sequence: 7, type: 'rejected', data: end })], null);

  const { engine } = await round();
  expect(engine.repaired).toBe(2);
  expect(await stateOf(completed)).toMatchObject({ status: 'sent', messageId: '<m1@acme.test>', reason: null });
  expect(await repairs(completed)).toMatchObject([{ data: { code: 'result', status: 'sent' } }]);
  expect(await stateOf(recorded)).toMatchObject({ status: 'rejected' });
  expect(await repairs(recorded)).toMatchObject([{ data: { code: 'record' } }]);
  expect(await stateOf(running)).toMatchObject({ status: 'scheduled' });
  expect((await round()).engine.repaired).toBe(0);
  await handles[2]?.terminate();
  await tell(bench.store, running, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 2 });
});

test('a workflow ended by force ends as failed, unless something of it may have left', async () => {
  bench.resetClock();
  const told = { status: 'in_review' as const, revision: 1, digest: 'd' };
  const [calm, sending, posted, accepted] = await Promise.all([
    bench.draft(told),
    bench.draft({ ...told, status: 'sending' }),
    bench.draft({ ...told, status: 'scheduled', reason: 'paused' }),
    bench.draft({ ...told, status: 'scheduled', reason: 'paused' }),
  ]);
  const attempted = entry({
    origin: 'send:k.r1',
    sequence: 3,
    type: 'send_attempted',
    data: { key: 'k.r1', attempt: 1 },
  });
  const answered = entry({
    origin: 'send:k.r1',
    sequence: 4,
    type: 'send_answered',
    data: { key: 'k.r1', attempt: 1, messageId: '<m2@acme.test>' },
  });
  await bench.store.record(posted, [attempted], null);
  await bench.store.record(accepted, [attempted, answered], null);
  const handles = await Promise.all([calm, sending, posted, accepted].map((draftId) => bench.live(draftId)));
  await Promise.all(handles.map((handle) => handle.terminate()));

  // An attempt that was under way may still post: too early for a proof.
  expect((await round()).engine.repaired).toBe(0);
  expect(await stateOf(calm)).toMatchObject({ status: 'in_review' });
  bench.advance(4 * MINUTE_MS);
  expect(await round()).toMatchObject({ engine: { repaired: 2 } });
  expect(await stateOf(calm)).toMatchObject({ status: 'failed', reason: 'engine_ended' });
  expect(await stateOf(accepted)).toMatchObject({ status: 'sent', messageId: '<m2@acme.test>' });
  expect([await stateOf(sending), await stateOf(posted)]).toMatchObject([
    { status: 'sending' },
    { status: 'scheduled' },
  ]);
  const open = await openAlert('projection_mismatch:unknown');
  expect(open).toMatchObject({ severity: 'critical', facts: { reason: 'outcome_unknown' } });
  // A late telling of the ended run does not bring the row back.
  await tell(bench.store, calm, { ...told, toldAtMs: bench.clock() - 10 * MINUTE_MS, sequence: 9 });
  expect(await stateOf(calm)).toMatchObject({ status: 'failed' });

  for (const draftId of [sending, posted]) {
    await tell(bench.store, draftId, { status: 'sent', toldAtMs: bench.clock(), sequence: 9 });
  }
  await round();
  expect(await openAlert('projection_mismatch:unknown')).toBeNull();
});

test('drafts that Temporal does not know are told about, never ended: it may be the wrong Temporal', async () => {
  const draftId = await bench.draft({ status: 'in_review' });
  await bench.store.claimDraft(draftId, 'run-of-another-server');
  await round();
  expect(await stateOf(draftId)).toMatchObject({ status: 'in_review' });
  expect(await openAlert('projection_mismatch:gone')).toMatchObject({ facts: { reason: 'workflow_not_found' } });
  await tell(bench.store, draftId, { status: 'cancelled', toldAtMs: bench.clock(), sequence: 2 });
});

test('an escalation that nobody hears is told, until somebody can be', async () => {
  const waits = { status: 'in_review', revision: 1, escalated: true } as const;
  const deaf = await bench.draft({ ...waits, escalatedTo: 'leads' });
  await bench.draft({ ...waits, escalatedTo: 'leads', status: 'scheduled' });
  const person = { name: 'Lea', roles: ['reviewer' as const], createdAtMs: 1 };
  await bench.store.createUser({ ...person, userId: 'usr_lea', email: 'lea@acme.test' });
  await bench.store.putGroup('leads', ['usr_lea'], 1);
  // She wants to be told by mail, which is not set up here.
  await bench.store.putNotifications({ personId: 'usr_lea', email: true, digest: 'none' }, 1);
  expect(await bench.watchdog('unheard')).toMatchObject({ unheard: { looked: 1, found: 1 } });
  expect(await openAlert('unheard:leads')).toMatchObject({
    ...{ kind: 'escalation_unheard', severity: 'critical', draftId: deaf, facts: { group: 'leads', drafts: 1 } },
  });

  bench.deps.reviewChannels = { email: { tell: async () => ({ skipped: [] }) } };
  expect(await bench.watchdog('unheard')).toMatchObject({ unheard: { looked: 1, found: 0 } });
  expect(await openAlert('unheard:leads')).toBeNull();
  bench.deps.reviewChannels = undefined;
  await bench.watchdog('unheard');
  expect(await openAlert('unheard:leads')).not.toBeNull();
  await tell(bench.store, deaf, { status: 'rejected', toldAtMs: bench.clock(), sequence: 2 });
  expect(await bench.watchdog('unheard')).toMatchObject({ unheard: { looked: 0, found: 0 } });
  expect(await openAlert('unheard:leads')).toBeNull();
});

test('one check that fails keeps no other from its work', async () => {
  const { getMark } = bench.store;
  bench.deps.store.getMark = () => Promise.reject(new Error('down'));
  const summary = await bench.watchdog('engine', 'stuck');
  bench.deps.store.getMark = getMark;
  expect(summary).toMatchObject({ engine: { failed: expect.any(String) }, stuck: { found: 0 } });
});

/** One whole round over the open drafts. */
async function round() {
  await bench.store.putMark('engine', {});
  const summary = await bench.watchdog('engine');
  const engine = { looked: 0, repaired: 0, found: 0, ...summary.engine };
  return { engine };
}

test('all that a pause held are told in one run, as far as its time goes', async () => {
  for (let i = 0; i < 410; i += 1) await bench.draft({ status: 'scheduled', reason: 'paused', dueAtMs: null });
  const held = await bench.store.heldWithoutPause(1_000);
  expect(held.length).toBeGreaterThanOrEqual(410);
  expect(await bench.watchdog('held')).toMatchObject({ held: { looked: held.length } });
});
