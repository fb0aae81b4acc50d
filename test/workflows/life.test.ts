import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AGENT, ANA, createRig, MAIL, type Rig, refusalOf } from '../support/rig.ts';
import { createTimeSkippingEnv } from '../support/temporal.ts';

let env: TestWorkflowEnvironment;
let rig: Rig;
beforeAll(async () => {
  env = await createTimeSkippingEnv();
  rig = await createRig(env);
});
afterAll(async () => {
  await rig?.close();
  await env?.teardown();
});

describe('ready-made content', () => {
  it('is sent once after an approval', async () => {
    const handle = await rig.start();
    const waiting = await rig.until(handle, 'in_review');
    expect(waiting.revision).toBe(1);
    await rig.approve(handle);
    const outcome = await handle.result();
    expect(outcome.status).toBe('sent');
    const { messages } = await rig.emulator.control.outbox();
    const mine = messages.filter(({ messageId }) => messageId === outcome.messageId);
    expect(mine).toHaveLength(1);
    expect(mine[0]?.subject).toBe(MAIL.subject);
    const events = await rig.store.listEvents(handle.workflowId);
    expect(events.map(({ type }) => type)).toEqual([
      'created',
      'revision_written',
      'approved',
      'send_started',
      'send_attempted',
      'send_answered',
      'sent',
    ]);
  });

  it('refuses its creator and every agent as approver', async () => {
    const handle = await rig.start({ creator: ANA });
    await rig.until(handle, 'in_review');
    expect(await refusalOf(rig.approve(handle, ANA))).toBe('refused.self_approval');
    expect(await refusalOf(rig.approve(handle, AGENT))).toBe('refused.agent_approval');
    await rig.command(handle, 'cancel', {});
    expect((await handle.result()).status).toBe('cancelled');
  });
});
