import { z } from 'zod';
import { accountsEnvironment } from './config-accounts.ts';
import { channelsEnvironment } from './config-channels.ts';
import { BULK_CATEGORIES } from './domain/content.ts';
import { DEFAULT_TASK_QUEUE } from './domain/ids.ts';
import { MIN_SECRET_LENGTH } from './domain/opt-out.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const between = (min: number, max: number) => z.coerce.number(`expected a whole number`).int().min(min).max(max);
/** 0 lets the system pick a free port. */
const port = between(0, 65_535);
const count = between(1, 100_000);
const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' });
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' });
const hostList = z.string().transform((list) =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean),
);

const addressList = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.email('expected email addresses, separated by commas')).min(1).max(20));
/** As Standard Webhooks writes secrets: 24 to 64 random bytes in base64. */
const webhookSecret = z
  .string()
  .regex(/^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$/, 'expected whsec_ and 24 to 64 random bytes in base64');

const wordList = z.string().transform((list) =>
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean),
);
/** The first signs, all are believed: that is how one is changed for another. */
const secretList = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .refine((list) => list.every((secret) => secret.length >= MIN_SECRET_LENGTH), {
    error: `expected at least ${MIN_SECRET_LENGTH} random characters, several separated by commas`,
  });
const webhookSecrets = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter(Boolean))
  .refine((list) => list.every((secret) => /^whsec_[A-Za-z0-9+/=_-]{16,}$/.test(secret)), {
    error: 'expected what AgentMail shows of the webhook (whsec_…), several separated by commas',
  });
const onOff = z
  .enum(['true', 'false', '1', '0'], 'expected true or false')
  .transform((text) => text === 'true' || text === '1');

/** Parse errors quote their input, and this one is secret. */
const secrets = z.string().transform((text, context): Record<string, string> => {
  try {
    const parsed = z.record(z.string().min(1), z.string()).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Said below.
  }
  context.addIssue({ code: 'custom', message: 'expected a JSON object of strings' });
  return z.NEVER;
});

/** Every variable this project reads, as text turned into values. */
export const environmentSchema = z.object({
  ...accountsEnvironment,
  ...channelsEnvironment,
  COUNTERSIGN_DATA_DIR: z.string().default('.countersign'),
  COUNTERSIGN_CACHE_DIR: z.string().optional(),
  COUNTERSIGN_HOST: z.string().default('127.0.0.1'),
  COUNTERSIGN_PORT: port.default(4400),
  COUNTERSIGN_URL: httpUrl.optional(),
  COUNTERSIGN_TASK_QUEUE: z.string().default(DEFAULT_TASK_QUEUE),
  COUNTERSIGN_TEMPORAL_PORT: port.default(7233),
  COUNTERSIGN_TEMPORAL_UI_PORT: port.default(8233),
  COUNTERSIGN_EMULATOR_PORT: port.default(4401),
  COUNTERSIGN_KEYS: z.string().optional(),
  COUNTERSIGN_KEYS_FILE: z.string().optional(),
  COUNTERSIGN_RECIPES: z.string().optional(),
  COUNTERSIGN_POLICY_FILE: z.string().optional(),
  COUNTERSIGN_HTTP_SOURCE_HOSTS: hostList.default([]),
  COUNTERSIGN_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  COUNTERSIGN_MAX_CACHED_WORKFLOWS: count.optional(),
  COUNTERSIGN_MAX_CONCURRENT_ACTIVITIES: count.default(100),
  // More at once than a process can finish in a task's time are done again: a thousand due together take half as long again.
  COUNTERSIGN_MAX_CONCURRENT_LOCAL_ACTIVITIES: count.default(20),
  COUNTERSIGN_MAX_CONCURRENT_WORKFLOW_TASKS: between(2, 10_000).default(10),
  COUNTERSIGN_SHUTDOWN_GRACE_SECONDS: between(0, 3_600).default(20),
  COUNTERSIGN_WORKER_HEALTH_PORT: port.optional(),
  COUNTERSIGN_PUBLIC_URL: httpUrl.optional(),
  COUNTERSIGN_SECRET: secretList.default([]),
  COUNTERSIGN_MIRROR_SUPPRESSIONS: onOff.default(false),
  COUNTERSIGN_BULK_CATEGORIES: wordList.default([...BULK_CATEGORIES]),
  DATABASE_URL: postgresUrl.optional(),
  COUNTERSIGN_TEMPORAL_UI_URL: httpUrl.optional(),
  COUNTERSIGN_SOURCE_SECRETS: secrets.default({}),
  COUNTERSIGN_MODEL: z.string().optional(),
  COUNTERSIGN_MODEL_URL: httpUrl.optional(),
  COUNTERSIGN_MODEL_API_KEY: z.string().optional(),
  AGENTMAIL_API_KEY: z.string().optional(),
  AGENTMAIL_BASE_URL: httpUrl.optional(),
  AGENTMAIL_WEBHOOK_SECRET: webhookSecrets.default([]),
  TEMPORAL_ADDRESS: z.string().optional(),
  TEMPORAL_CONFIG_FILE: z.string().optional(),
  TEMPORAL_PROFILE: z.string().optional(),
  TEMPORAL_CLI_PATH: z.string().optional(),
  TEMPORAL_TEST_SERVER_PATH: z.string().optional(),
  COUNTERSIGN_ALERT_SLACK_URL: httpUrl.optional(),
  COUNTERSIGN_ALERT_EMAIL_TO: addressList.optional(),
  COUNTERSIGN_ALERT_INBOX: z.string().optional(),
  COUNTERSIGN_ALERT_WEBHOOK_URL: httpUrl.optional(),
  COUNTERSIGN_ALERT_WEBHOOK_SECRET: webhookSecret.optional(),
  COUNTERSIGN_OVERDUE_MINUTES: between(1, 1_440).default(5),
  COUNTERSIGN_BOUNCE_RATE_PERCENT: between(1, 100).default(5),
  COUNTERSIGN_COMPLAINT_RATE_PER_MILLE: between(1, 1_000).default(3),
  COUNTERSIGN_RATE_MIN_MESSAGES: count.default(50),
  COUNTERSIGN_RATE_WINDOW_HOURS: between(1, 720).default(24),
  PATH: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
});
