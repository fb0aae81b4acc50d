import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import { bundleWorkflowCode, DefaultLogger, Runtime, type WorkflowBundle } from '@temporalio/worker';

/** Failures are this suite's daily bread; what a worker says about its own life is not worth a line. */
const logger = new DefaultLogger('WARN', ({ level, message }) => {
  if (level === 'ERROR' || /[Tt]ask/.test(message)) process.stderr.write(`[${level}] ${message}\n`);
});
Runtime.install({ logger });

const root = new URL('../../', import.meta.url);
const CACHE = new URL('node_modules/.cache/countersign-test/', root);

let bundle: Promise<WorkflowBundle> | undefined;
/** The workflow code, bundled once for as long as its sources stay the same: bundling takes seconds in every process. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= cachedBundle();
  return bundle;
}

async function cachedBundle(): Promise<WorkflowBundle> {
  const file = new URL(`workflows-${await sourceHash()}.js`, CACHE);
  const cached = await readFile(file, 'utf8').catch(() => null);
  if (cached !== null) return { code: cached };
  const workflowsPath = new URL('src/workflows/index.ts', root).pathname;
  const built = await bundleWorkflowCode({ workflowsPath, logger });
  await mkdir(CACHE, { recursive: true });
  const draft = new URL(`${file.href}.${process.pid}`);
  await writeFile(draft, built.code);
  // Two processes may build at once: a rename never shows half a file.
  await rename(draft, file);
  return built;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(new URL('package-lock.json', root)));
  for (const folder of ['src/workflows/', 'src/domain/']) {
    for (const name of (await readdir(new URL(folder, root))).sort()) {
      hash.update(name).update(await readFile(new URL(folder + name, root)));
    }
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * One time for activities and the local AgentMail. The time-skipping server runs ahead of this process; an ordinary
 * activity is told its time, and everything follows the latest one seen.
 */
export class RigClock {
  private latestMs = 0;
  private shiftMs = 0;

  readonly now = (): number => Math.max(Date.now(), this.latestMs) + this.shiftMs;

  /** For use within an activity. */
  readonly activity = (): number => {
    this.latestMs = Math.max(this.latestMs, Context.current().info.currentAttemptScheduledTimestampMs);
    return this.now();
  };

  /** Ages everything activities and AgentMail look at, without the server's timers moving. */
  advance(ms: number): void {
    this.shiftMs += ms;
  }
}
