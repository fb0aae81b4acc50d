import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { Batch, BatchRows } from '../../client/index.ts';
import { followBatch, showBatch, uploadFile } from '../batch-progress.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { durationArgument, scheduleOf, scheduleOptions, withScheduleOptions } from '../schedule-options.ts';
import { safe, when } from '../text.ts';
import { wholeNumber } from './read.ts';

function mappingArgument(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw new InvalidArgumentError('write it as "column=path.of.the.input".');
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

const createOptions = scheduleOptions.extend({
  recipe: z.string(),
  inbox: z.string(),
  name: z.string().optional(),
  format: z.enum(['csv', 'jsonl'], '--format: csv or jsonl').optional(),
  map: z.record(z.string(), z.string()).optional(),
  category: z.string().optional(),
  priority: z.number().optional(),
  hold: z.number().optional(),
  reviewTimeout: z.number().optional(),
  requestId: z.string().optional(),
  start: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  watch: z.boolean().default(false),
});
type CreateOptions = z.infer<typeof createOptions>;

export function addBatch(program: Command, io: Io): void {
  const batch = program.command('batch').description('many drafts from one recipe and a file of inputs');
  const create = withScheduleOptions(
    batch
      .command('create <file>')
      .description('make a batch of a CSV or JSON lines file; --start begins at once')
      .requiredOption('--recipe <name>', 'composes every row; `countersign recipes NAME` shows its fields')
      .requiredOption('--inbox <inbox>', 'AgentMail inbox the emails leave from')
      .option('--name <name>', "what people call it; the file's name when absent")
      .option('--format <format>', 'csv or jsonl; by the name of the file when absent')
      .option('--map <column=path>', 'where a column goes in the input; repeat for more', mappingArgument)
      .option('--category <category>', 'kind of mail, such as newsletter: recipients opt out of categories')
      .option('--priority <n>', '1 goes first, 5 last', wholeNumber)
      .option('--hold <duration>', 'pause between approval and send, such as 10m', durationArgument)
      .option('--review-timeout <duration>', 'a draft expires when nobody decides within this', durationArgument)
      .option('--request-id <id>', 'your id of this batch: repeating the command with it makes no second one')
      .option('--start', 'start the drafts when all rows are there')
      .option('--dry-run', 'check every row, tell what is wrong, and make nothing')
      .option('--watch', 'after --start: follow it until all drafts are started'),
  ).action((file: string) => createBatch(contextOf(io, create), file, createOptions.parse(create.opts())));

  const upload = batch
    .command('upload <id> <file>')
    .description('go on with an upload where it stopped')
    .option('--start', 'start the drafts when all rows are there')
    .action(async (id: string, file: string) => {
      const context = contextOf(io, upload);
      const { start } = z.object({ start: z.boolean().default(false) }).parse(upload.opts());
      const uploaded = await uploadFile(context, id, file);
      const done = start
        ? await context.client('agent').batches.start(id, { bytes: uploaded.uploadedBytes })
        : uploaded;
      tell(context, done);
    });

  const show = batch
    .command('show <id>')
    .description('one batch with its counts')
    .option('--watch', 'follow it until all drafts are started')
    .action(async (id: string) => {
      const context = contextOf(io, show);
      if (show.opts().watch) return tell(context, await followBatch(context, id));
      tell(context, await context.client('reviewer').batches.get(id));
    });
  addSteering(batch, io);
  addReading(batch, io);
}

async function createBatch(context: Context, file: string, given: CreateOptions): Promise<void> {
  const { out } = context;
  if (given.dryRun && given.start) throw new UsageError('--dry-run and --start contradict each other.');
  const { batches } = context.client('agent');
  const schedule = scheduleOf(given);
  const { recipe, inbox, category, priority, hold, reviewTimeout, map } = given;
  const made = await batches.create({
    name: given.name ?? basename(file),
    format: given.format ?? (/\.(jsonl|ndjson)$/i.test(file) ? 'jsonl' : 'csv'),
    ...{ recipe, inbox, category, priority },
    ...(map && { mapping: map }),
    ...(schedule && { schedule }),
    ...(hold !== undefined && { holdMs: hold }),
    ...(reviewTimeout !== undefined && { reviewTimeoutMs: reviewTimeout }),
    requestId: given.requestId ?? randomUUID(),
  });
  if (given.dryRun) return dryRun(context, made, file);
  out.note(`${made.id}: an upload that breaks off goes on with \`countersign batch upload ${made.id} ${file}\``);
  const uploaded = await uploadFile(context, made.id, file);
  if (!given.start) return tell(context, uploaded);
  const started = await batches.start(made.id, { bytes: uploaded.uploadedBytes });
  tell(context, given.watch ? await followBatch(context, made.id) : started);
}

const SHOWN_ROWS = 50;

/** The server checks every row as for a real batch; this one is cancelled, which drops its rows. */
async function dryRun(context: Context, { id }: Batch, file: string): Promise<void> {
  const { out } = context;
  const { batches } = context.client('agent');
  try {
    const { rows } = await uploadFile(context, id, file);
    const bad = await batches.rows(id, { state: 'bad', limit: SHOWN_ROWS });
    if (out.json) return out.value({ rows, bad: bad.items });
    out.line(`${rows.total} rows: ${rows.waiting} good, ${rows.bad} bad. Nothing was made.`);
    showRows(context, bad);
  } finally {
    await batches.cancel(id);
  }
}

function addSteering(batch: Command, io: Io): void {
  const start = batch.command('start <id>').description('start the drafts of all rows');
  start.action(async (id: string) => {
    const context = contextOf(io, start);
    tell(context, await context.client('agent').batches.start(id));
  });
  const pause = batch.command('pause <id>').description('start no further drafts');
  pause.action(async (id: string) => {
    const context = contextOf(io, pause);
    tell(context, await context.client('operator').batches.pause(id));
  });
  const resume = batch.command('resume <id>').description('go on starting drafts');
  resume.action(async (id: string) => {
    const context = contextOf(io, resume);
    tell(context, await context.client('operator').batches.resume(id));
  });
  const cancel = batch
    .command('cancel <id>')
    .description('never start what has not started')
    .option('--withdraw-drafts', 'also end those of its drafts that are not approved yet')
    .action(async (id: string) => {
      const context = contextOf(io, cancel);
      const withdrawDrafts = cancel.opts().withdrawDrafts === true;
      tell(context, await context.client('operator').batches.cancel(id, { withdrawDrafts }));
    });
}

function addReading(batch: Command, io: Io): void {
  const list = batch
    .command('list')
    .description('batches, newest first')
    .option('--limit <n>', 'at most 200', wholeNumber)
    .option('--cursor <cursor>', 'continues a page')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const query = z.object({ limit: z.number().optional(), cursor: z.string().optional() }).parse(list.opts());
      const page = await client('reviewer').batches.list(query);
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('No batches.');
      const rows = safe(page.items).map((one) => [
        ...[one.id, one.status, one.name, one.recipe, String(one.rowCount), when(one.createdAt)],
      ]);
      out.table(['id', 'status', 'name', 'recipe', 'rows', 'made'], rows, ['name'], ['made', 'recipe']);
      if (page.nextCursor) out.note(`More: --cursor ${page.nextCursor}`);
    });
  const rows = batch
    .command('rows <id>')
    .description('rows as they were read')
    .option('--bad', 'only those that cannot be used, with the reason')
    .option('--after <n>', 'continues behind this row', wholeNumber)
    .option('--limit <n>', 'at most 200', wholeNumber)
    .action(async (id: string) => {
      const context = contextOf(io, rows);
      const given = z
        .object({ bad: z.boolean().optional(), after: z.number().optional(), limit: z.number().optional() })
        .parse(rows.opts());
      const { bad, ...page } = given;
      const found = await context.client('reviewer').batches.rows(id, { ...page, ...(bad && { state: 'bad' }) });
      if (context.out.json) context.out.value(found);
      else showRows(context, found);
    });
  const results = batch
    .command('results <id>')
    .description('what became of every row, as a file on standard output')
    .option('--format <format>', 'csv or jsonl')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, results);
      const { format } = z.object({ format: z.enum(['csv', 'jsonl']).optional() }).parse(results.opts());
      const file = await client('reviewer').batches.results(id, format ?? (out.json ? 'jsonl' : 'csv'), io.signal);
      const decoder = new TextDecoder();
      for await (const chunk of file) io.write(decoder.decode(chunk, { stream: true }));
    });
}

function showRows({ out }: Context, { items, nextAfter }: BatchRows): void {
  if (items.length === 0) return;
  const rows = safe(items).map(({ row, state, draftId, error, input }) => [
    String(row),
    state,
    error?.message ?? draftId ?? JSON.stringify(input),
  ]);
  out.table(['row', 'state', 'what'], rows, ['what']);
  if (nextAfter !== null) out.note(`More: --after ${nextAfter}`);
}

function tell(context: Context, batch: Batch): void {
  if (context.out.json) context.out.value(batch);
  else showBatch(context, batch);
}
