import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../../src/api/index.ts';
import type { Countersign } from '../../src/client/index.ts';
import { recipes } from '../../src/compose/index.ts';
import { clientOf, depsOf } from '../api/support.ts';
import { SUGGEST_CONTINUE_AT, startEagerDevServer } from '../support/dev-env.ts';
import { eventually } from '../support/machine.ts';
import { createRig, INBOX, type Rig } from '../support/rig.ts';
import { temporalCliPath } from '../support/temporal.ts';
import { note, noteCsv, noteRecipe } from './support.ts';

const ROWS = 150;
let env: TestWorkflowEnvironment;
let rig: Rig;
let agent: Countersign;
beforeAll(async () => {
  env = await startEagerDevServer(temporalCliPath());
  rig = await createRig(env, { recipes: [noteRecipe] });
  agent = clientOf(createApi({ ...depsOf(rig, env), recipes: new Map([...recipes, [note.name, note]]) }), 'agent');
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

it('a batch whose history grew long goes on as new: no row lost, none twice', async () => {
  const { id } = await agent.batches.create({ name: 'Long', inbox: INBOX, recipe: 'note' });
  await agent.batches.upload(id, noteCsv(ROWS, 75));
  await agent.batches.start(id);
  const runId = async () => (await rig.client.workflow.getHandle(id).describe()).runId;
  const first = await runId();
  // Each word to a paused batch makes its history longer, and starts nothing.
  for (let round = 0; round < SUGGEST_CONTINUE_AT / 4; round += 1) await agent.batches.pause(id);
  const paused = await agent.batches.get(id);
  expect(paused).toMatchObject({ status: 'paused' });
  expect(paused.rows.waiting).toBeGreaterThan(50);
  await agent.batches.resume(id);
  await eventually('a run of its own', async () => (await runId()) !== first);
  const done = await eventually('finished', async () => {
    const batch = await agent.batches.get(id);
    return batch.status === 'finished' && batch;
  });
  expect(done.rows).toEqual({ total: ROWS, waiting: 0, bad: 2, started: ROWS - 2 });
  const all = await eventually('all composed', async () => {
    const { drafts } = await agent.batches.get(id);
    return drafts.in_review === ROWS - 2 && drafts;
  });
  expect(all).toEqual({ in_review: ROWS - 2 });
});
