import type { Command } from 'commander';
import { z } from 'zod';
import type { Draft, Me } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { csvRows, type Parsed, parseRow, postgresRows, type TableRow } from '../table-source.ts';
import { adopt, approve, readBack } from '../take-over.ts';
import { safe } from '../text.ts';

const options = z.object({
  from: z.string().optional(),
  table: z.string().optional(),
  csv: z.string().optional(),
  dryRun: z.boolean().default(false),
  keepApprovals: z.boolean().default(false),
});
type Options = z.infer<typeof options>;

export function addImportTable(program: Command, io: Io): void {
  const command = program
    .command('import-table')
    .description('take over the drafts of a polling table (draft_id, inbox_id, send_at, approved, created_by)')
    .option('--from <postgres-url>', 'database of the table; it is only read')
    .option('--table <name>', 'its name, with its schema where needed')
    .option('--csv <file>', 'the table as a CSV file with these columns in its first line')
    .option('--dry-run', 'say what would be taken over')
    .option('--keep-approvals', 'approve approved rows in your own name, as a reviewer, after reading them back')
    .addHelpText('after', '\nStop the worker of the table first. Running the command again does nothing twice.');
  command.action(async () => importTable(contextOf(io, command), options.parse(command.opts())));
}

type Outcome = 'would_adopt' | 'adopted' | 'approved' | 'failed';
interface Report {
  row: string;
  outcome: Outcome;
  draftId: string | null;
  sendAt: string | null;
  /** Whoever the table says made it. */
  createdBy: string | null;
  note: string | null;
}

/** Rows under way at once. */
const AT_ONCE = 8;
const PROGRESS_EVERY = 100;

async function importTable(context: Context, given: Options): Promise<void> {
  const { out, io } = context;
  const counts: Record<Outcome, number> = { would_adopt: 0, adopted: 0, approved: 0, failed: 0 };
  let done = 0;
  const me = given.keepApprovals && !given.dryRun ? await context.client('reviewer').me() : null;
  const rows = sourceOf(given);
  let number = 0;
  const lane = async () => {
    for (let next = await rows.next(); !next.done && !io.signal.aborted; next = await rows.next()) {
      number += 1;
      const report = await one(context, { ...given, me }, parseRow(next.value, number));
      counts[report.outcome] += 1;
      done += 1;
      if (out.json) out.row(report);
      else out.line(lineOf(safe(report)));
      if (done % PROGRESS_EVERY === 0) out.note(`${done} rows, ${counts.failed} failed`);
    }
  };
  // Generators answer their callers one by one, so the lanes share one source.
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  out.note(told.map(([outcome, count]) => `${count} ${outcome.replace('_', ' ')}`).join(', ') || 'The table is empty.');
  if (counts.failed > 0 || io.signal.aborted) throw new ExitWith(EXIT.error);
}

function sourceOf({ from, table, csv }: Options) {
  if (csv !== undefined && from === undefined && table === undefined) return csvRows(csv);
  if (from !== undefined && table !== undefined && csv === undefined) return postgresRows(from, table);
  throw new UsageError('Say where the table is: --from <postgres-url> --table <name>, or --csv <file>.');
}

/** `me`: whoever approves in their own name; null: nobody does. */
type Given = Options & { me: Pick<Me, 'id' | 'name'> | null };

async function one(context: Context, given: Given, parsed: Parsed): Promise<Report> {
  const { name } = parsed;
  if ('problem' in parsed) {
    return { row: name, outcome: 'failed', draftId: null, sendAt: null, createdBy: null, note: parsed.problem };
  }
  const { row } = parsed;
  const createdBy = row.created_by?.trim() || null;
  const report = { row: name, sendAt: row.approved ? row.send_at : null, createdBy, draftId: null };
  if (given.dryRun) return { ...report, outcome: 'would_adopt', note: tableNote(row) };
  let draftId: string | null = null;
  try {
    draftId = (await adopt(context.client('agent'), row)).id;
    // Here as everywhere: whoever made it does not approve it.
    const own = createdBy !== null && isName(createdBy, given.me);
    const approves = row.approved && given.me !== null && !own;
    const draft = await readBack(context.client(approves ? 'reviewer' : 'agent'), draftId, context.io.signal);
    if (!approves) return { ...report, draftId, outcome: 'adopted', note: waitingNote(row, draft, own) };
    const comment = `Approved in the table it comes from${createdBy === null ? '' : `, made there by ${createdBy}`}.`;
    const { approved, note } = await approve(context.client('reviewer'), draft, comment);
    return { ...report, draftId, outcome: approved ? 'approved' : 'adopted', note };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { ...report, draftId, outcome: 'failed', note };
  }
}

/** What the table says of a row, and what becomes of it. */
function tableNote({ approved, send_at: at }: TableRow): string | null {
  if (approved) return 'approved in the table';
  return at === null ? null : `not approved in the table: held; its time there was ${at}`;
}

function waitingNote(row: TableRow, { status, blocked }: Draft, own: boolean): string | null {
  const waits = own ? 'made by you in the table: somebody else approves it' : 'waits for a review here';
  const notes = [
    tableNote(row),
    blocked ? 'the checks found errors' : null,
    row.approved && status === 'in_review' ? waits : null,
  ];
  return notes.filter((note) => note !== null).join('; ') || null;
}

function isName(createdBy: string, me: Given['me']): boolean {
  return me !== null && [me.id, me.name].some((name) => name.toLowerCase() === createdBy.toLowerCase());
}

function lineOf({ row, outcome, draftId, sendAt, note }: Report): string {
  const when = outcome === 'failed' ? null : (sendAt ?? 'held');
  return [row, outcome.replace('_', ' '), draftId, when, note].filter(Boolean).join('  ');
}
