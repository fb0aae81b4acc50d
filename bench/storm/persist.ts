import { setTimeout as sleep } from 'node:timers/promises';
import { CountersignError, UnavailableError } from '../../src/client/index.ts';
import type { Ledger } from './ledger.ts';

const PAUSE_MS = 400;

/** A caller that never gives up: the same request with the same id again, until there is an answer. */
export async function persist<T>(ledger: Ledger, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      const passing = error instanceof UnavailableError;
      const surprise = !passing && (error.status === null || error.status >= 500);
      if (!passing && !surprise) throw error;
      if (surprise) ledger.surprises.push(`${error.status} ${error.code} ${error.message}`);
      ledger.apiRetries += 1;
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}
