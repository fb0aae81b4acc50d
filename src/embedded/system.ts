import type { Client } from '@temporalio/client';
import { createActivities } from '../activities/index.ts';
import { WATCH_CHECKS } from '../activities/types-watch.ts';
import { createApi } from '../api/index.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../log.ts';
import { accountsDepsOf } from '../runtime/accounts.ts';
import { reviewDoorsOf, startNotifier } from '../runtime/channels.ts';
import { startHttp, urlOf } from '../runtime/http.ts';
import { activityDepsOf, apiDepsOf } from '../runtime/parts.ts';
import { loadPolicyFile } from '../runtime/policy-file.ts';
import { loadRecipes } from '../runtime/recipes.ts';
import { Teardown } from '../runtime/teardown.ts';
import { installRuntime } from '../runtime/temporal-runtime.ts';
import { registerWebhook, WebhookSecrets } from '../runtime/webhook.ts';
import { startWorker } from '../runtime/worker.ts';
import type { Store } from '../store/index.ts';
import { EMBEDDED_PACE, ensureSchedules, scheduleDefinitions } from '../temporal/schedules.ts';
import { type Credentials, ensureCredentials, localUserOf } from './credentials.ts';
import { openDataDir } from './data-dir.ts';
import { startEngine } from './engine.ts';
import { messageOf, StartupError } from './errors.ts';
import { openAgentMail, openEmbeddedStore } from './parts.ts';
import { claimPort } from './ports.ts';
import { type EmbeddedSecrets, ensureSecrets, keepWebhookSecrets } from './secrets.ts';

export type EmbeddedOptions = {
  config: Config;
  log: Logger;
  /** Receives lines about what takes long (the one-time download). Default: standard error. */
  report?: (line: string) => void;
};

export type EmbeddedSystem = {
  /** Base URLs without a slash at the end; `temporal` is the gRPC address. */
  urls: { api: string; temporal: string; temporalUi?: string; agentmail?: string };
  credentials: Credentials;
  dataDir: string;
  /** For AgentMail's own SDK, at `urls.agentmail` when that is there. */
  agentmailKey: string;
  temporal: Client;
  store: Store;
  /** Rejects when a part ends by itself; resolves never. */
  failed: Promise<never>;
  /** Ends everything in order; what is stored stays. Idempotent. */
  stop(): Promise<void>;
};

/** At the terminal one does not wait for a drain: what is cut off is done again after the next start. */
const EMBEDDED_GRACE_MS = 3_000;

/**
 * Starts everything in this process but the Temporal server, which is our guarded child: database, local AgentMail,
 * worker, API and desk. Whatever the configuration names elsewhere (TEMPORAL_ADDRESS, DATABASE_URL, AGENTMAIL_API_KEY)
 * is used instead of its embedded counterpart.
 * @throws StartupError and the configuration's errors, after having stopped what was started.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedSystem> {
  const teardown = new Teardown(options.log);
  try {
    return await start(options, teardown);
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

async function start(options: EmbeddedOptions, teardown: Teardown): Promise<EmbeddedSystem> {
  const { config, log, report } = options;
  installRuntime(log);
  const book = await loadRecipes(config);
  const dir = await openDataDir(config.dataDir);
  teardown.add('data folder', dir.release);
  const tasks = [
    claimPort(config.http.host, config.http.port, 'COUNTERSIGN_PORT'),
    startEngine(config, { dataDir: dir.path, log, teardown, report }),
    openEmbeddedStore(config, dir, teardown),
    openAgentMail(config, dir, teardown),
  ] as const;
  // All of them first, also when one fails: nothing may come up after its teardown ran.
  await Promise.allSettled(tasks);
  const [port, engine, store, agentmail] = await Promise.all(tasks);
  await loadPolicyFile(config, store, log);
  const stored = await ensureSecrets(dir.secretsFile);
  const own = withOwnSecrets(config, stored, urlOf(config.http.host, port));
  const { namespace } = engine.client.options;
  const { taskQueue } = config.temporal;
  const worker = await startWorker({
    connection: engine.workerConnection,
    namespace,
    taskQueue,
    activities: createActivities(
      activityDepsOf(own, {
        ...{ ...book, store, mail: agentmail.mail, log, temporal: engine.client },
        account: { apiKey: agentmail.apiKey, baseUrl: agentmail.url },
      }),
    ),
    settings: { ...config.worker, shutdownGraceMs: Math.min(config.worker.shutdownGraceMs, EMBEDDED_GRACE_MS) },
    log,
  });
  teardown.add('worker', () => {
    worker.shutdown();
    return worker.stopped;
  });
  await ensureSchedules({ temporal: engine.client, taskQueue, log }, scheduleDefinitions(WATCH_CHECKS, EMBEDDED_PACE));
  const notifier = startNotifier(own, { store, temporal: engine.client, log });
  teardown.add('notifier', notifier.close);
  const { credentials, keys } = await ensureCredentials(dir, urlOf(config.http.host, port));
  const secrets = new WebhookSecrets(config.agentmail.webhookSecrets, stored.webhooks);
  const account = { apiKey: agentmail.apiKey, baseUrl: agentmail.url };
  const url = urlOf(config.http.host, port);
  const people = await accountsDepsOf(own, { store, log, url, account, localUser: localUserOf(credentials), report });
  const api = createApi({
    ...people,
    ...apiDepsOf(own, { recipes: book.recipes, store, mail: agentmail.mail, log, temporal: engine.client }),
    channels: reviewDoorsOf(own, account),
    keys: [...keys, ...config.keys],
    temporalUiUrl: engine.uiUrl,
    webhookSecrets: secrets.all,
  });
  const http = await startHttp({ fetch: api.fetch, host: config.http.host, port, variable: 'COUNTERSIGN_PORT' });
  teardown.add('API', http.close);
  // The local AgentMail reaches us here; the real one only where we are told that it does.
  const publicUrl = config.agentmail.apiKey === undefined ? http.url : config.agentmail.webhookBaseUrl;
  if (publicUrl !== undefined && config.agentmail.webhookSecrets.length === 0) {
    const onSecret = async (secret: string) => {
      secrets.add(secret);
      await keepWebhookSecrets(dir.secretsFile, secrets.registered);
    };
    teardown.add('webhook', registerWebhook({ mail: agentmail.mail, publicUrl, onSecret, log }));
  }
  return {
    urls: { api: http.url, temporal: engine.address, temporalUi: engine.uiUrl, agentmail: agentmail.url },
    credentials,
    dataDir: dir.path,
    agentmailKey: agentmail.apiKey,
    temporal: engine.client,
    store,
    failed: failureOf({
      [`the Temporal dev server ended; see ${dir.path}/temporal.log`]: engine.serverEnded,
      'the worker ended': worker.stopped,
    }),
    stop: () => teardown.run(),
  };
}

/** What the environment does not say: a secret of the data folder, and the address that links lead to. */
function withOwnSecrets(config: Config, { secret }: EmbeddedSecrets, apiUrl: string): Config {
  const secrets = config.secrets.length > 0 ? config.secrets : [secret];
  return { ...config, secrets, http: { ...config.http, publicUrl: config.http.publicUrl ?? apiUrl } };
}

/** Rejects with the first part that ends, which none does unasked. */
function failureOf(parts: Record<string, Promise<unknown>>): Promise<never> {
  const ends = Object.entries(parts).map(async ([what, end]): Promise<never> => {
    const cause = await end.then(
      () => undefined,
      (error: unknown) => error,
    );
    throw new StartupError(cause === undefined ? what : `${what}: ${messageOf(cause)}`, { cause });
  });
  const failed = Promise.race(ends);
  // An orderly stop ends them, too, and then nobody is listening any more.
  for (const end of [...ends, failed]) end.catch(() => undefined);
  return failed;
}
