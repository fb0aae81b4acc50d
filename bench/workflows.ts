import {
  ApplicationFailure,
  condition,
  defineUpdate,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { DraftActivities } from '../src/activities/types.ts';
import type { DraftProjection } from '../src/domain/audit.ts';
import type { Approval } from '../src/domain/state.ts';
import type { DecideInput, DraftInput } from '../src/workflows/messages.ts';

export { draft } from '../src/workflows/draft.ts';

/** The engine's floor: start, one Update, end. */
export async function bare(): Promise<string> {
  let done = false;
  setHandler(defineUpdate<string, []>('finish'), () => {
    done = true;
    return 'finished';
  });
  await condition(() => done);
  return 'done';
}

const ordinary = proxyActivities<DraftActivities>({ startToCloseTimeout: '1m', heartbeatTimeout: '10s' });

/** The same job with every step an ordinary activity, and nothing else: no time-outs, no edits, no way back. */
export async function everyStepOrdinary(input: DraftInput): Promise<string> {
  const { firstExecutionRunId: firstRunId, runId } = workflowInfo();
  let decision: DecideInput | null = null;
  let answered = false;
  setHandler(defineUpdate<string, [DecideInput]>('decide'), async (given) => {
    const authorized = await ordinary.authorize({ name: 'decide', input: given });
    if (!authorized.ok) throw ApplicationFailure.nonRetryable(authorized.code);
    decision = given;
    await condition(() => answered);
    return 'approved';
  });
  let sequence = 0;
  const tell = (status: DraftProjection['status'], digest: string | null) => {
    sequence += 1;
    const entry = { origin: runId, sequence, atMs: Date.now(), actorId: null, commandId: null, revision: 1, digest };
    return ordinary.record({
      entries: [
        { ...entry, type: status === 'sent' ? 'sent' : status === 'scheduled' ? 'approved' : 'created', data: {} },
      ],
      projection: null as unknown as DraftProjection,
    });
  };
  const { facts, schedule } = await ordinary.claimDraft({ input, firstRunId, nowMs: Date.now() });
  const { sendId } = facts;
  const written = await ordinary.writeRevision({ sendId, revision: 1, source: { from: 'request' } });
  if (written.kind !== 'written') throw ApplicationFailure.nonRetryable(written.reason);
  const { digest, oversight } = written;
  await tell('in_review', digest);
  await condition(() => decision !== null);
  const given = decision as unknown as DecideInput;
  const by: Approval['by'] = { id: 'key_ana', kind: 'person', groups: [] };
  const approval: Approval = { by, decisionId: given.commandId, revision: 1, digest, atMs: Date.now(), schedule: null };
  await tell('scheduled', digest);
  answered = true;
  const send = {
    sendId,
    revision: 1,
    digest,
    approvals: [approval],
    oversight,
    schedule,
    dueAtMs: Date.now(),
    threadSeen: null,
    hasTurn: false,
    recorded: null,
  };
  const outcome = await ordinary.sendDraft(send);
  await tell('sent', digest);
  return outcome.kind;
}
