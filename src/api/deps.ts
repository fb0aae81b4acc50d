import type { Client } from '@temporalio/client';
import type { Accounts } from '../accounts/index.ts';
import type { MailProvider } from '../agentmail/port.ts';
import type { ApiKey } from '../config-keys.ts';
import type { Actor } from '../domain/actor.ts';
import type { OptOutTokens } from '../domain/opt-out.ts';
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
  /** Secrets that AgentMail's webhooks may be signed with, as they are now. Without any, no event is taken. */
  webhookSecrets?: () => readonly string[];
  /** Keeps AgentMail's send block list in step with suppressions of the whole organization. False when absent. */
  mirrorSuppressions?: boolean;
  clock?: { now(): number };
  log?: { error(fields: object, message: string): void; info(fields: object, message: string): void };
}

/** Who makes a request, as a key or a session proves it. */
export type Caller = Actor & { name: string; via?: 'session' };
export interface ApiEnv {
  Variables: { caller: Caller | null; requestId: string };
}
