import type { Client } from '@temporalio/client';
import type { Accounts } from '../accounts/index.ts';
import type { MailProvider } from '../agentmail/port.ts';
import type { ChannelOverview, ChannelTesters } from '../channels/overview.ts';
import type { SlackPort } from '../channels/slack-port.ts';
import type { ReviewTokens } from '../channels/token.ts';
import type { ReviewMail } from '../channels/types.ts';
import type { DecisionKey } from '../config-channels.ts';
import type { ApiKey } from '../config-keys.ts';
import type { Actor } from '../domain/actor.ts';
import type { OptOutTokens } from '../domain/opt-out.ts';
import type { ReviewDoor } from '../domain/review-notice.ts';
import type { Store } from '../store/types.ts';

/** A recipe as far as the API needs it. `plan` throws a ComposeError whose message names the fields at fault. */
export interface RecipeEntry {
  name: string;
  title: string;
  description: string;
  inputJsonSchema: Record<string, unknown>;
  plan(input: unknown): unknown;
}

/** Everything the API stands on. Nothing here is read from the environment. */
export interface ApiDeps {
  store: Store;
  temporal: Client;
  mail: MailProvider;
  /** By name. */
  recipes: ReadonlyMap<string, RecipeEntry>;
  /** Keys of the configuration; those in the store count besides. */
  keys: readonly ApiKey[];
  /** People's accounts. Without them only keys let anybody in. */
  accounts?: Accounts;
  /** Whether the caller's address is taken from the last entry of X-Forwarded-For. False when absent. */
  trustProxy?: boolean;
  taskQueue: string;
  namespace: string;
  /** Base URL of the Temporal Web UI, without a slash at the end. */
  temporalUiUrl?: string;
  /** Folder of the built review desk; without it only the API is served. */
  deskDir?: string;
  version?: string;
  /** Reads opt-out links; without it none is valid. */
  optOut?: Pick<OptOutTokens, 'read'>;
  /** How people decide outside the desk; what is absent is closed. */
  channels?: ReviewDoors;
  /** Secrets that AgentMail's webhooks may be signed with, as they are now. Without any, no event is taken. */
  webhookSecrets?: () => readonly string[];
  /** Keeps AgentMail's send block list in step with suppressions of the whole organization. False when absent. */
  mirrorSuppressions?: boolean;
  clock?: { now(): number };
  log?: { error(fields: object, message: string): void; info(fields: object, message: string): void };
}

export interface ReviewDoors {
  /** Reads links to decide, and the words in subjects of mails that may be answered. */
  tokens?: Pick<ReviewTokens, 'read' | 'hasCode'>;
  /** The inbox whose answers decide; absent: answers decide nothing. */
  replies?: ReviewMail;
  decisionKeys?: readonly DecisionKey[];
  slack?: { slack: SlackPort; signingSecret: string; deskUrl?: string };
  /** Whether mail and Slack are set up at all, for people's settings. */
  open: { email: boolean; slack: boolean };
  /** What is set up, for operators. */
  overview?: readonly ChannelOverview[];
  testers?: ChannelTesters;
}

/** Who makes a request, as a key or a session proves it. */
export type Caller = Actor & { name: string; via?: 'session' | ReviewDoor };
export interface ApiEnv {
  Variables: { caller: Caller | null; requestId: string };
}
