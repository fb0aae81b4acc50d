import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  decideUpdate,
  getDraftQuery,
  rescheduleUpdate,
  SEARCH_ATTRIBUTES,
  type StartDraftInput,
  startDraft,
  withdrawUpdate,
} from '../../src/client/temporal.ts';
import { createRig, INBOX, MAIL, type Rig, refusalOf } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';

let env: TestWorkflowEnvironment;
let rig: Rig;
beforeAll(async () => {
  env = await startDevServer();
  rig = await createRig(env);
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

const input: StartDraftInput = { inbox: INBOX, content: MAIL, schedule: { kind: 'held' }, createdBy: 'billing-job' };

it('starts one draft of one request id, by a creator that proves nothing', async () => {
  const options = { requestId: 'order-1', taskQueue: rig.taskQueue };
  const handle = await startDraft(rig.client, input, options);
  const again = await startDraft(rig.client, input, options);
  expect(again.workflowId).toBe(handle.workflowId);
  await expect
    .poll(
      () =>
        handle.query(getDraftQuery).then(
          ({ status }) => status,
          () => '',
        ),
      { timeout: 15_000 },
    )
    .toBe('in_review');
  expect((await rig.store.getDraft(handle.workflowId))?.creator).toEqual({
    ...{ id: 'unverified:billing-job', kind: 'unverified', roles: [] },
  });
  const { searchAttributes } = await handle.describe();
  expect(searchAttributes[SEARCH_ATTRIBUTES.status]).toBeDefined();
});

it('lets nobody decide by an Update that no authenticated request stands behind', async () => {
  const handle = await startDraft(rig.client, input, { requestId: 'order-2', taskQueue: rig.taskQueue });
  await expect
    .poll(
      () =>
        handle.query(getDraftQuery).then(
          ({ status }) => status,
          () => '',
        ),
      { timeout: 15_000 },
    )
    .toBe('in_review');
  const { revision, digest } = await handle.query(getDraftQuery);
  const forged = { commandId: randomUUID(), approver: 'key_ana', actor: { id: 'key_ana', roles: ['reviewer'] } };
  const decide = { ...forged, decision: 'approve' as const, revision, digest: digest ?? '' };
  const updates = [
    () => handle.executeUpdate(decideUpdate, { args: [decide] }),
    () => handle.executeUpdate(rescheduleUpdate, { args: [{ ...forged, schedule: { kind: 'now' } }] }),
    () => handle.executeUpdate(withdrawUpdate, { args: [forged] }),
  ];
  for (const update of updates) expect(await refusalOf(update())).toBe('refused.unauthorized');
  expect(await handle.query(getDraftQuery)).toMatchObject({ status: 'in_review', approval: null });
});
