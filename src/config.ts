import { readFileSync } from 'node:fs';
import { homedir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import type { z } from 'zod';
import { type AccountsConfig, accountsOf } from './config-accounts.ts';
import { type ChannelsConfig, channelsOf } from './config-channels.ts';
import { environmentSchema, type LogLevel } from './config-env.ts';
import { type ApiKey, apiKeysSchema } from './config-keys.ts';

/** One line for each variable that cannot be used; its text is meant for the terminal. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

export type Config = {
  /** Absolute path of the embedded mode's state. */
  dataDir: string;
  logLevel: LogLevel;
  /** `publicUrl` is where recipients and AgentMail reach us, `deskUrl` where people do. Without a slash at the end. */
  http: { host: string; port: number; publicUrl?: string; deskUrl?: string };
  temporal: {
    connection: ClientConnectConfig['connectionOptions'];
    namespace: string;
    taskQueue: string;
    /** Whether the environment names a cluster; otherwise the embedded mode starts its own. */
    external: boolean;
    devServer: { port: number; uiPort: number };
    /** Base URL of the Web UI that people are sent to, without a slash at the end. */
    uiUrl?: string;
  };
  database: { url?: string };
  agentmail: {
    apiKey?: string;
    baseUrl?: string;
    emulatorPort: number;
    /** Secrets its webhooks are signed with; empty: we register one ourselves where we can. */
    webhookSecrets: string[];
    /** Where AgentMail reaches this server; without it, or with secrets given, no webhook is registered there. */
    webhookBaseUrl?: string;
  };
  /** Sign links for recipients, the first of them; all are believed. Empty: the embedded mode makes one. */
  secrets: string[];
  /** Keeps AgentMail's send block list in step with suppressions of the whole organization. */
  mirrorSuppressions: boolean;
  /** Categories of mail to many. */
  bulkCategories: string[];
  keys: ApiKey[];
  accounts: AccountsConfig;
  /** How reviewers are told, and decide, outside the desk. */
  channels: ChannelsConfig;
  /** Absolute path of a module with the operator's own recipes. */
  recipesModule?: string;
  /** Absolute path of a JSON file with the rules of oversight. */
  policyFile?: string;
  /** Lower-case host names recipes may fetch JSON from. */
  httpSourceHosts: string[];
  /** Secrets by the names that recipes' HTTP sources use for them in headers. */
  sourceSecrets: Record<string, string>;
  /** An OpenAI-compatible service that writes where a recipe asks for a model. */
  model?: { url: string; name: string; apiKey?: string };
  worker: {
    maxCachedWorkflows: number;
    maxConcurrentActivities: number;
    maxConcurrentLocalActivities: number;
    maxConcurrentWorkflowTasks: number;
    shutdownGraceMs: number;
    /** When given, the worker answers GET /health there. */
    healthPort?: number;
  };
  /** Where operators are told what needs them; the log is always told. */
  alerts: {
    slackUrl?: string;
    /** From an inbox of our own to operators' addresses. */
    email?: { inboxId: string; to: string[] };
    webhook?: { url: string; secret: string };
  };
  /** From when on the watchdog speaks up. */
  watch: {
    overdueMs: number;
    /** Shares of the messages of an inbox within the window, from 0 to 1; more pause it. */
    bounceRate: number;
    complaintRate: number;
    /** With fewer messages than this in the window, a share says nothing. */
    minMessages: number;
    rateWindowMs: number;
  };
  /** Where Temporal's programs are looked for and kept. */
  binaries: { cacheDir: string; searchPath?: string; temporalCliPath?: string; testServerPath?: string };
};

export type Environment = Record<string, string | undefined>;

/**
 * Reads the whole configuration. Empty variables count as unset, as compose files pass them. Files are read only where a
 * variable names one, and Temporal's own configuration file.
 * @throws ConfigError naming every variable at fault, never its value: it may be a secret.
 */
export function loadConfig(environment: Environment = process.env): Config {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim()));
  const variables = Object.fromEntries(entries);
  const parsed = environmentSchema.safeParse(variables);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'));
  }
  const env = parsed.data;
  const temporal = loadTemporal(variables);
  return {
    dataDir: resolve(env.COUNTERSIGN_DATA_DIR),
    logLevel: env.COUNTERSIGN_LOG_LEVEL,
    http: {
      host: env.COUNTERSIGN_HOST,
      port: env.COUNTERSIGN_PORT,
      publicUrl: withoutSlash(env.COUNTERSIGN_PUBLIC_URL ?? env.COUNTERSIGN_URL),
      deskUrl: withoutSlash(env.COUNTERSIGN_URL ?? env.COUNTERSIGN_PUBLIC_URL),
    },
    temporal: {
      connection: temporal.connectionOptions,
      namespace: temporal.namespace ?? 'default',
      taskQueue: env.COUNTERSIGN_TASK_QUEUE,
      external: Boolean(env.TEMPORAL_ADDRESS ?? env.TEMPORAL_CONFIG_FILE ?? env.TEMPORAL_PROFILE),
      devServer: { port: env.COUNTERSIGN_TEMPORAL_PORT, uiPort: env.COUNTERSIGN_TEMPORAL_UI_PORT },
      uiUrl: withoutSlash(env.COUNTERSIGN_TEMPORAL_UI_URL),
    },
    database: { url: env.DATABASE_URL },
    agentmail: {
      apiKey: env.AGENTMAIL_API_KEY,
      baseUrl: env.AGENTMAIL_BASE_URL,
      emulatorPort: env.COUNTERSIGN_EMULATOR_PORT,
      webhookSecrets: env.AGENTMAIL_WEBHOOK_SECRET,
      webhookBaseUrl: withoutSlash(env.COUNTERSIGN_PUBLIC_URL),
    },
    keys: loadKeys(env.COUNTERSIGN_KEYS, env.COUNTERSIGN_KEYS_FILE),
    accounts: accountsOf(env) ?? oidcIncomplete(),
    channels: loadChannels(env),
    secrets: env.COUNTERSIGN_SECRET,
    mirrorSuppressions: env.COUNTERSIGN_MIRROR_SUPPRESSIONS,
    bulkCategories: env.COUNTERSIGN_BULK_CATEGORIES,
    policyFile: env.COUNTERSIGN_POLICY_FILE && resolve(env.COUNTERSIGN_POLICY_FILE),
    recipesModule: env.COUNTERSIGN_RECIPES && resolve(env.COUNTERSIGN_RECIPES),
    httpSourceHosts: env.COUNTERSIGN_HTTP_SOURCE_HOSTS,
    sourceSecrets: env.COUNTERSIGN_SOURCE_SECRETS,
    model: modelOf(env),
    worker: {
      maxCachedWorkflows: env.COUNTERSIGN_MAX_CACHED_WORKFLOWS ?? cachedWorkflowsFor(availableMemory()),
      maxConcurrentActivities: env.COUNTERSIGN_MAX_CONCURRENT_ACTIVITIES,
      maxConcurrentLocalActivities: env.COUNTERSIGN_MAX_CONCURRENT_LOCAL_ACTIVITIES,
      maxConcurrentWorkflowTasks: env.COUNTERSIGN_MAX_CONCURRENT_WORKFLOW_TASKS,
      shutdownGraceMs: env.COUNTERSIGN_SHUTDOWN_GRACE_SECONDS * 1_000,
      healthPort: env.COUNTERSIGN_WORKER_HEALTH_PORT,
    },
    alerts: alertsOf(env),
    watch: {
      overdueMs: env.COUNTERSIGN_OVERDUE_MINUTES * 60_000,
      bounceRate: env.COUNTERSIGN_BOUNCE_RATE_PERCENT / 100,
      complaintRate: env.COUNTERSIGN_COMPLAINT_RATE_PER_MILLE / 1_000,
      minMessages: env.COUNTERSIGN_RATE_MIN_MESSAGES,
      rateWindowMs: env.COUNTERSIGN_RATE_WINDOW_HOURS * 3_600_000,
    },
    binaries: {
      cacheDir: resolve(
        env.COUNTERSIGN_CACHE_DIR ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'countersign'),
      ),
      searchPath: env.PATH,
      temporalCliPath: env.TEMPORAL_CLI_PATH,
      testServerPath: env.TEMPORAL_TEST_SERVER_PATH,
    },
  };
}

/**
 * A part that runs alone shares its state with other processes, so it cannot fall back on embedded ones.
 * @throws ConfigError naming the variables to set.
 */
export function requireExternal(config: Config): { databaseUrl: string; agentmailApiKey: string } {
  const { url } = config.database;
  const { apiKey } = config.agentmail;
  if (url && apiKey) return { databaseUrl: url, agentmailApiKey: apiKey };
  const missing = [!url && 'DATABASE_URL', !apiKey && 'AGENTMAIL_API_KEY'].filter(Boolean).join(' and ');
  throw new ConfigError(`${missing}: required when a part runs alone (\`npm start\` runs everything embedded)`);
}

/**
 * A cached draft takes a few MB at worst; a quarter of the memory for them leaves room for mail in flight. More than 750
 * would take a worker past 1.2 GB.
 */
export function cachedWorkflowsFor(memoryBytes: number): number {
  return Math.min(750, Math.max(100, Math.floor(memoryBytes / 4 / (4 * 2 ** 20))));
}

/** A container's limit when there is one: the machine's memory is not ours then. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function withoutSlash(url: string | undefined): string | undefined {
  return url?.replace(/\/+$/, '');
}

function modelOf(env: z.infer<typeof environmentSchema>): Config['model'] {
  const { COUNTERSIGN_MODEL: name, COUNTERSIGN_MODEL_URL: url, COUNTERSIGN_MODEL_API_KEY: apiKey } = env;
  if (name && url) return { name, url, apiKey };
  if (name ?? url ?? apiKey) throw new ConfigError('COUNTERSIGN_MODEL and COUNTERSIGN_MODEL_URL: set both or none');
  return undefined;
}

function alertsOf(env: z.infer<typeof environmentSchema>): Config['alerts'] {
  const { COUNTERSIGN_ALERT_SLACK_URL: slackUrl } = env;
  const { COUNTERSIGN_ALERT_EMAIL_TO: to, COUNTERSIGN_ALERT_INBOX: inboxId } = env;
  const { COUNTERSIGN_ALERT_WEBHOOK_URL: url, COUNTERSIGN_ALERT_WEBHOOK_SECRET: secret } = env;
  if (Boolean(to) !== Boolean(inboxId))
    throw new ConfigError('COUNTERSIGN_ALERT_EMAIL_TO and COUNTERSIGN_ALERT_INBOX: set both or none');
  if (Boolean(url) !== Boolean(secret))
    throw new ConfigError('COUNTERSIGN_ALERT_WEBHOOK_URL and COUNTERSIGN_ALERT_WEBHOOK_SECRET: set both or none');
  return {
    ...(slackUrl && { slackUrl }),
    ...(to && inboxId && { email: { inboxId, to } }),
    ...(url && secret && { webhook: { url, secret } }),
  };
}

function loadChannels(env: z.infer<typeof environmentSchema>): ChannelsConfig {
  const channels = channelsOf(env);
  if (typeof channels === 'string') throw new ConfigError(channels);
  return channels;
}

function oidcIncomplete(): never {
  const names = 'COUNTERSIGN_OIDC_ISSUER, COUNTERSIGN_OIDC_CLIENT_ID and COUNTERSIGN_OIDC_CLIENT_SECRET';
  throw new ConfigError(`${names}: set all or none`);
}

function loadTemporal(variables: Record<string, string>): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: variables });
  } catch (error) {
    throw new ConfigError(`TEMPORAL_*: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function loadKeys(inline: string | undefined, file: string | undefined): ApiKey[] {
  const keys = [
    ...readKeys('COUNTERSIGN_KEYS', () => inline),
    ...readKeys('COUNTERSIGN_KEYS_FILE', () => file && readFileSync(file, 'utf8')),
  ];
  const ids = keys.map((key) => key.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new ConfigError(`COUNTERSIGN_KEYS: the key id ${twice} is there twice`);
  return keys;
}

function readKeys(variable: string, read: () => string | undefined): ApiKey[] {
  let json: unknown;
  try {
    json = JSON.parse(read() ?? '[]');
  } catch (error) {
    // JSON.parse quotes its input, and that may hold what should not be printed.
    const reason =
      error instanceof SyntaxError ? 'not valid JSON' : error instanceof Error ? error.message : String(error);
    throw new ConfigError(`${variable}: ${reason}`, { cause: error });
  }
  const parsed = apiKeysSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((i) => `${variable}: ${i.path.join('.')} ${i.message}`).join('\n'));
}
