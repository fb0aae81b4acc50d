import Table from 'cli-table3';
import { Command } from 'commander';
import { measureDesk } from './support/desk-run.ts';

/** The desk in Chromium with a long queue: how long after a key or a click the page shows that it was heard. */
const options = new Command('desk')
  .description('Interactions with a queue of many drafts, by Event Timing. Exit code 1 when a p95 is above the limit.')
  .option('--drafts <n>', 'that wait, straight into the database; the desk reads them through the API', Number, 10_000)
  .option('--decide <n>', 'drafts of a real agent, decided by key', Number, 30)
  .option('--limit-ms <ms>', 'of the p95 of each kind of interaction', Number, 100)
  .option('--json', 'the figures as JSON on standard output, progress on standard error')
  .parse()
  .opts<{ drafts: number; decide: number; limitMs: number; json?: boolean }>();

const report = (line: string) => process.stderr.write(`${line}\n`);
const { figures, longestBlockMs, rowsLoaded } = await measureDesk({ ...options, report });
const slow = figures.filter(({ p95 }) => p95 > options.limitMs);
if (options.json) {
  process.stdout.write(`${JSON.stringify({ rowsLoaded, figures, longestBlockMs, ok: slow.length === 0 }, null, 2)}\n`);
} else {
  const head = [`${rowsLoaded} rows`, 'interactions', 'p50 ms', 'p95 ms', 'worst ms', 'content p50', 'content p95'];
  const table = new Table({ head });
  for (const { name, count, p50, p95, worst, shown } of figures) {
    table.push([name, count, p50, p95, worst, shown?.p50 ?? '', shown?.p95 ?? '']);
  }
  process.stdout.write(`${table.toString()}\nlongest time the page did not answer: ${longestBlockMs} ms\n`);
  for (const { name, p95 } of slow) process.stdout.write(`too slow: ${name}, ${p95} ms\n`);
}
process.exit(slow.length === 0 ? 0 : 1);
