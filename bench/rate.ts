import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { measureRate } from './support/rate-run.ts';

/** A limit shared by several workers: what AgentMail saw, and whether a busy inbox starved a quiet one. */
const options = new Command('rate')
  .description('A limit shared by several workers, as AgentMail sees it. Exit code 1 when it is passed, or unfair.')
  .option('--drafts <n>', 'of the busy inbox; the quiet one has a tenth', Number, 300)
  .option('--workers <w>', 'worker processes', Number, 5)
  .option('--per-second <n>', 'limit', Number, 10)
  .option('--lead-ms <ms>', 'time to prepare the drafts', Number, 60_000)
  .addOption(
    new Option('--engine <engine>', "Temporal's real server on PostgreSQL, or its dev server")
      .choices(['postgres', 'dev'] as const)
      .default('dev' as const),
  )
  .option('--dist <folder>', 'the built project to run')
  .parse()
  .opts<{
    drafts: number;
    workers: number;
    perSecond: number;
    leadMs: number;
    engine: 'postgres' | 'dev';
    dist?: string;
  }>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort(new Error('stopped')));

const table = new Table({ head: ['limit', 'inbox', 'sent', 'doubled', 'early', 'peak in 1 s', 'last after s'] });
let ok = true;
for (const limited of ['each_inbox', 'organization'] as const) {
  const result = await measureRate({ ...options, report: console.log, signal: stop.signal }, limited);
  const { busy, quiet, peakOfBoth } = result;
  for (const [name, inbox] of Object.entries({ busy, quiet })) {
    table.push([
      `${options.perSecond}/s ${limited.replace('_', ' ')}`,
      ...[name, `${inbox.sent}/${inbox.wanted}`, inbox.doubled, inbox.early, inbox.peak],
      (inbox.lastMs / 1_000).toFixed(1),
    ]);
    ok &&= inbox.sent === inbox.wanted && inbox.doubled + inbox.early === 0 && inbox.peak <= options.perSecond;
  }
  // A tenth of the drafts takes a tenth of the time, however many the other inbox has.
  ok &&= quiet.lastMs < busy.lastMs / 2;
  if (limited === 'organization') ok &&= peakOfBoth <= options.perSecond;
}
console.log(table.toString());
process.exit(ok ? 0 : 1);
