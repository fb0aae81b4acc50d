import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { type Emulator, startEmulator } from '../../emulator/index.ts';
import type { OutboxRecord } from '../../emulator/state/records.ts';
import { type ActivityDeps, createActivities } from '../../src/activities/index.ts';
import type { Activities } from '../../src/activities/types.ts';
import { createAgentMail } from '../../src/agentmail/index.ts';
import type { MailProvider, ProviderDraft } from '../../src/agentmail/port.ts';
import { createEngine } from '../../src/api/engine.ts';
import { createRegistry, type Recipe, recipes } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { Actor } from '../../src/domain/actor.ts';
import type { AuditType } from '../../src/domain/audit.ts';
import { type EmailContentInput, emailContentSchema } from '../../src/domain/content.ts';
import { jsonDigest } from '../../src/domain/digest.ts';
import { sendIdFor, sendLabelFor } from '../../src/domain/ids.ts';
import type { Schedule } from '../../src/domain/schedule.ts';
import type { DraftStatus } from '../../src/domain/state.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import type { DraftCreation } from '../../src/store/types.ts';
import { createAlertPort } from '../../src/temporal/alerts.ts';
import { createBatchEngine } from '../../src/temporal/batch-engine.ts';
import { createDraftCommands } from '../../src/temporal/draft-commands.ts';
import { createFindEnding } from '../../src/temporal/draft-endings.ts';
import { createDraftEngine } from '../../src/temporal/draft-engine.ts';
import type { draft } from '../../src/workflows/draft.ts';
import {
  type CommandInputs,
  type CommandName,
  type CommandResult,
  type DraftView,
  getDraftQuery,
} from '../../src/workflows/messages.ts';
import { createInbox } from './rig-wire.ts';
import { beforeEach, RigClock, workflowBundle } from './rig-worker.ts';

export { refusalOf } from './rig-wire.ts';

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

export type DraftHandle = WorkflowHandle<typeof draft>;

export interface StartOptions {
  content?: EmailContentInput;
  adopt?: string;
  recipe?: { name: string; input: unknown };
  schedule?: Schedule;
  holdMs?: number;
  reviewTimeoutMs?: number;
  category?: string;
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
  clock: RigClock;
  mail: MailProvider;
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
  /** Like `until`, letting the server skip time in steps of `stepMs` meanwhile. */
  skipUntil(handle: DraftHandle, statuses: DraftStatus[], stepMs?: number): Promise<DraftView>;
  /** Messages AgentMail accepted for this draft, by its label. */
  sent(handle: DraftHandle): Promise<OutboxRecord[]>;
  /** Types of the draft's audit rows in order. */
  trail(handle: DraftHandle): Promise<AuditType[]>;
  /** Its AgentMail draft; null when there is none. */
  providerDraft(handle: DraftHandle): Promise<ProviderDraft | null>;
  providerDraftId(handle: DraftHandle): Promise<string>;
  /** Another worker takes over, with nothing cached. */
  restartWorker(): Promise<void>;
  close(): Promise<void>;
}

export interface RigOptions {
  deps?: Partial<ActivityDeps>;
  recipes?: Recipe[];
  /** What activities and the test use instead of one in memory. */
  store?: Store;
  wrapMail?: (mail: MailProvider) => MailProvider;
  wrapActivities?: (activities: Activities) => Activities;
}

export async function createRig(env: TestWorkflowEnvironment, options: RigOptions = {}): Promise<Rig> {
  const taskQueue = `test-${randomUUID()}`;
  const clock = new RigClock();
  const [store, emulator, bundle] = await Promise.all([
    // One reviewer is enough for most tests; that editors do not approve their own has its own.
    options.store ?? openStore({ memory: true }, { inboxDefaults: { editorMayApprove: true } }),
    startEmulator({ clock }),
    workflowBundle(),
  ]);
  const mail = createAgentMail({ apiKey: 'test-key', baseUrl: emulator.url });
  await createInbox(emulator.url, INBOX);
  const created = createActivities({
    store,
    mail: options.wrapMail?.(mail) ?? mail,
    recipes: createRegistry([...recipes.values(), ...(options.recipes ?? [])]),
    httpSourceHosts: ['127.0.0.1'],
    sourceSecrets: {},
    customSources: {},
    clock: clock.now,
    engine: createDraftEngine({ temporal: env.client, taskQueue }),
    batchEngine: createBatchEngine({ temporal: env.client, taskQueue }),
    alerts: createAlertPort({ store, temporal: env.client, taskQueue, clock: clock.now }),
    channels: [],
    endings: createFindEnding({ temporal: env.client }),
    watch: loadConfig({}).watch,
    commands: createDraftCommands({ temporal: env.client }),
    log: pino({ level: 'silent' }),
    ...options.deps,
  });
  const followed = beforeEach(created, () => clock.follow(env));
  const activities = options.wrapActivities?.(followed) ?? followed;
  const namespace = env.namespace ?? 'default';
  const startWorker = async () => {
    const worker = await Worker.create({
      connection: env.nativeConnection,
      namespace,
      taskQueue,
      workflowBundle: bundle,
      activities: { ...activities },
      shutdownForceTime: '3s',
    });
    const running = worker.run();
    return async () => {
      worker.shutdown();
      await running;
    };
  };
  let stopWorker = await startWorker();
  const { client } = env;
  const engine = createEngine({ temporal: client, taskQueue });

  const rig: Rig = {
    env,
    store,
    emulator,
    taskQueue,
    client,
    clock,
    mail,
    async start(given = {}) {
      const { content = given.adopt || given.recipe ? undefined : MAIL, adopt, recipe } = given;
      const draftId = given.draftId ?? `draft-test-${randomUUID()}`;
      const document = content ? emailContentSchema.parse(content) : recipe?.input;
      const creation: DraftCreation = {
        draftId,
        requestDigest: jsonDigest([draftId]),
        inboxId: INBOX,
        creator: given.creator ?? AGENT,
        source: content ? 'content' : adopt ? 'adopted' : 'recipe',
        documentRef: document === undefined ? null : await store.putDocument(draftId, document),
        adoptDraftId: adopt ?? null,
        category: given.category ?? null,
        batchId: null,
        priority: 3,
        recipe: recipe?.name ?? null,
        schedule: given.schedule ?? { kind: 'now' },
        holdMs: given.holdMs ?? 0,
        reviewTimeoutMs: given.reviewTimeoutMs ?? 7 * 86_400_000,
        createdAtMs: clock.now(),
      };
      await store.createDraft(creation);
      const { mode } = await store.getInbox(INBOX);
      const started = await engine.start(creation, mode);
      if (started !== 'started') throw new Error(`the draft was not started: ${started}`);
      return client.workflow.getHandle<typeof draft>(draftId);
    },
    async command(handle, name, facts, by = ANA, commandId = randomUUID()) {
      await store.putCommand({
        commandId,
        draftId: handle.workflowId,
        name,
        actor: by,
        factsDigest: jsonDigest(facts),
        commentRef: 'commentRef' in facts && typeof facts.commentRef === 'string' ? facts.commentRef : null,
        createdAtMs: clock.now(),
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
      const deadline = Date.now() + 40_000;
      for (;;) {
        const view = await rig.view(handle).catch(() => null);
        if (view && statuses.includes(view.status)) return view;
        if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(view)}, not ${statuses.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    async skipUntil(handle, statuses, stepMs = 10_000) {
      for (let step = 0; step < 400; step += 1) {
        const view = await rig.view(handle);
        if (statuses.includes(view.status)) return view;
        await env.sleep(stepMs);
      }
      throw new Error(`never ${statuses.join(' or ')}: ${JSON.stringify(await rig.view(handle))}`);
    },
    async sent(handle) {
      const { firstRunId } = (await store.getDraft(handle.workflowId)) ?? {};
      if (!firstRunId) throw new Error('nobody claimed the draft');
      const label = sendLabelFor(sendIdFor(namespace, handle.workflowId, firstRunId));
      const { messages } = await emulator.control.outbox();
      return messages.filter(({ labels }) => labels.includes(label));
    },
    trail: async (handle) => (await store.listEvents(handle.workflowId)).map(({ type }) => type),
    async providerDraftId(handle) {
      const id = (await store.getDraft(handle.workflowId))?.providerDraftId;
      if (!id) throw new Error('the draft is not in AgentMail yet');
      return id;
    },
    providerDraft: async (handle) => mail.getDraft(INBOX, await rig.providerDraftId(handle)),
    async restartWorker() {
      await stopWorker();
      stopWorker = await startWorker();
    },
    async close() {
      await stopWorker();
      await emulator.close();
      await store.close();
    },
  };
  return rig;
}
