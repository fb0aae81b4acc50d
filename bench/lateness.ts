import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AgentMailClient } from 'agentmail';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { Client } from 'pg';
import type { OutboxRecord } from '../emulator/state/records.ts';
import { RefusedError, UnavailableError } from '../src/client/index.ts';
import { percentile } from './processes.ts';
import { MAIL_KEY, type Stack, startStack } from './support/stack.ts';

/**
 * Many drafts approved and due in the same second, no rate limit: how late each left, beside a 1 s polling worker with the
 * same mails, database server, SDK and local AgentMail, one after the other on the same machine.
 */
const options = new Command('lateness')
  .description('How late drafts leave that are due in one second. Exit code 1 when one is early, lost or doubled.')
  .option('--drafts <n>', 'due at once', Number, 1_000)
  .option('--workers <w>', 'worker processes', Number, 2)
  .option('--lead-ms <ms>', 'time to get one draft approved before all are due', Number, 400)
  .addOption(
    new Option('--engine <engine>', "Temporal's real server on PostgreSQL, or its dev server")
      .choices(['postgres', 'dev'] as const)
      .default('dev' as const),
  )
  .option('--dist <folder>', 'the built project to run')
  .parse()
  .opts<{ drafts: number; workers: number; leadMs: number; engine: 'postgres' | 'dev'; dist?: string }>();

const INBOX = 'lateness@countersign.test';
const POLLED_INBOX = 'polled@countersign.test';
const MIN_LEAD_MS = 15_000;
const GIVE_UP_MS = 300_000;

interface Lateness {
  sent: number;
  early: number;
  lost: number;
  /** Messages beyond one a draft. */
  doubled: number;
  p50: number;
  p99: number;
  last: number;
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('stopped')));

const stack = await startStack({ ...options, env: { COUNTERSIGN_LOG_LEVEL: 'warn' }, report: console.log });
try {
  const mail = new AgentMailClient({ apiKey: MAIL_KEY, baseUrl: stack.mailUrl });
  for (const inbox of [INBOX, POLLED_INBOX])
    await mail.inboxes.create({ username: inbox.split('@')[0], domain: inbox.split('@')[1] });
  const polled = await polling(stack, mail);
  const ours = await countersign(stack);
  const table = new Table({
    head: [`${options.drafts} due at once`, 'early', 'lost', 'doubled', 'late p50 ms', 'p99 ms', 'last ms'],
  });
  const line = ({ early, lost, doubled, p50, p99, last }: Lateness) => [
    early,
    lost,
    doubled,
    Math.round(p50),
    Math.round(p99),
    last,
  ];
  table.push(['1 s polling worker', ...line(polled)], [`Countersign, ${options.workers} workers`, ...line(ours)]);
  console.log(table.toString());
  process.exitCode = [ours, polled].every(({ early, lost, doubled }) => early + lost + doubled === 0) ? 0 : 1;
} finally {
  await stack.close();
}
process.exit();

async function countersign({ agent, reviewer, mail }: Stack): Promise<Lateness> {
  const dueAtMs = Date.now() + Math.max(MIN_LEAD_MS, options.drafts * options.leadMs);
  const schedule = { kind: 'at' as const, at: new Date(dueAtMs).toISOString() };
  await each(async (n) => {
    const request = { inbox: INBOX, content: contentOf(n), schedule, requestId: `late-${n}` };
    const { id } = await again(() => agent.drafts.create(request));
    for (;;) {
      const { status, revision, digest } = await again(() => reviewer.drafts.get(id));
      if (status === 'scheduled') return;
      notTooLate(dueAtMs);
      if (status === 'in_review' && digest !== null) {
        const decision = { decision: 'approve' as const, revision, digest, decisionId: `late-${n}` };
        await again(() => reviewer.drafts.decide(id, decision)).catch((error) => {
          if (!(error instanceof RefusedError)) throw error;
        });
      }
      await sleep(20);
    }
  });
  ready('Countersign', dueAtMs);
  return lateness(INBOX, dueAtMs, async () => (await mail.outbox()).messages);
}

/** Its own database on the same server; its drafts lie in AgentMail before they are due, as ours do. */
async function polling(system: Stack, mail: AgentMailClient): Promise<Lateness> {
  const database = new Client({ connectionString: system.databaseUrl });
  await database.connect();
  await database.query(
    `create table polled_drafts (draft_id text primary key, inbox_id text not null, send_at timestamptz not null,
       approved boolean not null, message_id text);
     create index on polled_drafts (send_at) where message_id is null`,
  );
  const drafts: string[] = [];
  await each(async (n) => {
    const { to, subject, text } = contentOf(n);
    drafts.push((await mail.inboxes.drafts.create(POLLED_INBOX, { to, subject, text })).draftId);
  });
  const dueAtMs = Date.now() + MIN_LEAD_MS;
  await database.query('insert into polled_drafts select draft_id, $2, $3, true from unnest($1::text[]) as draft_id', [
    drafts,
    POLLED_INBOX,
    new Date(dueAtMs),
  ]);
  const file = fileURLToPath(new URL('support/polling-worker.ts', import.meta.url));
  const args = [
    '--import',
    import.meta.resolve('tsx'),
    file,
    '--database',
    system.databaseUrl,
    '--mail',
    system.mailUrl,
  ];
  const worker = system.startExtra('polling-worker', args);
  ready('The polling worker', dueAtMs);
  const result = await lateness(POLLED_INBOX, dueAtMs, async () => (await system.mail.outbox()).messages);
  await worker.kill();
  await database.end();
  return result;
}

function ready(who: string, dueAtMs: number): void {
  notTooLate(dueAtMs - 1_000);
  console.log(`${who}: ${options.drafts} drafts are ready, due in ${Math.round((dueAtMs - Date.now()) / 1_000)} s`);
}

function notTooLate(untilMs: number): void {
  stop.signal.throwIfAborted();
  if (Date.now() < untilMs) return;
  throw new Error(`The drafts were not ready in time: give a larger --lead-ms than ${options.leadMs}`);
}

/** When each of this inbox's messages was accepted, against the time they were due; waits until the last is there. */
async function lateness(inbox: string, dueAtMs: number, outbox: () => Promise<OutboxRecord[]>): Promise<Lateness> {
  let late: { ms: number; subject: string }[] = [];
  const distinct = () => new Set(late.map(({ subject }) => subject)).size;
  while (distinct() < options.drafts && Date.now() < dueAtMs + GIVE_UP_MS) {
    stop.signal.throwIfAborted();
    // Asking takes time from those who send: seldom is enough.
    await sleep(Date.now() < dueAtMs ? 500 : 3_000);
    late = (await outbox())
      .filter(({ inboxId }) => inboxId === inbox)
      .map(({ acceptedAt, subject = '' }) => ({ ms: Date.parse(acceptedAt) - dueAtMs, subject }));
  }
  const times = late.map(({ ms }) => ms);
  return {
    sent: distinct(),
    early: times.filter((ms) => ms < 0).length,
    lost: options.drafts - distinct(),
    doubled: late.length - distinct(),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    last: Math.max(...times),
  };
}

function contentOf(n: number) {
  return { to: [`d${n}@people.example`], subject: `Number ${n}`, text: `Hello,\n\nthis is number ${n}.\n` };
}

async function each(work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const run = async () => {
    for (let n = next++; n < options.drafts; n = next++) {
      stop.signal.throwIfAborted();
      await work(n);
    }
  };
  await Promise.all(Array.from({ length: 16 }, run));
}

/** A busy machine may need a second try. */
async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof UnavailableError) || tries >= 20) throw error;
      await sleep(200);
    }
  }
}
