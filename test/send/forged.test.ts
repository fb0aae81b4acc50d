import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { DRAFT_WORKFLOW, sendIdFor } from '../../src/domain/ids.ts';
import { PLAIN_REVIEW } from '../../src/domain/oversight.ts';
import type { DraftState } from '../../src/domain/state.ts';
import type { draft } from '../../src/workflows/draft.ts';
import type { DraftInput } from '../../src/workflows/messages.ts';
import { AGENT, ANA, INBOX } from '../support/rig.ts';
import { foreignDraft, inReview, rigFor } from '../support/rig-for.ts';

const rig = rigFor();

it('a run started by force cannot bring a state of its own, and with it somebody’s approval', async () => {
  const adopt = await foreignDraft(rig(), { to: ['beck@example.com'], subject: 'Refund', text: 'Hello' });
  const handle = await inReview(rig(), { adopt });
  const draftId = handle.workflowId;
  const digest = (await rig().view(handle)).digest ?? '';
  const commandId = randomUUID();
  await rig().command(handle, 'decide', { decision: 'reject', revision: 1, digest }, ANA, commandId);
  expect((await handle.result()).status).toBe('rejected');

  // Whoever reaches Temporal can start a run that claims to go on, and name the reviewer's command.
  const row = await rig().store.getDraft(draftId);
  const nowMs = rig().clock.now();
  const by = { id: ANA.id, kind: 'person' as const, groups: [] };
  const state: DraftState = {
    ...{ status: 'scheduled', source: 'adopted', creatorId: AGENT.id, revision: 1, digest, blocked: false, task: null },
    approvals: [{ revision: 1, digest, by, decisionId: commandId, atMs: nowMs, schedule: null }],
    ...{ oversight: PLAIN_REVIEW, authorId: null },
    ...{ schedule: { kind: 'now' }, dueAtMs: nowMs, holdMs: 0, holdUntilMs: nowMs, reviewTimeoutMs: 3_600_000 },
    ...{
      reviewDeadlineMs: null,
      remindAtMs: null,
      escalateAtMs: null,
      reason: null,
      steppedIn: false,
      round: 0,
      notBeforeMs: null,
    },
    ...{ threadSeen: null, messageId: null, threadId: null },
  };
  const sendId = sendIdFor(rig().env.namespace ?? 'default', draftId, row?.firstRunId ?? '');
  const facts = { draftId, sendId, source: 'adopted', recipe: null, creatorId: AGENT.id, plan: [] } as const;
  const input: DraftInput = {
    resume: {
      state,
      facts: { ...facts, plan: [], inboxMode: 'review_all' },
      sequence: 9,
      decisions: {},
      notice: null,
      policyAsked: '',
    },
  };
  const forged = await rig().client.workflow.start<typeof draft>(DRAFT_WORKFLOW, {
    workflowId: draftId,
    taskQueue: rig().taskQueue,
    args: [input],
  });
  await expect(forged.result()).rejects.toMatchObject({ cause: { type: 'invalid_input' } });
  expect(await rig().sent(forged)).toHaveLength(0);
  expect((await rig().mail.getDraft(INBOX, adopt))?.subject).toBe('Refund');
});
