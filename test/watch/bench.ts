import { randomUUID } from 'node:crypto';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { startEmulator } from '../../emulator/index.ts';
import { alertActivities } from '../../src/activities/alerts.ts';
import type { ActivityDeps } from '../../src/activities/deps.ts';
import { discoveryActivities } from '../../src/activities/discover.ts';
import type { WatchCheck } from '../../src/activities/types-watch.ts';
import type { WatchDeps } from '../../src/activities/watch/check.ts';
import { watchActivities } from '../../src/activities/watch/index.ts';
import { createAgentMail } from '../../src/agentmail/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { DraftProjection } from '../../src/domain/audit.ts';
import type { AlertChannel, AlertNotice } from '../../src/notify/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { DraftCreation } from '../../src/store/types.ts';
import { createAlertPort } from '../../src/temporal/alerts.ts';
import { createBatchEngine } from '../../src/temporal/batch-engine.ts';
import { createFindEnding } from '../../src/temporal/draft-endings.ts';
import { createDraftEngine } from '../../src/temporal/draft-engine.ts';
import type { WatchdogSummary } from '../../src/workflows/watchdog.ts';
import { creation, entry, projection } from '../store/fixtures.ts';
import { createInbox } from '../support/rig-wire.ts';

export const INBOX = 'support@acme.test';
const logger = new DefaultLogger('ERROR');

/** A channel that keeps what it is told, or fails as it is told to. */
export class MemoryChannel implements AlertChannel {
  readonly name: string;
  readonly told: AlertNotice[] = [];
  failure: Error | null = null;
  attempts = 0;

  constructor(name: string) {
    this.name = name;
  }
  async send(notice: AlertNotice) {
    this.attempts += 1;
    if (this.failure) throw this.failure;
    this.told.push(notice);
  }
  get lines() {
    return this.told.map(({ alert, transition }) => `${transition} ${alert.key}`);
  }
}

type BenchDeps = WatchDeps & Pick<ActivityDeps, 'channels' | 'deskUrl'>;

/** The watchers over a store, a local AgentMail and a Temporal of their own, with a stand-in for draft workflows. */
export async function createBench(env: TestWorkflowEnvironment, deps: Partial<BenchDeps> = {}) {
  const taskQueue = `watch-${randomUUID()}`;
  let shiftMs = 0;
  const clock = () => Date.now() + shiftMs;
  const [store, emulator, workflowBundle] = await Promise.all([
    openStore({ memory: true }),
    startEmulator({ clock: { now: clock } }),
    bundleWorkflowCode({ workflowsPath: new URL('./workflows.ts', import.meta.url).pathname, logger }),
  ]);
  await createInbox(emulator.url, INBOX);
  const log = pino({ level: 'silent' });
  const temporal = env.client;
  const channels = [new MemoryChannel('log'), new MemoryChannel('slack')] as const;
  const all: BenchDeps = {
    store,
    mail: createAgentMail({ apiKey: 'test-key', baseUrl: emulator.url }),
    clock,
    engine: createDraftEngine({ temporal, taskQueue }),
    batchEngine: createBatchEngine({ temporal, taskQueue }),
    alerts: createAlertPort({ store, temporal, taskQueue, clock }),
    channels: [...channels],
    endings: createFindEnding({ temporal }),
    watch: loadConfig({}).watch,
    log,
    ...deps,
  };
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    workflowBundle,
    activities: { ...alertActivities(all), ...watchActivities(all), ...discoveryActivities(all) },
    shutdownForceTime: '3s',
  });
  const running = worker.run();
  return {
    ...{ env, store, emulator, taskQueue, clock, channels, deps: all },
    advance(ms: number) {
      shiftMs += ms;
    },
    /** Back to the time of this machine, which is Temporal's. */
    resetClock() {
      shiftMs = 0;
    },
    watchdog: (...checks: WatchCheck[]): Promise<WatchdogSummary> =>
      temporal.workflow.execute<(input: { checks: WatchCheck[] }) => Promise<WatchdogSummary>>('watchdog', {
        taskQueue,
        workflowId: `watchdog-${randomUUID()}`,
        args: [{ checks }],
      }),
    /** A draft as if its workflow had told `told` of it; no workflow runs. */
    async draft(told: Partial<DraftProjection> | null, change: Partial<DraftCreation> = {}): Promise<string> {
      const made = creation({ inboxId: INBOX, createdAtMs: clock(), schedule: { kind: 'now' }, ...change });
      await store.createDraft(made);
      if (told) await tell(store, made.draftId, { toldAtMs: made.createdAtMs, ...told });
      return made.draftId;
    },
    /** Starts the stand-in for its workflow. */
    async live(draftId: string) {
      const handle = await temporal.workflow.start('draft', { taskQueue, workflowId: draftId });
      await store.claimDraft(draftId, handle.firstExecutionRunId);
      return handle;
    },
    async close() {
      worker.shutdown();
      await running;
      await emulator.close();
      await store.close();
    },
  };
}
export type Bench = Awaited<ReturnType<typeof createBench>>;

/** What a workflow would tell: an entry and the row after it. */
export async function tell(store: Store, draftId: string, told: Partial<DraftProjection>): Promise<void> {
  const row = projection(told);
  const { toldAtMs: atMs, sequence, status, reason, messageId } = row;
  const data = { status, ...(reason && { reason }), ...(messageId && { messageId }) };
  await store.record(draftId, [entry({ origin: 'run-1', sequence, atMs, type: 'composing', data })], row);
}
