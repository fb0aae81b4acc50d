import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll } from 'vitest';
import { createRig, type Rig, type RigOptions } from './rig.ts';
import { createTimeSkippingEnv } from './temporal.ts';

export * from './acts.ts';

/** A rig for a test file, on a time-skipping server of its own. */
export function rigFor(options: RigOptions = {}, createEnv = createTimeSkippingEnv): () => Rig {
  let env: TestWorkflowEnvironment;
  let rig: Rig;
  beforeAll(async () => {
    env = await createEnv();
    rig = await createRig(env, options);
  });
  afterAll(async () => {
    await rig?.close();
    await env?.teardown();
  });
  return () => rig;
}
