import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../../src/api/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { clientOf, depsOf } from '../api/support.ts';
import { noteRecipe } from '../batch/support.ts';
import { inReview } from '../support/acts.ts';
import { eventually } from '../support/machine.ts';
import { createRig, type Rig } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';

const DRAFTS = 12;
let env: TestWorkflowEnvironment;
let rig: Rig;
/** How many results are lost on the way into the store, as when the worker dies after the deed and before its record. */
let lose = 0;
let tries = 0;
beforeAll(async () => {
  env = await startDevServer();
  const store = await openStore({ memory: true }, { inboxDefaults: { editorMayApprove: true } });
  const failing: Store = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (name !== 'settleItem' || typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        tries += 1;
        if (lose > 0) {
          lose -= 1;
          throw new Error('the worker died here');
        }
        return member.apply(target, args);
      };
    },
  });
  rig = await createRig(env, { recipes: [noteRecipe], store: failing });
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

it.each(['pause', 'resume', 'recompose', 'reassign'] as const)(
  '%s: what a dead worker did is not done twice',
  async (action) => {
    const app = createApi(depsOf(rig, env));
    const olga = clientOf(app, 'olga');
    const category = `dies-${action}`;
    const recipe = { name: 'note', input: { to: 'ann@example.com', customer: { name: 'Ann' } } };
    const drafts = await Promise.all(Array.from({ length: DRAFTS }, () => inReview(rig, { category, recipe })));
    if (action === 'resume') for (const { workflowId } of drafts) await olga.drafts.pause(workflowId);
    const person = action === 'reassign' ? { person: 'ana' } : {};
    const { id } = await olga.operations.preview({ action, filter: { category }, ...person });
    lose = DRAFTS;
    tries = 0;
    await olga.operations.run(id);
    const done = await eventually('finished', async () => {
      const operation = await olga.operations.get(id);
      return operation.status === 'finished' && operation;
    });
    expect(tries).toBeGreaterThan(DRAFTS);
    expect(done.counts).toMatchObject({ done: DRAFTS, skipped: 0, failed: 0 });
    const type = { pause: 'paused', resume: 'resumed', recompose: 'recompose_asked', reassign: 'assigned' }[action];
    for (const draft of drafts) {
      const trail = await eventually('told', async () => {
        const types = await rig.trail(draft);
        return types.includes(type as (typeof types)[number]) && types;
      });
      expect(trail.filter((one) => one === type)).toHaveLength(1);
      if (action === 'recompose') expect((await rig.until(draft, 'in_review')).revision).toBe(2);
    }
  },
  120_000,
);
