import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { z } from 'zod';
import type { Countersign, Draft, Me } from '../../client/index.ts';
import { type Context, contextOf, type Io } from '../context.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { csvRows, type Parsed, parseRow, postgresRows, type TableRow } from '../table-source.ts';
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
const AT_ONCE = 4;
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
  const report = { row: name, sendAt: row.send_at, createdBy, draftId: null };
  if (given.dryRun) return { ...report, outcome: 'would_adopt', note: row.approved ? 'approved in the table' : null };
  let draftId: string | null = null;
  try {
    draftId = (await adopt(context.client('agent'), row)).id;
    // Here as everywhere: whoever made it does not approve it.
    const own = createdBy !== null && isName(createdBy, given.me);
    if (!row.approved || given.me === null || own) {
      const waits = own ? 'made by you in the table: somebody else approves it' : 'waits for a review here';
      return { ...report, draftId, outcome: 'adopted', note: row.approved ? `approved in the table; ${waits}` : null };
    }
    const comment = `Approved in the table it comes from${createdBy === null ? '' : `, made there by ${createdBy}`}.`;
    const note = await approve(context.client('reviewer'), draftId, comment, context.io.signal);
    return { ...report, draftId, outcome: 'approved', note };
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { ...report, draftId, outcome: 'failed', note };
  }
}

function isName(createdBy: string, me: Given['me']): boolean {
  return me !== null && [me.id, me.name].some((name) => name.toLowerCase() === createdBy.toLowerCase());
}

/** The request id follows from the row, so that a repeat finds the first draft. */
function adopt(client: Countersign, { draft_id: draftId, inbox_id: inbox, send_at: at }: TableRow): Promise<Draft> {
  const requestId = `table-${createHash('sha256')
    .update(JSON.stringify([inbox, draftId]))
    .digest('hex')}`;
  return client.drafts.create({
    inbox,
    adopt: { draftId },
    schedule: at === null ? { kind: 'held' } : { kind: 'at', at },
    requestId,
  });
}

const READ_BACK_MS = 60_000;
const LOOK_EVERY_MS = 250;

/** Approves what Countersign read back from AgentMail; answers what is to be said about it. */
async function approve(
  client: Countersign,
  draftId: string,
  comment: string,
  signal: AbortSignal,
): Promise<string | null> {
  const untilMs = Date.now() + READ_BACK_MS;
  for (;;) {
    const { status, revision, digest, blocked } = await client.drafts.get(draftId);
    if (status === 'in_review' && digest !== null) {
      if (blocked) throw new Error('the checks found errors; it waits for a review');
      // The same decision for the same content, also when this runs again.
      await client.drafts.decide(draftId, {
        decision: 'approve',
        revision,
        digest,
        comment,
        decisionId: `${draftId}-table-r${revision}`,
      });
      return null;
    }
    if (status !== 'composing') return `it is ${status.replaceAll('_', ' ')} already`;
    if (Date.now() > untilMs || signal.aborted) throw new Error('it was not read back in time; run the command again');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function lineOf({ row, outcome, draftId, sendAt, note }: Report): string {
  const when = outcome === 'failed' ? null : (sendAt ?? 'held');
  return [row, outcome.replace('_', ' '), draftId, when, note].filter(Boolean).join('  ');
}
