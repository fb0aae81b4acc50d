import { describe, expect, it } from 'vitest';
import { createAgentMail } from '../../src/agentmail/index.ts';
import { createApi } from '../../src/api/index.ts';
import { readEnvironment } from '../../src/cli/environment.ts';
import { run } from '../../src/cli/run.ts';
import { recipes } from '../../src/compose/index.ts';
import { type App, clientOf, KEYS, secret } from '../api/support.ts';
import type { DraftHandle } from '../support/rig.ts';
import { refusalOf } from '../support/rig.ts';
import { inReview, rewrite, rigFor, route } from '../support/rig-for.ts';

const rig = rigFor();
const HOURS_21_MS = 21 * 3_600_000;

/** Two days without a label, so that time alone decides. */
async function unknown(first: 'accepted' | 'never accepted'): Promise<DraftHandle> {
  const { control } = rig().emulator;
  await control.clearFaults();
  await control.setSwitches({ labelLagMs: 48 * 3_600_000 });
  const handle = await inReview(rig());
  const draftId = await rig().providerDraftId(handle);
  const send = route.send(draftId);
  if (first === 'accepted') {
    await control.addFault({ kind: 'lose_response', route: send });
    await control.addFault({ kind: 'reset_before', route: send, skip: 1, times: 10_000 });
  } else {
    await control.addFault({ kind: 'delete_draft', route: send, when: 'before' });
    await control.addFault({ kind: 'reset_before', route: send, times: 10_000 });
  }
  await rig().approve(handle);
  await expect.poll(() => rig().trail(handle), { timeout: 20_000 }).toContain('send_answered');
  rig().clock.advance(HOURS_21_MS);
  const view = await rig().skipUntil(handle, ['needs_attention'], 60_000);
  expect(view).toMatchObject({ reason: 'outcome_unknown', revision: 1 });
  await control.clearFaults();
  return handle;
}

const resolve = (handle: DraftHandle, facts: object) =>
  rig().command(handle, 'resolve', { action: 'give_up', ...facts });

describe('a send whose outcome is unknown', () => {
  it('locks the draft, also against a cancel, until a person marks it sent with proof', async () => {
    const handle = await unknown('accepted');
    expect(await refusalOf(rewrite(rig(), handle, { subject: 'No' }))).toBe('refused.locked_sending');
    expect(await refusalOf(rig().command(handle, 'cancel', {}))).toBe('refused.locked_sending');
    await handle.cancel();
    const [message] = await rig().sent(handle);
    const wrong = { action: 'mark_sent', messageId: '<none@emulator.countersign.local>' };
    expect(await refusalOf(resolve(handle, wrong))).toBe('refused.message_not_found');
    expect(await refusalOf(resolve(handle, { action: 'mark_sent' }))).toBe('refused.message_not_found');
    expect((await rig().view(handle)).status).toBe('needs_attention');
    await resolve(handle, { action: 'mark_sent', messageId: message?.messageId });
    expect(await handle.result()).toMatchObject({ status: 'sent', messageId: message?.messageId });
    expect(await rig().sent(handle)).toHaveLength(1);
    const resolved = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'resolved');
    expect(resolved?.data).toMatchObject({ code: 'mark_sent', messageId: message?.messageId, verified: true });
  });

  it('is not proven by the message of another draft', async () => {
    const other = await inReview(rig(), { content: { to: ['zoe@example.com'], subject: 'Other', text: 'Other.' } });
    await rig().approve(other);
    const { messageId } = await other.result();
    const handle = await unknown('never accepted');
    expect(await refusalOf(resolve(handle, { action: 'mark_sent', messageId }))).toBe('refused.message_not_found');
    await resolve(handle, {});
    expect(await handle.result()).toMatchObject({ status: 'failed', reason: 'gave_up' });
    expect(await rig().trail(handle)).not.toContain('draft_deleted');
    expect(await rig().sent(handle)).toHaveLength(0);
  });

  it('is tried again under an expired key only by who accepts that it may arrive twice', async () => {
    const handle = await unknown('never accepted');
    expect(await refusalOf(resolve(handle, { action: 'retry' }))).toBe('refused.duplicate_risk');
    await resolve(handle, { action: 'retry', acceptDuplicateRisk: true });
    const back = await rig().until(handle, 'in_review');
    expect(back).toMatchObject({ reason: 'resolved_retry', revision: 2, approval: null });
    expect(await rig().sent(handle)).toHaveLength(0);
    await rig().approve(handle);
    expect((await handle.result()).status).toBe('sent');
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('is not sent again, risk accepted or not, once the first message has shown itself', async () => {
    const handle = await unknown('accepted');
    await resolve(handle, { action: 'retry', acceptDuplicateRisk: true });
    await rig().until(handle, 'in_review');
    await rig().emulator.control.setSwitches({ labelLagMs: 0 });
    await rig().approve(handle);
    expect(await handle.result()).toMatchObject({ status: 'sent', revision: 2 });
    expect(await rig().sent(handle)).toHaveLength(1);
  });

  it('is tried again under a living key without any risk', async () => {
    const handle = await unknown('accepted');
    rig().clock.advance(-HOURS_21_MS);
    await resolve(handle, { action: 'retry' });
    expect(await handle.result()).toMatchObject({ status: 'sent', revision: 1 });
    expect(await rig().sent(handle)).toHaveLength(1);
  });
});

describe('what whoever settles it is shown', () => {
  const appOf = (): App =>
    createApi({
      ...{ store: rig().store, temporal: rig().client, recipes, keys: KEYS, taskQueue: rig().taskQueue },
      mail: createAgentMail({ apiKey: 'test-key', baseUrl: rig().emulator.url }),
      namespace: 'default',
    });

  it('what was asked, what was answered, what the mailbox showed then and shows now', async () => {
    const handle = await unknown('accepted');
    const app = appOf();
    const ana = clientOf(app, 'ana');
    const [message] = await rig().sent(handle);
    const messageId = message?.messageId ?? '';
    const evidence = await ana.drafts.sendEvidence(handle.workflowId);
    expect(evidence.requests[0]).toMatchObject({
      ...{ attempt: 1, revision: 1, idempotencyKey: message?.idempotencyKey },
      answer: { kind: 'none', code: 'agentmail.network', messageId: null },
    });
    expect(evidence.whenGivenUp).toMatchObject({ label: 'absent', draft: 'gone' });
    expect(evidence.whenGivenUp?.priorAttempts).toBeGreaterThan(0);
    expect(evidence.mailbox).toMatchObject({ label: 'absent', draft: 'gone', messageId: null });
    expect(evidence.mailbox.alike).toContainEqual(expect.objectContaining({ messageId, otherDraft: false }));

    const { control } = rig().emulator;
    await control.setSwitches({ labelLagMs: 0 });
    expect((await ana.drafts.sendEvidence(handle.workflowId)).mailbox).toMatchObject({ label: 'found', messageId });
    await control.addFault({ kind: 'reset_before', route: '* /v0/**', times: 1_000 });
    const unreadable = { label: 'unreadable', draft: 'unreadable', messageId: null, alike: null };
    expect((await ana.drafts.sendEvidence(handle.workflowId)).mailbox).toMatchObject(unreadable);
    await control.clearFaults();
    await expect(clientOf(app, 'agent').drafts.sendEvidence(handle.workflowId)).rejects.toMatchObject({ status: 403 });

    const history = await ana.drafts.history(handle.workflowId);
    const given = history.find(({ type }) => type === 'outcome_unknown');
    expect(given?.summary).toContain('message absent, draft gone');
    const shown = await cli(app, 'show', handle.workflowId);
    expect(shown).toContain('attempt 1, revision 1: no answer that proves anything (agentmail.network)');
    expect(shown).toContain(`a message carries its label: ${messageId}`);
    await resolve(handle, { action: 'mark_sent', messageId });
  });

  async function cli(app: App, ...args: string[]): Promise<string> {
    let out = '';
    const io = {
      env: readEnvironment({ COUNTERSIGN_URL: 'http://app.test', COUNTERSIGN_API_KEY: secret('ana') }),
      write: (text: string) => {
        out += text;
      },
      writeError: () => {},
      ...{ columns: 200, color: false, interactive: false, stdinIsTerminal: false },
      readStdin: async () => '',
      prompt: async () => 'n',
      openEditor: async () => {},
      signal: new AbortController().signal,
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => app.fetch(new Request(input, init)),
    };
    expect(await run(args, io, '1.2.3')).toBe(0);
    return out;
  }
});
