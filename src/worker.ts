import { Client } from '@temporalio/client';
import { createActivities } from './activities/index.ts';
import { WATCH_CHECKS } from './activities/types-watch.ts';
import { createAgentMail } from './agentmail/index.ts';
import { loadConfig, requireExternal } from './config.ts';
import { createLogger } from './log.ts';
import { startNotifier } from './runtime/channels.ts';
import { serveHealth } from './runtime/health.ts';
import { runMain, untilStopped } from './runtime/main.ts';
import { activityDepsOf } from './runtime/parts.ts';
import { loadPolicyFile } from './runtime/policy-file.ts';
import { loadRecipes } from './runtime/recipes.ts';
import { Teardown } from './runtime/teardown.ts';
import { installRuntime } from './runtime/temporal-runtime.ts';
import { startWorker } from './runtime/worker.ts';
import { openStore } from './store/index.ts';
import { connectWorker } from './temporal/connection.ts';
import { ensureSchedules, scheduleDefinitions } from './temporal/schedules.ts';

/** One worker alone, beside any number of others. SIGTERM drains it: what it cannot finish, others take over. */
async function main(): Promise<void> {
  const stopped = untilStopped();
  const config = loadConfig();
  const { databaseUrl, agentmailApiKey: apiKey } = requireExternal(config);
  const book = await loadRecipes(config);
  const log = createLogger({ level: config.logLevel, part: 'worker' });
  installRuntime(log);
  const teardown = new Teardown(log);
  try {
    const store = await openStore({ databaseUrl }, { migrate: false });
    teardown.add('database', () => store.close());
    await loadPolicyFile(config, store, log);
    const connection = await connectWorker(config.temporal);
    teardown.add('Temporal connection', () => connection.close());
    const temporal = new Client({ connection, namespace: config.temporal.namespace });
    const account = { apiKey, baseUrl: config.agentmail.baseUrl };
    const mail = createAgentMail(account);
    const worker = await startWorker({
      connection,
      namespace: config.temporal.namespace,
      taskQueue: config.temporal.taskQueue,
      activities: createActivities(activityDepsOf(config, { ...book, store, mail, log, temporal, account })),
      settings: config.worker,
      log,
    });
    teardown.add('worker', () => {
      worker.shutdown();
      return worker.stopped;
    });
    const { taskQueue, namespace } = config.temporal;
    await ensureSchedules({ temporal, taskQueue, log }, scheduleDefinitions(WATCH_CHECKS));
    const notifier = startNotifier(config, { store, temporal, log });
    teardown.add('notifier', notifier.close);
    const { healthPort } = config.worker;
    if (healthPort !== undefined) {
      const health = await serveHealth({ host: config.http.host, port: healthPort, isHealthy: worker.isRunning });
      teardown.add('health', health.close);
    }
    log.info({ taskQueue, namespace, maxCachedWorkflows: config.worker.maxCachedWorkflows }, 'worker runs');
    // A worker that failed rejects here, and its supervisor starts it again.
    await Promise.race([stopped, worker.stopped]);
    log.info('worker drains');
  } finally {
    await teardown.run();
  }
  process.exit(0);
}

await runMain(main);
