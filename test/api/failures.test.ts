import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeFailure } from '../../src/api/failures.ts';
import { INBOX } from '../support/rig.ts';
import { startDevServer } from '../support/temporal.ts';
import { createWhole, type Whole } from './support.ts';

describe('a composition that failed', () => {
  let env: TestWorkflowEnvironment;
  let whole: Whole;
  beforeAll(async () => {
    env = await startDevServer();
    whole = await createWhole(env);
  });
  afterAll(async () => {
    await whole?.rig.close();
    await env?.teardown();
  });

  it('says that the inbox is unknown, in the draft and in its history', async () => {
    const content = { to: ['beck@example.com'], subject: 'Your refund', text: 'Hello' };
    const { id } = await whole.agent.drafts.create({ inbox: 'nobody@acme.test', content });
    expect((await whole.agent.drafts.waitForOutcome(id)).status).toBe('failed');
    const { reason } = await whole.ana.drafts.get(id);
    expect(reason).toMatchObject({ code: 'compose_failed', message: expect.stringContaining('no such inbox') });
    const history = await whole.ana.drafts.history(id);
    expect(history.map(({ summary }) => summary)).toContainEqual(expect.stringContaining('no such inbox'));
  });

  it('says which source failed and why', async () => {
    const raw = 'From: beck@example.com\r\nTo: support@acme.test\r\nSubject: Late\r\n\r\nWhere is my order?';
    const { messageId } = await whole.rig.emulator.control.receive(INBOX, raw);
    const input = {
      ...{ messageId, resolution: 'It is on its way.', sender: { name: 'Ada', company: 'Acme' } },
      customer: { url: 'https://crm.example.com/customers/7' },
    };
    const { id } = await whole.agent.drafts.create({ inbox: INBOX, recipe: { name: 'reply-to-thread', input } });
    expect((await whole.agent.drafts.waitForOutcome(id)).status).toBe('failed');
    const { reason } = await whole.ana.drafts.get(id);
    expect(reason?.code).toBe('source_failed');
    expect(reason?.message).toMatch(
      /^A source of the recipe failed \((thread|customer)\): .+\(compose\.source_\w+\)\.$/,
    );
  });
});

it('names a step only where it is a source, and a code without words as it is', () => {
  const reason = 'compose_failed';
  expect(composeFailure({ reason, step: 'write', code: 'agentmail.validation' })).toBe(
    'The email could not be composed: AgentMail refused the content (agentmail.validation).',
  );
  expect(composeFailure({ reason: 'source_failed', step: 'crm', code: 'constructor' })).toBe(
    'A source of the recipe failed (crm): constructor.',
  );
  expect(composeFailure({ reason: 'adopt_failed', step: 'initial', code: 'adopt_failed' })).toBe(
    'The AgentMail draft could not be adopted.',
  );
});
