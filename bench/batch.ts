import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import type { Batch, Countersign } from '../src/client/index.ts';
import { createInbox } from '../test/support/machine.ts';
import { MAIL_KEY, startStack } from './support/stack.ts';

/**
 * A large batch through the whole system, each part a process of its own: uploaded, started, paused, its worker killed
 * with −9 while it runs and once more while it is paused, resumed. Ends with what became of every row, and with the
 * memory of the workers. Exit code 1 when a count is wrong.
 */
const options = new Command('batch')
  .description(
    'A large batch through the whole system, paused and killed meanwhile. Exit code 1 when a count is wrong.',
  )
  .option('--rows <n>', 'rows of the file; one in a hundred is bad', Number, 10_000)
  .option('--max-rss-mb <n>', 'memory a worker may take', Number, 1_200)
  .addOption(
    new Option('--engine <engine>', "Temporal's real server on PostgreSQL, or its dev server")
      .choices(['postgres', 'dev'] as const)
      .default('dev' as const),
  )
  .option('--dist <folder>', 'the built project to run')
  .option('--composed', 'also wait until every draft is composed', false)
  .parse()
  .opts<{ rows: number; maxRssMb: number; engine: 'postgres' | 'dev'; dist?: string; composed: boolean }>();

const INBOX = 'batch@countersign.test';
const GIVE_UP_MS = 3_600_000;
const say = (line: string) => process.stdout.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

const HEADER =
  'to,customer.name,invoice.number,invoice.amount.minorUnits,invoice.amount.currency,invoice.dueOn,sender.name,sender.company';
function fileOf(rows: number): string {
  const row = (n: number) =>
    `p${n}@example.com,"Person ${n}, Köln",R-${n},${n % 100 === 0 ? 'nothing' : n},EUR,2026-11-02,Jonas Brandt,Nordlicht GmbH`;
  return [HEADER, ...Array.from({ length: rows }, (_, n) => row(n + 1)), ''].join('\n');
}

/** Looks at the batch until `done`, and tells how far it is. */
async function until(client: Countersign, id: string, what: string, done: (batch: Batch) => boolean): Promise<Batch> {
  const deadline = Date.now() + GIVE_UP_MS;
  for (let told = 0; ; ) {
    const batch = await client.batches.get(id).catch(() => null);
    if (batch && done(batch)) return batch;
    if (Date.now() > deadline) throw new Error(`${what}: not within an hour; ${JSON.stringify(batch)}`);
    if (batch && Date.now() - told > 15_000) {
      told = Date.now();
      say(`${batch.rows.started} started, ${batch.rows.waiting} waiting, ${batch.drafts.composing ?? 0} composing`);
    }
    await sleep(500);
  }
}

/** Resident memory of a process in MB, from Linux. */
function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1_024;
}

const stack = await startStack({ workers: 1, engine: options.engine, dist: options.dist, report: say });
let peakMb = 0;
const [worker] = stack.parts.workers;
if (!worker) throw new Error('no worker');
const watching = setInterval(() => {
  try {
    if (worker.pid > 0) peakMb = Math.max(peakMb, rssMb(worker.pid));
  } catch {
    // It was killed just now.
  }
}, 1_000);

async function main(): Promise<boolean> {
  const { agent, operator, mailUrl } = stack;
  await createInbox(mailUrl, INBOX, MAIL_KEY);
  const file = fileOf(options.rows);
  const badRows = Math.floor(options.rows / 100);
  const startedAt = performance.now();
  const { id } = await agent.batches.create({ name: 'bench', inbox: INBOX, recipe: 'invoice-reminder' });
  const uploaded = await agent.batches.upload(id, file);
  const uploadS = (performance.now() - startedAt) / 1_000;
  say(`${id}: ${uploaded.rows.total} rows, ${uploaded.rows.bad} bad, uploaded in ${uploadS.toFixed(1)} s`);
  const composeAt = performance.now();
  await agent.batches.start(id, { bytes: uploaded.uploadedBytes });

  const share = (part: number) => Math.floor(options.rows * part);
  await until(operator, id, 'a fifth started', ({ rows }) => rows.started >= share(0.2));
  await worker?.kill();
  say('worker killed with -9 while it starts drafts');
  await worker?.start();
  await until(operator, id, 'two fifths started', ({ rows }) => rows.started >= share(0.4));
  const paused = await operator.batches.pause(id);
  say(`paused: ${paused.rows.started} started, ${paused.rows.waiting} waiting`);
  await worker?.kill();
  await worker?.start();
  say('worker killed with -9 while the batch is paused');
  await sleep(5_000);
  const still = await operator.batches.get(id);
  const movedWhilePaused = still.rows.started - paused.rows.started;
  await operator.batches.resume(id);
  // From here on it is one process: what it keeps of each row would show.
  const heldMb: string[] = [];
  for (const part of [0.6, 0.8]) {
    await until(operator, id, `${part} started`, ({ rows }) => rows.started + rows.bad >= share(part));
    heldMb.push(`${part * 100} %: ${rssMb(worker?.pid ?? 0).toFixed(0)} MB`);
  }
  const done = await until(operator, id, 'finished', ({ status }) => status === 'finished');
  const startedS = (performance.now() - composeAt) / 1_000;
  const good = options.rows - badRows;
  const composed = ({ drafts }: Batch) => (drafts.in_review ?? 0) === good;
  const last = options.composed ? await until(operator, id, 'composed', composed) : done;

  const seen = { rows: 0, bad: 0, drafts: new Set<string>(), lost: 0 };
  const text = await new Response(await operator.batches.results(id, 'jsonl')).text();
  for (const line of text.trim().split('\n')) {
    const { status, draftId } = JSON.parse(line);
    seen.rows += 1;
    if (status === 'bad') seen.bad += 1;
    else if (draftId === null) seen.lost += 1;
    else seen.drafts.add(draftId);
  }
  const inStore = Object.values(last.drafts).reduce((sum, count) => sum + count, 0);
  const figures: [string, number, number][] = [
    ['rows in the result file', seen.rows, options.rows],
    ['bad rows', seen.bad, badRows],
    ['rows lost', seen.lost, 0],
    ['drafts, each of one row', seen.drafts.size, good],
    ['drafts in the store', inStore, good],
    ['drafts started while paused', movedWhilePaused, 0],
  ];
  const table = new Table({ head: ['what', 'is', 'must be'], style: { head: [], border: [] } });
  table.push(...figures.map(([what, is, must]) => [what, String(is), String(must)]));
  process.stdout.write(`${table.toString()}\n`);
  say(
    `all started after ${startedS.toFixed(0)} s (${(good / startedS).toFixed(1)} drafts/s, kills and pauses included)`,
  );
  heldMb.push(`all: ${rssMb(worker?.pid ?? 0).toFixed(0)} MB`);
  say(`worker memory as rows were started: ${heldMb.join(', ')}`);
  say(`worker memory: at most ${peakMb.toFixed(0)} MB (limit ${options.maxRssMb})`);
  return figures.every(([, is, must]) => is === must) && peakMb <= options.maxRssMb;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  clearInterval(watching);
  await stack.close();
}
