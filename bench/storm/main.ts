import Table from 'cli-table3';
import { Command, InvalidArgumentError, Option } from 'commander';
import { runStorm, type StormResult } from './run.ts';

/** `npm run storm`: many drafts through the whole system while everything in it fails and is killed, again and again. */
const options = new Command('storm')
  .description('Drafts through the whole system while everything fails; ends with 0 only if no draft came to harm')
  .option('--drafts <n>', 'how many', positive, 1_000)
  .option('--seed <s>', 'the plan of drafts and faults; a random one is drawn and printed', Number)
  .option('--workers <w>', 'worker processes', positive, 3)
  .addOption(
    new Option('--engine <engine>', "Temporal's real server on PostgreSQL, or its dev server")
      .choices(['postgres', 'dev'] as const)
      .default('postgres' as const),
  )
  .option('--dist <folder>', 'the built project to run', undefined)
  .option('--json', 'the result as JSON on standard output, progress on standard error')
  .parse()
  .opts<{
    drafts: number;
    seed?: number;
    workers: number;
    engine: 'postgres' | 'dev';
    dist?: string;
    json?: boolean;
  }>();

const report = (line: string) => (options.json ? process.stderr : process.stdout).write(`${line}\n`);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}

try {
  const result = await runStorm({
    ...{ drafts: options.drafts, workers: options.workers, engine: options.engine, dist: options.dist, report },
    seed: options.seed ?? Math.floor(Math.random() * 1_000_000),
    spreadMs: options.drafts * 100,
    maxDelayMs: 60_000,
    weather: {
      mailFaultMs: 250,
      workerKillMs: 12_000,
      otherKillMs: 15_000,
      pauses: 6,
      pauseEveryMs: 15_000,
      verySlow: true,
    },
    leastTried: { suppressed: 5, paused: 3 },
    calmShare: 0.9,
    stuckMs: 12 * 60_000,
    aftermathMs: 25_000,
    signal: stop.signal,
  });
  if (options.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else print(result);
  process.exit(result.ok ? 0 : 1);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(stop.signal.aborted ? 130 : 1);
}

function print(result: StormResult): void {
  const { seed, drafts, seconds, findings, bad, faults, events, apiRetries, refusals, surprises } = result;
  table([`seed ${seed}`, `${seconds} s`], {
    drafts,
    'sent exactly once': findings.sentOnce,
    'ended unsent as people wished': findings.endedUnsent,
    'ready to leave while suppressed': findings.tried.suppressed,
    'ready to leave while paused': findings.tried.paused,
    ...bad,
    'unexpected answers of the API': surprises.length,
    'foreign edits within a send, noticed': findings.raced.length,
  });
  table(['faults that struck', ''], { ...faults, 'API requests repeated': apiRetries });
  table(['events of the drafts', ''], events);
  table(['refused commands', ''], refusals);
  const { duplicates, lost, unapproved, suppressed, paused, early, stuck, raced } = findings;
  const lines = [...duplicates, ...lost, ...unapproved, ...suppressed, ...paused, ...early, ...stuck, ...raced];
  for (const line of [...lines, ...surprises].slice(0, 50)) console.log(`  ${line}`);
}

function table(head: [string, string], rows: Record<string, number>): void {
  const plain = { compact: true, head: [], border: [] };
  const printed = new Table({ head, style: plain, colAligns: ['left', 'right'] });
  printed.push(...Object.entries(rows));
  console.log(printed.toString());
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('must be a whole number from 1');
  return number;
}
