import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Worker, type WorkflowBundle } from '@temporalio/worker';
import { pino } from 'pino';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import { type ActivityDeps, createActivities } from '../../src/activities/index.ts';
import { createAgentMail } from '../../src/agentmail/index.ts';
import { createRegistry, type Recipe, recipes } from '../../src/compose/index.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';
import { jsonDigest } from '../../src/domain/digest.ts';
import { DRAFT_WORKFLOW } from '../../src/domain/ids.ts';
import type { Schedule } from '../../src/domain/schedule.ts';
import type { DraftStatus } from '../../src/domain/state.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { draft } from '../../src/workflows/draft.ts';
import {
  type CommandInputs,
  type CommandName,
  type CommandResult,
  type DraftView,
  getDraftQuery,
} from '../../src/workflows/messages.ts';

export const AGENT: Actor & { name: string } = { id: 'key_agent', kind: 'agent', roles: ['agent'], name: 'Agent' };
export const ANA: Actor & { name: string } = {
  id: 'key_ana',
  kind: 'person',
  roles: ['reviewer', 'operator'],
  name: 'Ana Ruiz',
};
export const INBOX = 'support@acme.test';
export const MAIL: EmailContentInput = {
  to: ['Beck <beck@example.com>'],
  subject: 'Your refund is on its way',
  text: 'Hello Beck,\n\nwe refunded 40 EUR today.\n',
  html: '<p>Hello Beck,</p><p>we refunded 40 EUR today.</p>',
};

let bundle: Promise<WorkflowBundle> | undefined;
/** The workflow code, bundled once a process. */
export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({ workflowsPath: new URL('../../src/workflows/index.ts', import.meta.url).pathname });
  return bundle;
}

export type DraftHandle = WorkflowHandle<typeof draft>;

export interface StartOptions {
  content?: EmailContentInput;
  adopt?: string;
  recipe?: { name: string; input: unknown };
  schedule?: Schedule;
  holdMs?: number;
  reviewTimeoutMs?: number;
  creator?: Actor;
  draftId?: string;
}

/** One whole system in a process around `env`: store, local AgentMail, worker. */
export interface Rig {
  env: TestWorkflowEnvironment;
  store: Store;
  emulator: Emulator;
  taskQueue: string;
  client: Client;
  start(options?: StartOptions): Promise<DraftHandle>;
  command<N extends CommandName>(
    handle: DraftHandle,
    name: N,
    facts: Omit<CommandInputs[N], 'commandId'>,
    by?: Actor & { name: string },
    commandId?: string,
  ): Promise<CommandResult>;
  approve(handle: DraftHandle, by?: Actor & { name: string }): Promise<CommandResult>;
  view(handle: DraftHandle): Promise<DraftView>;
  until(handle: DraftHandle, ...statuses: DraftStatus[]): Promise<DraftView>;
  close(): Promise<void>;
}

export interface RigOptions {
  deps?: Partial<ActivityDeps>;
  recipes?: Recipe[];
  wrapMail?: (mail: ActivityDeps['mail']) => ActivityDeps['mail'];
}

export async function createRig(env: TestWorkflowEnvironment, options: RigOptions = {}): Promise<Rig> {
  const taskQueue = `test-${randomUUID()}`;
  const [store, emulator, workflowBundleCode] = await Promise.all([
    openStore({ memory: true }),
    startEmulator(),
    workflowBundle(),
  ]);
  const mail = createAgentMail({ apiKey: 'test-key', baseUrl: emulator.url });
  await createInbox(emulator.url, INBOX);
  const activities = createActivities({
    store,
    mail: options.wrapMail?.(mail) ?? mail,
    recipes: createRegistry([...recipes.values(), ...(options.recipes ?? [])]),
    httpSourceHosts: ['127.0.0.1'],
    sourceSecrets: {},
    customSources: {},
    // The time-skipping server runs ahead of this process; an ordinary activity is told its time.
    clock: () => Math.max(Date.now(), Context.current().info.currentAttemptScheduledTimestampMs),
    log: pino({ level: 'silent' }),
    ...options.deps,
  });
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    taskQueue,
    workflowBundle: workflowBundleCode,
    activities: { ...activities },
  });
  const running = worker.run();
  const { client } = env;

  const rig: Rig = {
    env,
    store,
    emulator,
    taskQueue,
    client,
    async start(given = {}) {
      const { content = given.adopt || given.recipe ? undefined : MAIL, adopt, recipe } = given;
      const draftId = given.draftId ?? `draft-test-${randomUUID()}`;
      const document = content ? emailContentSchema.parse(content) : recipe?.input;
      await store.createDraft({
        draftId,
        requestDigest: jsonDigest([draftId]),
        inboxId: INBOX,
        creator: given.creator ?? AGENT,
        source: content ? 'content' : adopt ? 'adopted' : 'recipe',
        documentRef: document === undefined ? null : await store.putDocument(draftId, document),
        adoptDraftId: adopt ?? null,
        recipe: recipe?.name ?? null,
        schedule: given.schedule ?? { kind: 'now' },
        holdMs: given.holdMs ?? 0,
        reviewTimeoutMs: given.reviewTimeoutMs ?? 7 * 86_400_000,
        createdAtMs: Date.now(),
      });
      return client.workflow.start<typeof draft>(DRAFT_WORKFLOW, {
        workflowId: draftId,
        taskQueue,
        args: [{ stored: true }],
      });
    },
    async command(handle, name, facts, by = ANA, commandId = randomUUID()) {
      await store.putCommand({
        commandId,
        draftId: handle.workflowId,
        name,
        actor: by,
        factsDigest: jsonDigest(facts),
        commentRef: null,
        createdAtMs: Date.now(),
      });
      return handle.executeUpdate<CommandResult, [object]>(name, {
        args: [{ ...facts, commandId }],
        updateId: commandId,
      });
    },
    async approve(handle, by = ANA) {
      const { revision, digest } = await rig.view(handle);
      return rig.command(handle, 'decide', { decision: 'approve', revision, digest: digest ?? '' }, by);
    },
    view: (handle) => handle.query(getDraftQuery),
    async until(handle, ...statuses) {
      const deadline = Date.now() + 20_000;
      for (;;) {
        const view = await rig.view(handle).catch(() => null);
        if (view && statuses.includes(view.status)) return view;
        if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(view)}, not ${statuses.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async close() {
      worker.shutdown();
      await running;
      await emulator.close();
      await store.close();
    },
  };
  return rig;
}

async function createInbox(baseUrl: string, address: string): Promise<void> {
  const [username, domain] = address.split('@');
  const response = await fetch(`${baseUrl}/v0/inboxes`, {
    method: 'POST',
    headers: { authorization: 'Bearer test-key', 'content-type': 'application/json' },
    body: JSON.stringify({ username, domain }),
  });
  if (!response.ok) throw new Error(`inbox: ${response.status} ${await response.text()}`);
}

/** The code of a refused command. */
export async function refusalOf(command: Promise<unknown>): Promise<string> {
  try {
    await command;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
      return error.cause.type ?? '';
    }
    throw error;
  }
  throw new Error('the command was not refused');
}
