import type { OpenAPIHono } from '@hono/zod-openapi';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type Accounts, type AccountsDeps, createAccounts } from '../../src/accounts/index.ts';
import { createAgentMail } from '../../src/agentmail/index.ts';
import type { MailProvider } from '../../src/agentmail/port.ts';
import type { ApiDeps, ApiEnv } from '../../src/api/deps.ts';
import type { CommandOutcome, Engine } from '../../src/api/engine.ts';
import { buildApi, createApi } from '../../src/api/index.ts';
import { Countersign } from '../../src/client/index.ts';
import { recipes } from '../../src/compose/index.ts';
import { type ApiKey, hashApiKey } from '../../src/config-keys.ts';
import { PERSON_ROLES, type Role } from '../../src/domain/actor.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { createRig, type Rig } from '../support/rig.ts';

/** One key of each kind; the key's text is its id in capitals. */
const key = (id: string, name: string, ...roles: Role[]): ApiKey => ({
  id,
  name,
  roles,
  sha256: hashApiKey(secret(id)),
});
export const secret = (id: string) => `secret-${id}`;
export const KEYS: ApiKey[] = [
  key('agent', 'Billing agent', 'agent'),
  key('other', 'Other agent', 'agent'),
  key('ana', 'Ana Ruiz', 'reviewer'),
  key('ben', 'Ben Okoro', 'reviewer', 'operator'),
  key('olga', 'Olga Lind', 'operator'),
  key('aud', 'Audrey Tor', 'auditor'),
  key('adam', 'Adam Min', 'admin'),
];
/** Keys that reach one inbox each. */
export const BOUND_KEYS: ApiKey[] = [
  { ...key('agent-here', 'Agent of support', 'agent'), inboxes: ['support@acme.test'] },
  { ...key('person-here', 'Person of support', 'reviewer', 'operator'), inboxes: ['support@acme.test'] },
  { ...key('agent-there', 'Agent of sales', 'agent'), inboxes: ['sales@acme.test'] },
  {
    ...key('person-there', 'Person of sales', ...PERSON_ROLES),
    inboxes: ['sales@acme.test'],
  },
  ...PERSON_ROLES.map((role) => ({ ...key(`${role}-there`, `Of sales, ${role}`, role), inboxes: ['sales@acme.test'] })),
];
export type KeyId = 'agent' | 'other' | 'ana' | 'ben' | 'olga' | 'aud' | 'adam';

export type App = OpenAPIHono<ApiEnv>;

/** Sends a request to the app as the holder of `as`; no key when null. */
export function ask(app: App, as: string | null, method: string, path: string, body?: unknown, headers: object = {}) {
  return app.request(path, {
    method,
    headers: {
      ...(as && { Authorization: `Bearer ${secret(as)}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
}

/** A client that talks to the app without a socket. */
export function clientOf(app: App, as: KeyId): Countersign {
  return new Countersign({
    baseUrl: 'http://app.test',
    apiKey: secret(as),
    fetch: async (input, init) => app.fetch(new Request(input, init)),
  });
}

/** An engine that answers what it is told and remembers what it was asked. */
export class ScriptedEngine implements Engine {
  outcome: CommandOutcome = { kind: 'unavailable', cause: null };
  startAnswer: Awaited<ReturnType<Engine['start']>> = 'started';
  readonly started: string[] = [];
  readonly noticed: string[] = [];
  readonly causes: string[] = [];
  /** Makes every notice fail, as when Temporal cannot be reached. */
  deaf = false;
  readonly commands: { draftId: string; name: string; input: object }[] = [];

  async start(creation: Parameters<Engine['start']>[0]) {
    this.started.push(creation.draftId);
    return this.startAnswer;
  }
  async command(draftId: string, name: string, input: object) {
    this.commands.push({ draftId, name, input });
    return this.outcome;
  }
  async view() {
    return null;
  }
  async notice(draftId: string, cause: string) {
    if (this.deaf) throw new Error('deaf');
    this.causes.push(cause);
    this.noticed.push(draftId);
    return true;
  }
  async describe() {
    return 'running' as const;
  }
}

/** A provider of which only what the API itself calls works. */
const silentMail = new Proxy({} as MailProvider, {
  get: (_, name) => {
    if (name === 'listInboxes') return async () => [{ inboxId: 'support@acme.test', displayName: 'Support' }];
    if (name === 'threadOf') return async () => null;
    return () => Promise.reject(new Error(`the API called mail.${String(name)}`));
  },
});

export interface Edge {
  app: App;
  store: Store;
  engine: ScriptedEngine;
  /** There when asked for with `people`. */
  accounts: Accounts | undefined;
  close(): Promise<void>;
}

/** The API on a real store, without Temporal: for everything that is decided before the engine is asked. */
export async function createEdge({
  people,
  ...options
}: Partial<ApiDeps> & { people?: Omit<AccountsDeps, 'store'> } = {}): Promise<Edge> {
  const store = options.store ?? (await openStore({ memory: true }));
  const accounts = people && (await createAccounts({ ...people, store }));
  const engine = new ScriptedEngine();
  const temporal = new Proxy({} as ApiDeps['temporal'], {
    get: (_, name) => {
      throw new Error(`the API used temporal.${String(name)}`);
    },
  });
  const deps: ApiDeps = {
    ...{ store, temporal, mail: silentMail, recipes, keys: KEYS },
    ...{ taskQueue: 'test', namespace: 'default', version: '1.2.3' },
    ...(accounts && { accounts }),
    ...options,
  };
  return { app: buildApi(deps, engine), store, engine, accounts, close: () => store.close() };
}

export interface Whole {
  app: App;
  rig: Rig;
  agent: Countersign;
  ana: Countersign;
  ben: Countersign;
  olga: Countersign;
}

export const depsOf = (rig: Rig, env: TestWorkflowEnvironment): ApiDeps => ({
  store: rig.store,
  temporal: rig.client,
  mail: createAgentMail({ apiKey: 'test-key', baseUrl: rig.emulator.url }),
  recipes,
  keys: KEYS,
  taskQueue: rig.taskQueue,
  namespace: env.namespace ?? 'default',
  temporalUiUrl: 'http://temporal.test:8233',
});

/** The API over the whole system: Temporal, worker, store, local AgentMail. */
export async function createWhole(env: TestWorkflowEnvironment): Promise<Whole> {
  const rig = await createRig(env);
  const app = createApi(depsOf(rig, env));
  return {
    ...{ app, rig },
    agent: clientOf(app, 'agent'),
    ana: clientOf(app, 'ana'),
    ben: clientOf(app, 'ben'),
    olga: clientOf(app, 'olga'),
  };
}
