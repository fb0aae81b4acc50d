import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { isFailure } from './errors.ts';

/** How long an activity goes on asking with a key that AgentMail refuses: the time to put a new one in place. */
export const KEY_PATIENCE_MS = 10 * 60_000;
/** Wait between two such attempts; with the few attempts of a recipe's source it still makes minutes. */
const KEY_RETRY_MS = 60_000;

/**
 * A key being exchanged must not end drafts. A refused key is retryable while the activity that met it is young, and
 * final afterwards. The age is taken from the server's times of the first and the current attempt, so no clock of ours
 * is asked. Outside an activity nobody retries, and nothing is changed.
 */
export function patientWithKey(error: ApplicationFailure): ApplicationFailure {
  if (!isFailure(error, 'agentmail.unauthorized')) return error;
  const ageMs = activityAgeMs();
  if (ageMs === null) return error;
  const { message, details } = error;
  const kept = { type: 'agentmail.unauthorized', message, details: details ?? [] };
  if (ageMs >= KEY_PATIENCE_MS) return ApplicationFailure.create({ ...kept, nonRetryable: true });
  return ApplicationFailure.create({ ...kept, nonRetryable: false, nextRetryDelay: KEY_RETRY_MS });
}

function activityAgeMs(): number | null {
  try {
    const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
    return currentAttemptScheduledTimestampMs - scheduledTimestampMs;
  } catch {
    return null;
  }
}
