import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { DRAFT_ORDERS, DRAFT_STATUSES, OPEN_STATUSES } from '../../domain/state.ts';
import { contextOf, type Io } from '../context.ts';
import { diffLines } from '../diff-lines.ts';
import { EXIT, ExitWith, UsageError } from '../exit.ts';
import { showDraft, styledStatus } from '../show-draft.ts';
import { howToResolve, showEvidence } from '../show-evidence.ts';
import { sourceLines } from '../source-lines.ts';
import { safe, when } from '../text.ts';

export const wholeNumber = (text: string) => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number.');
  return Number(text);
};

const HOUR_MS = 3_600_000;
const listOptions = z.object({
  status: z.string().optional(),
  all: z.boolean().default(false),
  inbox: z.string().optional(),
  recipe: z.string().optional(),
  search: z.string().optional(),
  needsMe: z.literal(true).optional(),
  group: z.string().optional(),
  overdue: z.boolean().optional(),
  escalated: z.boolean().optional(),
  dueWithin: z.number().optional(),
  order: z.enum(DRAFT_ORDERS, `--order: ${DRAFT_ORDERS.join(', ')}`).optional(),
  limit: z.number().default(50),
  cursor: z.string().optional(),
});

/** Commands that only look. */
export function addReading(program: Command, io: Io): void {
  const list = program
    .command('list')
    .description('drafts that are not over yet; --all for every one')
    .option('--status <statuses>', `separated by commas: ${DRAFT_STATUSES.join(', ')}`)
    .option('--all', 'also those that are over')
    .option('--inbox <inbox>')
    .option('--recipe <name>')
    .option('--search <words>', 'in subject and recipients')
    .option(
      '--due-within <hours>',
      'with a time to keep within so many hours: to go, or to be reviewed by',
      wholeNumber,
    )
    .option('--needs-me', 'that your approval would count for')
    .option('--group <group>', 'given to a group, or in want of its approval')
    .option('--overdue', 'whose time has passed')
    .option('--escalated', 'that others were asked about as well')
    .option('--order <order>', `${DRAFT_ORDERS.join(', ')}; urgent is by priority and nearest time`)
    .option('--limit <n>', 'at most 200', wholeNumber)
    .option('--cursor <cursor>', 'continues a page')
    .action(async () => {
      const { out, client } = contextOf(io, list);
      const { all, status, search, dueWithin, ...query } = listOptions.parse(list.opts());
      const statuses = status?.split(',').map(statusArgument) ?? (all ? undefined : OPEN_STATUSES);
      const page = await client('reviewer').drafts.list({
        ...{ ...query, status: statuses, q: search },
        ...(dueWithin !== undefined && { deadlineBefore: new Date(Date.now() + dueWithin * HOUR_MS).toISOString() }),
      });
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('No drafts.');
      const rows = safe(page.items).map((draft) => [
        draft.id,
        styledStatus(out, draft.status),
        draft.subject || '(no subject)',
        draft.recipients.join(', '),
        when(draft.dueAt),
      ]);
      out.table(['id', 'status', 'subject', 'to', 'due'], rows, ['subject', 'to'], ['due', 'to']);
      if (page.nextCursor) out.note(`More: --cursor ${page.nextCursor}`);
    });

  const show = program
    .command('show <id>')
    .description('one draft with its current revision')
    .option('--revision <n>', 'this revision instead', wholeNumber)
    .option('--html', 'print the HTML body alone')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, show);
      const wanted = show.opts().revision;
      const { drafts } = client('reviewer');
      const draft = await drafts.get(id);
      const revision = typeof wanted === 'number' ? await drafts.revision(id, wanted) : draft.current;
      if (show.opts().html) return out.line(safe(revision?.content.html ?? ''));
      if (out.json) return out.value(typeof wanted === 'number' ? revision : draft);
      showDraft(out, draft, revision);
      if (!draft.actions.includes('resolve')) return;
      out.line();
      showEvidence(out, await drafts.sendEvidence(id));
      out.note(howToResolve(id));
    });

  const evidence = program
    .command('evidence <id>')
    .description('what is known about its send: what was asked and answered, what the mailbox shows now')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, evidence);
      const found = await client('reviewer').drafts.sendEvidence(id);
      if (out.json) out.value(found);
      else showEvidence(out, found);
    });

  const diff = program
    .command('diff <id> [from] [to]')
    .description('what changed between two revisions; the last two when none are named')
    .action(async (id: string, from?: string, to?: string) => {
      const { out, client } = contextOf(io, diff);
      const { drafts } = client('reviewer');
      const last = to === undefined ? (await drafts.get(id)).revision : revisionNumber(to);
      const first = from === undefined ? last - 1 : revisionNumber(from);
      if (first < 1) throw new UsageError('There is one revision only; nothing to compare it with.');
      const [older, newer] = await Promise.all([drafts.revision(id, first), drafts.revision(id, last)]);
      if (out.json) return out.value({ from: older, to: newer });
      for (const line of diffLines(out, safe(older), safe(newer))) out.line(line);
    });

  const history = program
    .command('history <id>')
    .description('everything that happened to a draft')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, history);
      const events = await client('reviewer').drafts.history(id);
      if (out.json) return out.value(events);
      const rows = safe(events).map((event) => [
        when(event.at),
        event.actor?.name ?? '',
        event.comment ? `${event.summary}: "${event.comment}"` : event.summary,
      ]);
      out.table(['when', 'who', 'what'], rows, ['what']);
    });

  const sources = program
    .command('sources <id>')
    .description('what a draft was composed from: what each source answered')
    .option('--full', 'the whole of each answer')
    .action(async (id: string) => {
      const { out, client } = contextOf(io, sources);
      const query = sources.opts().full ? { maxLength: 2_000_000 } : { maxLength: 2_000 };
      const known = await client('reviewer').drafts.sources(id, query);
      if (out.json) return out.value(known);
      for (const line of sourceLines(out, safe(known))) out.line(line);
    });

  const recipes = program
    .command('recipes [name]')
    .description('recipes; with a name, the input it takes as JSON Schema')
    .action(async (name?: string) => {
      const { out, client } = contextOf(io, recipes);
      const all = await client('agent').recipes.list();
      const one = all.find((recipe) => recipe.name === name);
      if (name !== undefined && !one)
        throw new ExitWith(EXIT.notFound, `There is no recipe ${name}; \`countersign recipes\` lists them.`);
      if (one) return out.value(out.json ? one : one.input);
      if (out.json) return out.value(all);
      out.table(
        ['name', 'description'],
        safe(all).map((recipe) => [recipe.name, recipe.description]),
        ['description'],
      );
    });
}

function revisionNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${text} is no number of a revision.`);
}

function statusArgument(text: string) {
  const known = DRAFT_STATUSES.find((status) => status === text.trim());
  if (known) return known;
  throw new UsageError(`--status: ${text} is none of ${DRAFT_STATUSES.join(', ')}.`);
}
