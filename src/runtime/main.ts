import { ConfigError } from '../config.ts';
import { StartupError } from '../embedded/errors.ts';
import { StoreInvalid, StoreUnavailable } from '../store/index.ts';
import { TemporalUnreachable } from '../temporal/connection.ts';
import { NamespaceSetupError } from '../temporal/namespace.ts';

/** Errors whose message is all a person needs. */
const EXPECTED = [ConfigError, StartupError, TemporalUnreachable, NamespaceSetupError, StoreInvalid, StoreUnavailable];

/**
 * Runs a program's main function. What the person at the terminal can mend is said without a stack; the process ends
 * with 1 then.
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

/** `npm start` passes a Ctrl-C on that the terminal has sent already: one press arrives twice. */
const SAME_PRESS_MS = 1_000;

/** Resolves with the first SIGINT, SIGTERM or SIGHUP. Pressing Ctrl-C again ends the process without waiting. */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAtMs: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const nowMs = performance.now();
        if (askedAtMs !== undefined && nowMs - askedAtMs > SAME_PRESS_MS) process.exit(130);
        askedAtMs ??= nowMs;
        resolve(signal);
      });
    }
  });
}
