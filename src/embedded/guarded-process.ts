import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type GuardedProcess = {
  /** Resolves once the program has ended, for whatever reason, with its exit code. */
  exited: Promise<number>;
  /** Ends it (at the latest after 5 s by force) and resolves when it is gone. */
  stop(): Promise<void>;
};

/**
 * Starts a program that must not outlive this process. Its output goes to `logFile`. It is in its own process group, so
 * that Ctrl-C in the terminal reaches only us and we end things in order.
 */
export function startGuarded(program: string, args: string[], logFile: string): GuardedProcess {
  const log = openSync(logFile, 'a', 0o600);
  const guard = spawn(process.execPath, [...guardScript(), program, ...args], {
    stdio: ['pipe', log, log],
    detached: true,
    windowsHide: true,
  });
  closeSync(log);
  const exited = once(guard, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  // The guard must not keep us alive; its pipe is what keeps it.
  guard.unref();
  const lifeline = guard.stdin;
  if (!lifeline) throw new Error('The guard was started without its pipe');
  lifeline.on('error', () => undefined);
  return {
    exited,
    async stop() {
      guard.ref();
      lifeline.end();
      await exited;
    },
  };
}

/** Compiled, the guard runs as it is; from source it needs the loader this process runs under. */
function guardScript(): string[] {
  if (import.meta.url.endsWith('.js')) return [fileURLToPath(new URL('./guard.js', import.meta.url))];
  return ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('./guard.ts', import.meta.url))];
}
