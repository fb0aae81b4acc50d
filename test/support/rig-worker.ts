import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
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
    for (const name of (await readdir(new URL(folder, root), { recursive: true })).sort()) {
      if (!name.endsWith('.ts')) continue;
      hash.update(name).update(await readFile(new URL(folder + name, root)));
    }
  }
  return hash.digest('hex').slice(0, 24);
}

/**
 * One time for activities and the local AgentMail: this process's own, moved to where the server's is. The time-skipping
 * server runs far ahead (ten years more for every workflow that ends while its result is awaited).
 */
export class RigClock {
  private aheadMs = 0;
  private shiftMs = 0;

  readonly now = (): number => Date.now() + this.aheadMs + this.shiftMs;

  /** Looks at the server's time; never goes back. */
  async follow(env: TestWorkflowEnvironment): Promise<void> {
    const serverMs = await env.currentTimeMs();
    this.aheadMs = Math.max(this.aheadMs, serverMs - Date.now());
  }

  /** Ages everything activities and AgentMail look at, without the server's timers moving. */
  advance(ms: number): void {
    this.shiftMs += ms;
  }
}

/** The same activities, with `before` done ahead of each. */
export function beforeEach<T extends object>(activities: T, before: () => Promise<void>): T {
  return new Proxy(activities, {
    get(target, name, receiver) {
      const activity: unknown = Reflect.get(target, name, receiver);
      if (typeof activity !== 'function') return activity;
      return async (...args: unknown[]) => {
        await before();
        return activity(...args);
      };
    },
  });
}
