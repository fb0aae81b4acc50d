import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { SUPPRESSION_REASONS } from '../../domain/suppression.ts';
import { contextOf, type Io } from '../context.ts';
import { importSuppressions } from '../import-suppressions.ts';
import { durationArgument } from '../schedule-options.ts';
import { safe, when } from '../text.ts';

const reason = z.enum(SUPPRESSION_REASONS, `--reason: one of ${SUPPRESSION_REASONS.join(', ')}`).optional();
const listOptions = z.object({ inbox: z.string().optional(), reason, all: z.boolean().optional() });
const addOptions = z.object({
  inbox: z.string().optional(),
  reason,
  note: z.string().optional(),
  for: z.number().optional(),
});
const removeOptions = z.object({ inbox: z.string().optional(), reason });

/** `suppressions list|add|remove|import|export`. */
export function addSuppressions(program: Command, io: Io): void {
  const group = program
    .command('suppressions')
    .alias('suppress')
    .description('addresses and domains nothing is ever sent to');
  const list = group
    .command('list [words]')
    .description('what is suppressed')
    .option('--inbox <inbox>', 'only entries of this inbox')
    .option('--reason <reason>', 'only those for this reason')
    .option('--all', 'with those that have expired')
    .action(async (words?: string) => {
      const { out, client } = contextOf(io, list);
      const { inbox, reason, all } = listOptions.parse(list.opts());
      const query = { q: words, scope: inbox, reason, limit: 200, ...(all && { expired: 'include' as const }) };
      const page = await client('reviewer').suppressions.list(query);
      if (out.json) return out.value(page);
      if (page.items.length === 0) return out.note('Nothing is suppressed.');
      const rows = safe(page.items).map((one) => [
        ...[one.entry, one.scope === 'organization' ? 'everywhere' : one.scope, one.reason, one.note ?? ''],
        ...[one.createdBy.name, when(one.createdAt), one.expiresAt === null ? '' : when(one.expiresAt)],
      ]);
      const head = ['entry', 'scope', 'reason', 'note', 'by', 'since', 'until'];
      out.table(head, rows, ['entry', 'note'], ['until', 'by', 'scope']);
      if (page.nextCursor) out.note('There are more: narrow the list with a word, or export it.');
    });
  const add = group
    .command('add <entry>')
    .description('never send to an address, or to a domain and all below it')
    .option('--inbox <inbox>', 'from this inbox only')
    .option('--reason <reason>', `why: ${SUPPRESSION_REASONS.join(', ')} (default manual)`)
    .option('--note <text>', 'your own words')
    .option('--for <duration>', 'only so long, such as 30d', durationArgument)
    .action(async (entry: string) => {
      const { out, client } = contextOf(io, add);
      const { inbox: scope, reason, note, for: forMs } = addOptions.parse(add.opts());
      const expiresAt = forMs === undefined ? undefined : new Date(Date.now() + forMs).toISOString();
      const added = await client('reviewer').suppressions.add({ entry, scope, reason, note, expiresAt });
      if (out.json) out.value(added);
      else out.line(`${safe(added.entry)} is suppressed.`);
    });
  const remove = group
    .command('remove <entry>')
    .description('allow an entry again, as an operator')
    .option('--inbox <inbox>', 'the entry of this inbox')
    .option('--reason <reason>', 'only for this reason')
    .action(async (entry: string) => {
      const { out, client } = contextOf(io, remove);
      const { inbox: scope, reason } = removeOptions.parse(remove.opts());
      await client('operator').suppressions.remove(entry, { scope, reason });
      if (out.json) out.value({ entry, suppressed: false });
      else out.line(`${safe(entry)} is allowed again.`);
    });
  const importing = group
    .command('import <file>')
    .description('suppress all of a CSV file (`-` reads standard input), as an operator')
    .option('--dry-run', 'only say what would happen')
    .action(async (file: string) => {
      const { dryRun } = z.object({ dryRun: z.boolean().default(false) }).parse(importing.opts());
      await importSuppressions(contextOf(io, importing), file, dryRun);
    });
  const exporting = group
    .command('export [file]')
    .description('write the whole list as CSV, to standard output without a file')
    .action(async (file?: string) => {
      const { out, client } = contextOf(io, exporting);
      const { body } = await client('reviewer').suppressions.export();
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      const target = file === undefined ? null : await open(file, 'w', 0o600);
      try {
        for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
          if (target) await target.write(piece.value);
          else io.write(piece.value);
        }
      } finally {
        await target?.close();
      }
      if (file === undefined) return;
      if (out.json) out.value({ file });
      else out.note(`Written to ${basename(file)}.`);
    });
}
