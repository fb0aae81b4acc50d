import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import Table from 'cli-table3';
import { Command } from 'commander';
import { pino } from 'pino';
import { connectControl } from '../emulator/control-client.ts';
import { createActivities } from '../src/activities/index.ts';
import { createAgentMail } from '../src/agentmail/index.ts';
import { recipes } from '../src/compose/index.ts';
import { loadConfig } from '../src/config.ts';
import { emailContentSchema } from '../src/domain/content.ts';
import { jsonDigest } from '../src/domain/digest.ts';
import { SEARCH_ATTRIBUTE_TYPES } from '../src/domain/search-attributes.ts';
import { findTemporalCli } from '../src/embedded/temporal-binary.ts';
import { openStore, type Store } from '../src/store/index.ts';
import { createAlertPort } from '../src/temporal/alerts.ts';
import { createBatchEngine } from '../src/temporal/batch-engine.ts';
import { createDraftCommands } from '../src/temporal/draft-commands.ts';
import { createFindEnding } from '../src/temporal/draft-endings.ts';
import { createDraftEngine } from '../src/temporal/draft-engine.ts';
import { freePort, startPostgres } from '../test/support/postgres-cluster.ts';
import { cpuSecondsOfTree, percentile } from './processes.ts';

/**
 * What one approved, immediately sent draft costs, beside the engine's floor and beside the same job with every step an
 * ordinary activity. Temporal dev server (SQLite), PostgreSQL, the local AgentMail in a process of its own.
 */
const options = new Command()
  .option('--drafts <n>', 'drafts for the throughput row', Number, 300)
  .option('--in-flight <n>', 'drafts under way at once', Number, 50)
  .option('--samples <n>', 'idle latency samples', Number, 40)
  .option('--due <n>', 'drafts due at the same instant', Number, 200)
  .parse()
  .opts<{ drafts: number; inFlight: number; samples: number; due: number }>();

const INBOX = 'bench@countersign.test';
const AGENT = { id: 'key_agent', kind: 'agent' as const, roles: ['agent' as const] };
const ANA = { id: 'key_ana', kind: 'person' as const, roles: ['reviewer' as const], name: 'Ana' };
const CONTENT = emailContentSchema.parse({
  to: ['beck@example.com'],
  subject: 'Your refund',
  text: 'Hello,\n\nwe refunded 40 EUR today.\n',
  html: '<p>Hello,</p><p>we refunded 40 EUR today.</p>',
});
type Kind = 'bare' | 'draft' | 'everyStepOrdinary';

Runtime.install({ logger: new DefaultLogger('ERROR') });
const dir = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
const children: ChildProcess[] = [];
const postgres = await startPostgres();
const store = await openStore({ databaseUrl: postgres.adminUrl });
const [temporalPort, emulatorPort] = [await freePort(), await freePort()];
const temporal = start(await findTemporalCli(loadConfig().binaries), [
  ...['server', 'start-dev', '--headless', '--port', String(temporalPort), '--db-filename', join(dir, 'temporal.db')],
  ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal', '--log-level', 'error'],
  ...Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
]);
start(process.execPath, ['--import', 'tsx', 'emulator/main.ts', '--port', String(emulatorPort)]);
const emulatorUrl = `http://127.0.0.1:${emulatorPort}`;
const address = `127.0.0.1:${temporalPort}`;
await untilUp(async () => {
  await (await Connection.connect({ address, connectTimeout: 500 })).close();
  await connectControl(emulatorUrl).outbox();
});
await fetch(`${emulatorUrl}/v0/inboxes`, {
  method: 'POST',
  headers: { authorization: 'Bearer bench', 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'bench', domain: 'countersign.test' }),
});
const client = new Client({ connection: await Connection.connect({ address }) });
const nativeConnection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection: nativeConnection,
  taskQueue: 'bench',
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: new URL('./workflows.ts', import.meta.url).pathname,
    logger: new DefaultLogger('ERROR'),
  }),
  activities: {
    ...createActivities({
      store,
      mail: createAgentMail({ apiKey: 'bench', baseUrl: emulatorUrl }),
      recipes,
      httpSourceHosts: [],
      sourceSecrets: {},
      customSources: {},
      clock: Date.now,
      engine: createDraftEngine({ temporal: client, taskQueue: 'bench' }),
      batchEngine: createBatchEngine({ temporal: client, taskQueue: 'bench' }),
      alerts: createAlertPort({ store, temporal: client, taskQueue: 'bench', clock: Date.now }),
      channels: [],
      endings: createFindEnding({ temporal: client }),
      watch: loadConfig({}).watch,
      commands: createDraftCommands({ temporal: client }),
      log: pino({ level: 'silent' }),
    }),
  },
});
const running = worker.run();

try {
  const kinds: Kind[] = ['bare', 'draft', 'everyStepOrdinary'];
  for (const kind of kinds) await Promise.all(Array.from({ length: 20 }, () => one(store, kind)));
  const rows: Record<Kind, string[]> = { bare: [], draft: [], everyStepOrdinary: [] };
  const figures: Record<string, number> = {};
  for (const kind of kinds) {
    const size = await historySize(await one(store, kind));
    const cpu = cpuSeconds();
    const startedAt = performance.now();
    await inFlight(options.drafts, options.inFlight, () => one(store, kind));
    const seconds = (performance.now() - startedAt) / 1_000;
    const cpuMs = ((cpuSeconds() - cpu) * 1_000) / options.drafts;
    const latencies: number[] = [];
    for (let n = 0; n < options.samples; n += 1) latencies.push((await timed(store, kind)).latencyMs);
    Object.assign(figures, { [`${kind}.cpu`]: cpuMs, [`${kind}.rate`]: options.drafts / seconds });
    figures[`${kind}.p50`] = percentile(latencies, 0.5);
    const fixed = (n: number) => n.toFixed(1);
    rows[kind] = [
      String(size.events),
      String(size.bytes),
      fixed(cpuMs),
      fixed(options.drafts / seconds),
      fixed(percentile(latencies, 0.5)),
      fixed(percentile(latencies, 0.99)),
    ];
  }
  const table = new Table({
    head: ['', 'events', 'bytes', 'CPU ms/draft', 'drafts/s', 'approve→send p50 ms', 'p99 ms'],
  });
  for (const kind of kinds) table.push([kind, ...rows[kind]]);
  console.log(table.toString());
  console.log('bare: the Update’s round trip; the others: from the Update’s call to AgentMail’s acceptance');
  const ratio = (name: string) => (figures[`draft.${name}`] ?? 0) / (figures[`bare.${name}`] ?? 1);
  console.log(
    `CPU ${ratio('cpu').toFixed(2)}× bare (aim ≤ 3) · drafts/s ${ratio('rate').toFixed(2)}× bare (aim ≥ 0.35)`,
  );
  console.log(`approve→send p50 ${ratio('p50').toFixed(2)}× the bare Update (aim ≤ 1.5)`);
  const late = await lateness(options.due);
  console.log(`${options.due} due at once: early ${late.early}, late p50 ${late.p50} ms, p99 ${late.p99} ms`);
} finally {
  worker.shutdown();
  await running;
  await store.close();
  for (const child of children) child.kill('SIGKILL');
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(0);

function start(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: 'ignore' });
  children.push(child);
  return child;
}

async function untilUp(probe: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await probe();
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Server, database, worker and client; the local AgentMail is not ours to count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + cpuSecondsOfTree(temporal.pid ?? 0) + cpuSecondsOfTree(postgres.pid);
}

async function one(on: Store, kind: Kind): Promise<WorkflowHandle> {
  return (await timed(on, kind)).handle;
}

async function timed(on: Store, kind: Kind): Promise<{ handle: WorkflowHandle; latencyMs: number }> {
  if (kind === 'bare') {
    const handle = await client.workflow.start('bare', {
      workflowId: `bare-${randomUUID()}`,
      taskQueue: 'bench',
      args: [],
    });
    const calledAt = performance.now();
    await handle.executeUpdate('finish');
    const latencyMs = performance.now() - calledAt;
    await handle.result();
    return { handle, latencyMs };
  }
  const handle = await begin(on, kind, Date.now());
  const revision = await written(on, handle.workflowId);
  const facts = { decision: 'approve' as const, revision: 1, digest: revision };
  const commandId = randomUUID();
  const calledAt = Date.now();
  await recordCommand(on, handle.workflowId, commandId, facts);
  await handle.executeUpdate('decide', { args: [{ ...facts, commandId }], updateId: commandId });
  await handle.result();
  const events = await on.listEvents(handle.workflowId);
  const answered = events.find(({ data }) => data.messageId)?.atMs ?? Number.NaN;
  return { handle, latencyMs: answered - calledAt };
}

async function begin(on: Store, kind: Kind, dueAtMs: number): Promise<WorkflowHandle> {
  const draftId = `${kind}-${randomUUID()}`;
  await on.createDraft({
    draftId,
    requestDigest: jsonDigest(draftId),
    inboxId: INBOX,
    creator: AGENT,
    source: 'content',
    documentRef: await on.putDocument(draftId, CONTENT),
    adoptDraftId: null,
    category: null,
    batchId: null,
    priority: 3,
    recipe: null,
    schedule: dueAtMs <= Date.now() ? { kind: 'now' } : { kind: 'at', at: new Date(dueAtMs).toISOString() },
    holdMs: 0,
    reviewTimeoutMs: 7 * 86_400_000,
    createdAtMs: Date.now(),
  });
  return client.workflow.start(kind, { workflowId: draftId, taskQueue: 'bench', args: [{ stored: true }] });
}

async function written(on: Store, draftId: string): Promise<string> {
  for (;;) {
    const events = await on.listEvents(draftId);
    const digest = events.find((event) => event.digest)?.digest;
    if (digest) return digest;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function recordCommand(on: Store, draftId: string, commandId: string, facts: object): Promise<void> {
  const factsDigest = jsonDigest(facts);
  await on.putCommand({
    commandId,
    draftId,
    name: 'decide',
    actor: ANA,
    factsDigest,
    commentRef: null,
    createdAtMs: Date.now(),
  });
}

async function historySize(handle: WorkflowHandle): Promise<{ events: number; bytes: number }> {
  const { historyLength, historySize: bytes } = await handle.describe();
  return { events: historyLength, bytes: bytes ?? 0 };
}

async function inFlight(total: number, width: number, work: () => Promise<unknown>): Promise<void> {
  let left = total;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left > 0) {
        left -= 1;
        await work();
      }
    }),
  );
}

async function lateness(count: number): Promise<{ early: number; p50: number; p99: number }> {
  const dueAtMs = Date.now() + Math.max(8_000, count * 200);
  const handles = await Promise.all(Array.from({ length: count }, () => begin(store, 'draft', dueAtMs)));
  await Promise.all(
    handles.map(async (handle) => {
      const facts = { decision: 'approve' as const, revision: 1, digest: await written(store, handle.workflowId) };
      const commandId = randomUUID();
      await recordCommand(store, handle.workflowId, commandId, facts);
      await handle.executeUpdate('decide', { args: [{ ...facts, commandId }], updateId: commandId });
    }),
  );
  if (Date.now() > dueAtMs) throw new Error('the drafts were not ready in time; use fewer');
  await Promise.all(handles.map((handle) => handle.result()));
  const { messages } = await connectControl(emulatorUrl).outbox();
  const late = messages.slice(-count).map(({ acceptedAt }) => Date.parse(acceptedAt) - dueAtMs);
  return { early: late.filter((ms) => ms < 0).length, p50: percentile(late, 0.5), p99: percentile(late, 0.99) };
}
