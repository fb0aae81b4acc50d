import { ConfigError } from '../config.ts';
import { StartupError } from '../embedded/errors.ts';
import { StoreInvalid, StoreUnavailable } from '../store/index.ts';
import { TemporalUnreachable } from '../temporal/connection.ts';
import { NamespaceSetupError } from '../temporal/namespace.ts';

/** Errors whose message is all a person needs. */
const EXPECTED = [ConfigError, StartupError, TemporalUnreachable, NamespaceSetupError, StoreInvalid, StoreUnavailable];

/**
 * Runs a program's main function. What the person at the terminal can mend is said without a stack; the process ends
 * with 1 then. A second Ctrl-C ends it at once.
 */
export async function runMain(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const expected = EXPECTED.some((kind) => error instanceof kind);
    const text = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`countersign: ${text}\n`);
    process.exit(1);
  }
}

/** Resolves with the first SIGINT, SIGTERM or SIGHUP. A second one of them ends the process without waiting. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
  });
}
