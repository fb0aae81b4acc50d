import { ApplicationFailure, Context } from '@temporalio/activity';

const FIRST_MS = 1_000;
/** What only has to be looked at again, soon after it can be seen. */
const LONGEST_WAIT_MS = 5 * 60_000;
/** What fails: an outage of days is asked about some hundred times, not thousands. */
const LONGEST_PAUSE_MS = 15 * 60_000;
/** A whole fleet that failed together must not come back together. */
const JITTER = 0.25;

/**
 * The pause before the next attempt: as long again as it has taken so far, which doubles, with jitter. Attempts are not
 * counted: those that only waited for a rest of the key or for a slot would make one failure after them wait for minutes.
 * The age is the server's.
 */
function backoffMs(longestMs: number): number {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  const ageMs = currentAttemptScheduledTimestampMs - scheduledTimestampMs;
  const plainMs = Math.min(longestMs, Math.max(FIRST_MS, ageMs));
  return Math.round(plainMs * (1 - JITTER + 2 * JITTER * Math.random()));
}

/** Another attempt, after `delayMs` when that is known, else with the patience of the backoff. */
export function later(why: string, delayMs?: number): never {
  throw ApplicationFailure.create({
    message: why,
    type: 'send.unsettled',
    nextRetryDelay: delayMs ?? backoffMs(LONGEST_WAIT_MS),
  });
}

/**
 * Whatever a post said, only evidence may end a send: no failure of it is final for Temporal. What AgentMail asked for
 * (Retry-After) is kept, a little later for each, so that they do not return as one.
 */
export function retryable(error: unknown): ApplicationFailure {
  if (!(error instanceof ApplicationFailure)) {
    return ApplicationFailure.create({
      message: 'the send failed',
      type: 'send.failed',
      nextRetryDelay: backoffMs(LONGEST_PAUSE_MS),
    });
  }
  const { message, type, details, nextRetryDelay } = error;
  const asked = typeof nextRetryDelay === 'number' ? nextRetryDelay * (1 + JITTER * Math.random()) : 0;
  return ApplicationFailure.create({
    ...{ message, type: type ?? 'send.failed', nonRetryable: false, details: details ?? [] },
    nextRetryDelay: Math.round(Math.max(asked, backoffMs(LONGEST_PAUSE_MS))),
  });
}

/** A failure that names no time of its own is tried again with the patience of the backoff. */
export function paced(error: unknown): unknown {
  const unpaced = error instanceof ApplicationFailure && error.nextRetryDelay === undefined;
  return unpaced ? retryable(error) : error;
}
