import { CancelledFailure } from '@temporalio/common';
import { classify, failure } from './errors.ts';
import { patientWithKey } from './key-patience.ts';

/** How long a call may take altogether, and what else may end it. */
export interface Budget {
  timeoutMs: number;
  signal?: AbortSignal;
}

/** Options for every SDK call: nothing is repeated behind the caller's back. */
export interface SdkOptions {
  maxRetries: 0;
  timeoutInSeconds: number;
  abortSignal: AbortSignal;
}

/** A call with the budget of its adapter. */
export type Ask = <T>(run: (options: SdkOptions) => Promise<T>) => Promise<T>;

/** Runs one SDK call within its budget; failures leave as ApplicationFailures, a cancellation as itself. */
export function call<T>(budget: Budget, run: (options: SdkOptions) => Promise<T>): Promise<T> {
  return withinBudget(budget, (abortSignal) =>
    run({ maxRetries: 0, timeoutInSeconds: budget.timeoutMs / 1000, abortSignal }),
  );
}

/**
 * The SDK's own time-out stops at the answer's headers: a body that never ends would hang for ever. This deadline
 * covers the body too.
 */
export async function withinBudget<T>(budget: Budget, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { timeoutMs, signal } = budget;
  if (signal?.aborted) throw cancellation(signal);
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, timeoutMs);
  const onAbort = () => controller.abort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await run(controller.signal);
  } catch (error) {
    if (signal?.aborted) throw cancellation(signal);
    throw expired ? failure('agentmail.timeout') : patientWithKey(classify(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** Temporal reports an activity as cancelled only when its own CancelledFailure comes back. */
function cancellation(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof CancelledFailure ? reason : new CancelledFailure('The call was cancelled');
}
