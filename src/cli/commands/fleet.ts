import { type Command, Option } from 'commander';
import { z } from 'zod';
import type { Operation, PreviewOperation } from '../../client/index.ts';
import { OPERATION_ACTIONS, WAITING_STATUSES } from '../../domain/operations.ts';
import { type Context, confirm, contextOf, type Io } from '../context.ts';
import { UsageError } from '../exit.ts';
import { followOperation, showOperation } from '../operation-progress.ts';
import { safe, when } from '../text.ts';
import { wholeNumber } from './read.ts';

const options = z.object({
  status: z.string().optional(),
  inbox: z.string().optional(),
  recipe: z.string().optional(),
  createdBy: z.string().optional(),
  category: z.string().optional(),
  batch: z.string().optional(),
  operation: z.string().optional(),
  assignee: z.string().optional(),
  search: z.string().optional(),
  dueBefore: z.string().optional(),
  dueAfter: z.string().optional(),
  deadlineBefore: z.string().optional(),
  group: z.string().optional(),
  overdue: z.boolean().optional(),
  escalated: z.boolean().optional(),
  paused: z.boolean().optional(),
  all: z.boolean().default(false),
  to: z.string().optional(),
  nobody: z.boolean().default(false),
  comment: z.string().optional(),
  yes: z.boolean().default(false),
  watch: z.boolean().default(false),
});
type Given = z.infer<typeof options>;

/** `fleet`: the same thing done to every waiting draft that matches. */
export function addFleet(program: Command, io: Io): void {
  const fleet = program.command('fleet').description('one change of every waiting draft that matches, as an operator');
  const preview = filtered(fleet.command('preview').description('which drafts it would be; changes nothing')).action(
    async (action: string, drafts: string[]) => {
      const context = contextOf(io, preview);
      tell(context, await previewed(context, action, drafts, options.parse(preview.opts())));
    },
  );
  const run = filtered(
    fleet.command('run').description('preview it, ask, and do it; with the id of a preview: do that'),
  )
    .option('--yes', 'without asking')
    .option('--watch', 'follow it until every draft has its result')
    .action(async (action: string, drafts: string[]) => {
      const context = contextOf(io, run);
      const given = options.parse(run.opts());
      const { operations } = context.client('operator');
      const made = action.startsWith('operation-')
        ? await operations.get(action)
        : await previewed(context, action, drafts, given);
      if (made.counts.waiting === 0) return tell(context, made);
      if (!given.yes && made.status === 'previewed') {
        if (!context.out.json) showOperation(context, made);
        const question = `${made.action} ${made.counts.waiting} drafts?`;
        if (!(await confirm(context, question, 'Nobody can be asked here: give --yes.'))) return;
      }
      const begun = await operations.run(made.id);
      tell(context, given.watch ? await followOperation(context, made.id) : begun);
    });
  addFollowing(fleet, io);
}

function filtered(command: Command): Command {
  return command
    .argument('<action>', OPERATION_ACTIONS.join(', '))
    .argument('[draft...]', 'these drafts, instead of a filter')
    .option('--status <statuses>', `separated by commas: ${WAITING_STATUSES.join(', ')}`)
    .option('--inbox <inbox>')
    .option('--recipe <name>')
    .option('--created-by <id>', 'key of the agent that asked')
    .option('--category <category>')
    .option('--batch <id>')
    .option('--operation <id>', 'what this operation was carried out on, such as a pause that is to end')
    .option('--assignee <id>', 'me, none, or the id of a person')
    .option('--search <words>', 'in subject and recipients')
    .option('--due-before <instant>')
    .option('--due-after <instant>')
    .option('--deadline-before <instant>', 'that are to go, or to be reviewed, before then')
    .option('--group <group>', 'given to a group, or in want of its approval')
    .option('--overdue', 'whose time has passed')
    .option('--escalated', 'that others were asked about as well')
    .option('--paused', 'only drafts that are paused one by one')
    .option('--all', 'every draft that waits')
    .addOption(new Option('--to <id>', 'reassign: to this person').conflicts('nobody'))
    .option('--nobody', 'reassign: to nobody')
    .option('--comment <text>', 'why they are paused, or what a recomposition is to heed');
}

async function previewed(context: Context, name: string, drafts: string[], given: Given): Promise<Operation> {
  const action = OPERATION_ACTIONS.find((one) => one === name);
  if (action === undefined) throw new UsageError(`${name} is none of ${OPERATION_ACTIONS.join(', ')}.`);
  const { status, search, all, to, nobody, comment, yes: _yes, watch: _watch, ...same } = given;
  const statuses = z.array(z.enum(WAITING_STATUSES)).optional();
  const filter = { ...same, status: statuses.parse(status?.split(',').map((one) => one.trim())), q: search };
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  if (drafts.length > 0 && (narrowed || all)) throw new UsageError('Name drafts, or give a filter; not both.');
  if (drafts.length === 0 && !narrowed && !all)
    throw new UsageError('Say which drafts; --all is every one that waits.');
  if (action === 'reassign' && to === undefined && !nobody) throw new UsageError('Say to whom: --to ID, or --nobody.');
  const input: PreviewOperation = {
    action,
    ...(drafts.length > 0 ? { drafts } : { filter }),
    ...(action === 'reassign' && { person: to ?? null }),
    ...(comment !== undefined && { comment }),
  };
  return context.client('operator').operations.preview(input);
}

function addFollowing(fleet: Command, io: Io): void {
  const show = fleet
    .command('show <id>')
    .description('one operation with its counts')
    .option('--watch', 'follow it until every draft has its result')
    .action(async (id: string) => {
      const context = contextOf(io, show);
      if (show.opts().watch) return tell(context, await followOperation(context, id));
      tell(context, await context.client('operator').operations.get(id));
    });
  const cancel = fleet
    .command('cancel <id>')
    .description('never do what has not been done yet')
    .action(async (id: string) => {
      const context = contextOf(io, cancel);
      tell(context, await context.client('operator').operations.cancel(id));
    });
  const list = fleet
    .command('list')
    .description('operations that were begun, newest first')
    .option('--limit <n>', 'at most 200', wholeNumber)
    .option('--cursor <cursor>', 'continues a page')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const query = z.object({ limit: z.number().optional(), cursor: z.string().optional() }).parse(list.opts());
      const page = await client('operator').operations.list(query);
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('No operations.');
      const rows = safe(page.items).map((one) => [
        ...[one.id, one.action, one.status, String(one.total), one.by.name, when(one.createdAt)],
      ]);
      out.table(['id', 'what', 'status', 'drafts', 'by', 'when'], rows, ['by'], ['when']);
      if (page.nextCursor) out.note(`More: --cursor ${page.nextCursor}`);
    });
  const results = fleet
    .command('results <id>')
    .description('what came of every draft, as a file on standard output')
    .option('--format <format>', 'csv or jsonl')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, results);
      const { format } = z.object({ format: z.enum(['csv', 'jsonl']).optional() }).parse(results.opts());
      const file = await client('operator').operations.results(id, format ?? (out.json ? 'jsonl' : 'csv'), io.signal);
      const decoder = new TextDecoder();
      for await (const chunk of file) io.write(decoder.decode(chunk, { stream: true }));
    });
}

function tell(context: Context, operation: Operation): void {
  if (context.out.json) context.out.value(operation);
  else showOperation(context, operation);
}
