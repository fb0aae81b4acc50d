import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NativeConnection, WorkerOptions } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Activities } from '../activities/types.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';

export type RunningWorker = {
  /** Resolves when it has drained after `shutdown`; rejects when it failed. */
  stopped: Promise<void>;
  /** Takes no more work and lets what runs finish within the grace time. Idempotent. */
  shutdown(): void;
  isRunning(): boolean;
};

export type WorkerParts = {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  activities: Activities;
  settings: Config['worker'];
  log: Logger;
};

/** What remains running this long after the grace time is given up: other workers take it over. */
const FORCE_AFTER_GRACE_MS = 10_000;

/** Starts polling for drafts' workflows and activities. One a process; `installRuntime` comes before its connection. */
export async function startWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { settings } = parts;
  const worker = await Worker.create({
    ...workflowSource(),
    connection: parts.connection,
    namespace: parts.namespace,
    taskQueue: parts.taskQueue,
    activities: { ...parts.activities },
    maxCachedWorkflows: settings.maxCachedWorkflows,
    maxConcurrentActivityTaskExecutions: settings.maxConcurrentActivities,
    maxConcurrentLocalActivityExecutions: settings.maxConcurrentLocalActivities,
    maxConcurrentWorkflowTaskExecutions: settings.maxConcurrentWorkflowTasks,
    shutdownGraceTime: settings.shutdownGraceMs,
    shutdownForceTime: settings.shutdownGraceMs + FORCE_AFTER_GRACE_MS,
  });
  const stopped = worker.run();
  // Whoever starts a worker awaits this; an early failure must not count as unhandled before.
  stopped.catch(() => undefined);
  return {
    stopped,
    shutdown() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
    isRunning: () => worker.getState() === 'RUNNING',
  };
}

/** Compiled, the bundle made by the build saves seconds a start; from source it would be out of date. */
function workflowSource(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (import.meta.url.endsWith('.ts')) {
    return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
  }
  const codePath = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)) };
}
