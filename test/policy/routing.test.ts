import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import { type PolicyInput, policySchema } from '../../src/domain/policy/schema.ts';
import { relieve } from '../../src/policy/index.ts';
import { rewrite } from '../support/acts.ts';
import { AGENT, ANA, createRig, type DraftHandle, INBOX, type Rig, type StartOptions } from '../support/rig.ts';
import { createTimeSkippingEnv } from '../support/temporal.ts';

const TEAM = ['usr_ada', 'usr_bea', 'usr_cleo'];
let env: TestWorkflowEnvironment;
let rig: Rig;
/** Each telling of the record happens twice, as when its answer is lost. */
beforeAll(async () => {
  env = await createTimeSkippingEnv();
  rig = await createRig(env, {
    wrapActivities: (activities) => ({
      ...activities,
      async record(input) {
        await activities.record(input);
        await activities.record(input);
      },
    }),
  });
  for (const userId of TEAM) {
    await rig.store.createUser({
      userId,
      name: userId,
      email: `${userId}@acme.test`,
      roles: ['reviewer'],
      createdAtMs: 1,
    });
  }
  await rig.store.putGroup('finance', TEAM, 1);
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

async function rules(...outcomes: PolicyInput['rules'][number]['outcome'][]) {
  const policy = policySchema.parse({ rules: outcomes.map((outcome, n) => ({ id: `rule-${n}`, outcome })) });
  const version = { policy, digest: jsonDigest([policy, Math.random()]), comment: null, by: 'ben', atMs: 0 };
  await rig.store.addPolicy({ ...version, source: 'api' });
}
/** Its revision of this number is told of, with whom it went to. */
async function written(handle: DraftHandle, revision: number): Promise<DraftHandle> {
  const there = async () =>
    (await rig.store.listEvents(handle.workflowId)).some(
      (event) => event.type === 'revision_written' && event.revision === revision,
    );
  for (let look = 0; !(await there()); look += 1) {
    if (look > 1_000) throw new Error(`revision ${revision} was never told of`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return handle;
}
const waits = async (options: StartOptions = {}) => written(await rig.start(options), 1);

const holder = async (draftId: string) => {
  const nowMs = await env.currentTimeMs();
  return (await rig.store.assignmentsOf([draftId], nowMs)).get(draftId);
};
const told = async (draftId: string) =>
  (await rig.store.listEvents(draftId)).flatMap(({ type, actorId, data }) =>
    type === 'assigned' || type === 'routed' || type === 'released' ? [{ type, actorId, ...data }] : [],
  );

it('gives drafts in turn where a rule says so, and tells it once', async () => {
  await rules({ kind: 'review', route: { inTurn: 'finance' } });
  const people = [];
  for (let n = 0; n < 4; n += 1) {
    const { workflowId } = await waits();
    const person = (await holder(workflowId))?.personId ?? '';
    people.push(person);
    expect(await told(workflowId)).toEqual([
      { type: 'assigned', actorId: 'system', code: 'turn', group: 'finance', person },
    ]);
    // Whoever reads of the revision finds it assigned: that comes after it in the log.
    const trail = await rig.trail(await rig.client.workflow.getHandle(workflowId));
    expect(trail.indexOf('assigned')).toBeGreaterThan(trail.indexOf('revision_written'));
  }
  expect(people).toEqual([...TEAM, TEAM[0]]);
});

it('passes over whoever owns the agent, and whoever wrote the revision', async () => {
  await rules({ kind: 'review', route: { inTurn: 'finance' } });
  const [, bea = '', cleo = ''] = TEAM;
  const owned = await waits({ creator: { ...AGENT, ownerId: bea } });
  expect((await holder(owned.workflowId))?.personId).toBe(cleo);
  const handle = await waits();
  expect((await holder(handle.workflowId))?.personId).toBe(bea);
  await rewrite(rig, handle, { subject: 'Once more' }, { by: { ...ANA, id: bea } });
  await written(handle, 2);
  const second = (await holder(handle.workflowId))?.personId;
  expect(second).not.toBe(bea);
  expect(TEAM).toContain(second);
  // Its next revision stays with whoever reads it.
  await rewrite(rig, handle, { subject: 'And again' }, { name: 'revise' });
  await written(handle, 3);
  expect((await holder(handle.workflowId))?.personId).toBe(second);
  expect(await told(handle.workflowId)).toHaveLength(2);
});

it('says why nobody has it, and leaves it to everybody', async () => {
  await rig.store.putGroup('nobody', [], 1);
  await rules({ kind: 'review', route: { inTurn: 'nobody' } });
  const handle = await waits();
  expect(await holder(handle.workflowId)).toBeUndefined();
  expect(await told(handle.workflowId)).toEqual([
    { type: 'routed', actorId: 'system', code: 'nobody_there', group: 'nobody' },
  ]);
  await rig.approve(handle);
  await rig.until(handle, 'sent');
});

it("follows the inbox where no rule says, a rule's own before", async () => {
  await rig.store.putInbox(INBOX, { assignTo: { person: TEAM[1] ?? '' } });
  await rules({ kind: 'review' });
  const first = await waits();
  expect(await holder(first.workflowId)).toMatchObject({ personId: TEAM[1], cause: { kind: 'route' } });
  await rules({ kind: 'review', route: { group: 'finance' } });
  const second = await waits();
  expect(await holder(second.workflowId)).toBeUndefined();
  expect(await told(second.workflowId)).toMatchObject([{ type: 'routed', code: 'group', group: 'finance' }]);
  const nowMs = await env.currentTimeMs();
  const absence = {
    fromMs: nowMs - 1,
    untilMs: nowMs + 86_400_000,
    standInId: TEAM[2] ?? '',
    saidBy: 'x',
    atMs: nowMs,
  };
  await rig.store.putAbsence({ personId: TEAM[1] ?? '', ...absence });
  await rules({ kind: 'review' });
  const third = await waits();
  expect(await holder(third.workflowId)).toMatchObject({
    ...{ personId: TEAM[2], cause: { kind: 'stand_in', person: TEAM[1] } },
  });
  // What she had before goes to whoever is there, by the watchdog, however often it looks.
  await Promise.all([relieve(rig, nowMs, 200), relieve(rig, nowMs, 200)]);
  expect(await relieve(rig, nowMs, 200)).toBe(0);
  expect(await holder(first.workflowId)).toMatchObject({ personId: TEAM[2] });
  expect((await told(first.workflowId)).map(({ code }) => code)).toEqual(['named', 'stand_in']);
  await rig.store.removeAbsence(TEAM[1] ?? '');
  await rig.store.putInbox(INBOX, { assignTo: null });
});

it('asks nobody of what goes by itself, until it comes back to people', async () => {
  await rig.store.putInbox(INBOX, { mode: 'by_rule' });
  await rules({ kind: 'auto', route: { inTurn: 'finance' } });
  const at = new Date((await env.currentTimeMs()) + 3_600_000).toISOString();
  const handle = await waits({ schedule: { kind: 'at', at } });
  expect(await told(handle.workflowId)).toEqual([]);
  await rewrite(rig, handle, { subject: 'Better' });
  await written(handle, 2);
  expect(await told(handle.workflowId)).toMatchObject([{ type: 'assigned', code: 'turn' }]);
  await rig.store.putInbox(INBOX, { mode: 'review_all' });
});

it('keeps timers with a word each, asks the backup group, and ends without a send', async () => {
  const hour = 3_600_000;
  const times = { remindAfterMs: hour, escalateAfterMs: 2 * hour, escalateTo: 'leads' };
  await rules({ kind: 'review', route: { inTurn: 'finance' }, times });
  const handle = await waits({ reviewTimeoutMs: 3 * hour });
  await env.sleep(4 * hour);
  await rig.until(handle, 'expired');
  const events = await rig.store.listEvents(handle.workflowId);
  const passed = events.filter(({ type }) => ['reminded', 'escalated', 'expired'].includes(type));
  expect(passed.map(({ type, data }) => [type, data.group])).toEqual([
    ['reminded', undefined],
    ['escalated', 'leads'],
    ['expired', undefined],
  ]);
  expect(await rig.sent(handle)).toEqual([]);
  const { events: history } = await handle.fetchHistory();
  const summaries = (history ?? []).flatMap(({ timerStartedEventAttributes, userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return timerStartedEventAttributes ? [data ? JSON.parse(Buffer.from(data).toString()) : null] : [];
  });
  expect(summaries).toEqual(['reminder to the reviewers', 'others are asked as well', 'review time-out']);
});
