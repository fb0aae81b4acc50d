import { Context } from '@temporalio/activity';
import type { SendOutcome } from '../domain/draft-event.ts';
import type { DraftRow } from '../store/types.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';

/** From this attempt on a failing send is no passing trouble; about a minute has gone by. */
const PERSISTENT_ATTEMPT = 6;

const failingKey = (row: DraftRow) => `send_failing:${row.inboxId}`;

/** Tells operators of a send that keeps failing, once an inbox. Waiting for evidence or for a turn is not failing. */
export async function sendFails({ alerts }: ActivityDeps, row: DraftRow, error: unknown): Promise<void> {
  const type = failureType(error);
  const { attempt } = Context.current().info;
  if (attempt < PERSISTENT_ATTEMPT || type === 'send.unsettled') return;
  await alerts.raise({
    ...{ key: failingKey(row), kind: 'send_failing', severity: 'warning' },
    title: 'Sending keeps failing',
    facts: { attempt, failure: type ?? 'unknown' },
    ...{ draftId: row.draftId, inboxId: row.inboxId },
  });
}

/** Found by a refusal, which nobody here had counted. The watchdog takes it back when no refusal comes any more. */
export const QUOTA_REFUSED_KEY = 'quota:refused';

export const quotaIsUsedUp = ({ alerts }: Pick<ActivityDeps, 'alerts'>, { draftId, inboxId }: DraftRow) =>
  alerts.raise({
    ...{ key: QUOTA_REFUSED_KEY, kind: 'quota', severity: 'critical' },
    title: "AgentMail refuses messages: the plan's quota is used up. Approved drafts wait, and are tried each hour.",
    facts: {},
    ...{ draftId, inboxId },
  });

/** A send that was settled ends the trouble of its inbox; one nobody can settle is told. */
export async function sendsAgain({ alerts }: ActivityDeps, row: DraftRow, outcome: SendOutcome): Promise<void> {
  if (outcome.kind === 'unknown') {
    return alerts.raise({
      ...{ key: `outcome_unknown:${row.draftId}`, kind: 'send_failing', severity: 'critical' },
      title: 'Nobody can tell whether a message left; a person has to decide',
      facts: {},
      ...{ draftId: row.draftId, inboxId: row.inboxId },
    });
  }
  // Only an attempt that came after failures can have anything to take back.
  if (outcome.kind === 'sent' && Context.current().info.attempt > 1) await alerts.resolve(failingKey(row));
}
