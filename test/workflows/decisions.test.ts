import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jsonDigest } from '../../src/domain/digest.ts';
import {
  approveSignal,
  type CommandInputs,
  type CommandName,
  type CommandResult,
} from '../../src/workflows/messages.ts';
import { AGENT, ANA, type DraftHandle, INBOX, refusalOf } from '../support/rig.ts';
import { BEA, inReview, reject, rewrite, rigFor } from '../support/rig-for.ts';

const rig = rigFor();

const approval = async (handle: DraftHandle) => {
  const { revision, digest } = await rig().view(handle);
  return { decision: 'approve' as const, revision, digest: digest ?? '' };
};
const bare = (handle: DraftHandle, name: CommandName, facts: object) =>
  handle.executeUpdate<CommandResult, [object]>(name, { args: [facts] });

/** Facts of every Update that this draft in review would take at once. */
async function everyCommand(handle: DraftHandle) {
  const { revision, digest } = await rig().view(handle);
  const contentRef = await rig().store.putDocument(handle.workflowId, { subject: 'other' });
  const decide = { revision, digest: digest ?? '' };
  const facts: [CommandName, object][] = [
    ['decide', { decision: 'approve', ...decide }],
    ['decide', { decision: 'reject', ...decide }],
    ['decide', { decision: 'request_changes', ...decide }],
    ['edit', { baseRevision: revision, contentRef }],
    ['revise', { baseRevision: revision, contentRef }],
    ['reschedule', { schedule: { kind: 'held' } }],
    ['withdraw', {}],
    ['cancel', {}],
  ];
  return facts;
}

describe('an Update', () => {
  it('without a recorded command moves nothing, whatever it says', async () => {
    const handle = await inReview(rig());
    for (const [name, facts] of await everyCommand(handle)) {
      const said = { ...facts, commandId: randomUUID(), actor: ANA, approvedBy: ANA.id, by: ANA.id };
      expect(await refusalOf(bare(handle, name, said)), name).toBe('refused.unauthorized');
    }
    for (const commandId of [undefined, 7, 'constructor', '__proto__', 'toString']) {
      const facts = { ...(await approval(handle)), commandId };
      expect(await refusalOf(bare(handle, 'decide', facts)), String(commandId)).toBe('refused.unauthorized');
    }
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 1, approval: null });
  });

  it('cannot use the command of other facts, of another kind, or of another draft', async () => {
    const handle = await inReview(rig());
    const other = await inReview(rig());
    const facts = await approval(handle);
    const record = (draftId: string, name: CommandName, recorded: object) => {
      const command = { commandId: randomUUID(), draftId, name, actor: ANA, commentRef: null, createdAtMs: Date.now() };
      return rig().store.putCommand({ ...command, factsDigest: jsonDigest(recorded) });
    };
    const commands = [
      await record(handle.workflowId, 'decide', { ...facts, decision: 'reject' }),
      await record(handle.workflowId, 'revoke', facts),
      await record(other.workflowId, 'decide', facts),
    ];
    for (const { commandId } of commands) {
      expect(await refusalOf(bare(handle, 'decide', { ...facts, commandId }))).toBe('refused.unauthorized');
    }
    expect((await rig().view(handle)).status).toBe('in_review');
  });

  it("recorded for an agent's key approves nothing", async () => {
    const creator = { ...AGENT, id: 'key_other_agent' };
    const both = { ...AGENT, id: 'key_both', kind: 'person' as const, roles: ['agent' as const, 'reviewer' as const] };
    for (const by of [AGENT, both]) {
      const handle = await inReview(rig(), { creator });
      for (const [name, facts] of await everyCommand(handle)) {
        const given = facts as Omit<CommandInputs[typeof name], 'commandId'>;
        const code = await refusalOf(rig().command(handle, name, given, by));
        expect(code, name).toMatch(/^refused\.(forbidden|agent_approval)$/);
      }
      expect(await rig().view(handle)).toMatchObject({ status: 'in_review', revision: 1, approval: null });
    }
  });

  it('of the creator never approves, also when the creator is a reviewer', async () => {
    const handle = await inReview(rig(), { creator: ANA });
    expect(await refusalOf(rig().approve(handle, ANA))).toBe('refused.self_approval');
    await rig().approve(handle, BEA);
    expect((await handle.result()).status).toBe('sent');
  });

  it('names the current revision and digest, or is refused with what is wrong', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    const facts = await approval(handle);
    const decide = (change: object) => rig().command(handle, 'decide', { ...facts, ...change });
    expect(await refusalOf(decide({ digest: '0'.repeat(64) }))).toBe('refused.digest_mismatch');
    expect(await refusalOf(decide({ revision: 2 }))).toBe('refused.stale_revision');
    expect(await refusalOf(rig().command(handle, 'revoke', { revision: 1 }))).toBe('refused.not_approved');
    expect(await refusalOf(rig().command(handle, 'resolve', { action: 'give_up' }))).toBe('refused.nothing_to_resolve');
    await rewrite(rig(), handle, { subject: 'Second thoughts' });
    expect(await refusalOf(decide({}))).toBe('refused.stale_revision');
    await rig().approve(handle);
    expect(await refusalOf(rig().approve(handle, BEA))).toBe('refused.already_decided');
    expect(await refusalOf(reject(rig(), handle))).toBe('refused.already_decided');
  });

  it('given again under its command id answers what it answered first', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    const facts = await approval(handle);
    const commandId = randomUUID();
    const give = (updateId: string) =>
      handle.executeUpdate<CommandResult, [object]>('decide', { args: [{ ...facts, commandId }], updateId });
    await rig().store.putCommand({
      commandId,
      draftId: handle.workflowId,
      name: 'decide',
      actor: ANA,
      factsDigest: jsonDigest(facts),
      commentRef: null,
      createdAtMs: Date.now(),
    });
    const answers = await Promise.all(['a', 'b', 'c'].map(give));
    expect(answers[0]).toMatchObject({ commandId, status: 'scheduled', revision: 1 });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await rewrite(rig(), handle, { subject: 'Changed since' });
    expect(await give('d')).toEqual(answers[0]);
    expect((await rig().view(handle)).status).toBe('in_review');
    expect((await rig().trail(handle)).filter((type) => type === 'approved')).toHaveLength(1);
  });

  it('is told with its actor, command and revision', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    const { commandId } = await rig().approve(handle, BEA);
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } }, BEA);
    await handle.result();
    const events = await rig().store.listEvents(handle.workflowId);
    const approved = events.find(({ type }) => type === 'approved');
    expect(approved).toMatchObject({ actorId: BEA.id, commandId, revision: 1 });
    const rescheduled = events.find(({ type }) => type === 'rescheduled');
    expect(rescheduled).toMatchObject({ actorId: BEA.id, data: { schedule: { kind: 'now' } } });
    expect(new Set(events.map(({ origin, sequence }) => `${origin} ${sequence}`)).size).toBe(events.length);
  });
});

describe('an approve signal', () => {
  const signal = async (handle: DraftHandle, change: object = {}) =>
    handle.signal(approveSignal, { ...(await approval(handle)), approver: 'cron', ...change });

  it('is ignored, and told, where the inbox does not accept it', async () => {
    await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: false });
    const handle = await inReview(rig());
    await signal(handle);
    await expect.poll(() => rig().trail(handle)).toContain('signal_ignored');
    expect((await rig().view(handle)).status).toBe('in_review');
  });

  it('approves where it is accepted, recorded as unverified, and only this revision', async () => {
    await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: true });
    const handle = await inReview(rig());
    await signal(handle, { digest: 'wrong' });
    await signal(handle, { revision: 9 });
    await expect
      .poll(async () => (await rig().trail(handle)).filter((type) => type === 'signal_ignored'))
      .toHaveLength(2);
    await signal(handle);
    expect((await handle.result()).status).toBe('sent');
    const approved = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'approved');
    expect(approved).toMatchObject({ actorId: 'unverified:cron', data: { verified: false } });
  });

  it('counts no longer when the inbox stopped accepting it before the send', async () => {
    await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: true });
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    await signal(handle);
    await rig().until(handle, 'scheduled');
    await rig().store.putInbox(INBOX, { acceptUnverifiedSignals: false });
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    await rig().until(handle, 'in_review');
    expect(await rig().view(handle)).toMatchObject({ reason: 'approval_missing', approval: null });
    expect(await rig().sent(handle)).toHaveLength(0);
  });
});
