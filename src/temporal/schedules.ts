import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import type { Logger } from 'pino';
import { jsonDigest } from '../domain/digest.ts';

export const WATCHDOG_SCHEDULE = 'countersign-watchdog';
export const DISCOVERY_SCHEDULE = 'countersign-discovery';

interface Definition {
  scheduleId: string;
  workflowType: string;
  args: unknown[];
  everyMs: number;
  /** A run that takes longer is ended; the next one goes on. */
  runTimeoutMs: number;
}

const MINUTE_MS = 60_000;

/** How often they run, in ms. */
export interface Pace {
  watchdogMs: number;
  discoveryMs: number;
}
const EACH_MINUTE: Pace = { watchdogMs: MINUTE_MS, discoveryMs: MINUTE_MS };
/** Each run stays in the embedded server's one file for as long as drafts do, so there they are fewer. */
export const EMBEDDED_PACE: Pace = { watchdogMs: 5 * MINUTE_MS, discoveryMs: 2 * MINUTE_MS };

/** Everything that runs by the clock. */
export function scheduleDefinitions(checks: readonly string[], pace: Pace = EACH_MINUTE): Definition[] {
  return [
    {
      scheduleId: WATCHDOG_SCHEDULE,
      workflowType: 'watchdog',
      args: [{ checks }],
      everyMs: pace.watchdogMs,
      runTimeoutMs: 10 * MINUTE_MS,
    },
    {
      scheduleId: DISCOVERY_SCHEDULE,
      workflowType: 'discovery',
      args: [],
      everyMs: pace.discoveryMs,
      runTimeoutMs: 60 * MINUTE_MS,
    },
  ];
}

/** In the memo of each run: which definition made it. */
const MEMO = 'definition';
const versionOf = (taskQueue: string, definition: Definition) => jsonDigest({ taskQueue, ...definition });

/** Runs missed while the server was down are not made up for: the next one sees what they would have seen. */
const CATCHUP_WINDOW_MS = 10_000;

interface Parts {
  temporal: Client;
  taskQueue: string;
  log: Pick<Logger, 'info' | 'warn'>;
}

/**
 * Creates the schedules that are missing and changes those that were made by another definition. Several processes may
 * do so at once. Never throws: without them drafts are sent all the same, and the log says what is missing.
 */
export async function ensureSchedules(parts: Parts, definitions: Definition[]): Promise<void> {
  for (const definition of definitions) {
    const { scheduleId } = definition;
    try {
      const done = await ensure(parts, definition);
      if (done !== 'unchanged') parts.log.info({ scheduleId }, `the schedule was ${done}`);
    } catch (error) {
      parts.log.warn({ err: error, scheduleId }, 'a schedule could not be made: nothing watches over drafts');
    }
  }
}

async function ensure(parts: Parts, definition: Definition): Promise<'created' | 'updated' | 'unchanged'> {
  const { temporal } = parts;
  const options = optionsOf(parts, definition);
  try {
    await temporal.schedule.create(options);
    return 'created';
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const handle = temporal.schedule.getHandle(definition.scheduleId);
  const { action } = await handle.describe();
  if (action.memo?.[MEMO] === versionOf(parts.taskQueue, definition)) return 'unchanged';
  await handle.update((previous): ScheduleUpdateOptions => {
    const { spec, action, policies } = options;
    // Whoever paused it meant it.
    return { spec, action, policies, state: previous.state };
  });
  return 'updated';
}

function optionsOf({ taskQueue }: Parts, definition: Definition): ScheduleOptions {
  const { scheduleId, workflowType, args, everyMs, runTimeoutMs } = definition;
  return {
    scheduleId,
    spec: { intervals: [{ every: everyMs }] },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_WINDOW_MS },
    action: {
      type: 'startWorkflow',
      workflowType,
      taskQueue,
      args,
      workflowId: scheduleId,
      workflowExecutionTimeout: runTimeoutMs,
      memo: { [MEMO]: versionOf(taskQueue, definition) },
    },
  };
}
