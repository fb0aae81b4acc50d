import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportResult, ImportSuppressions } from '../client/index.ts';
import { DryRunPieces } from '../domain/suppression-file.ts';
import type { Context } from './context.ts';
import { EXIT, ExitWith } from './exit.ts';
import { Progress } from './progress.ts';
import { readSuppressions } from './suppression-file.ts';
import { safe } from './text.ts';

const CHUNK = 500;
/** More faults than this are counted, not listed. */
const SHOWN = 20;
/** Bytes of a usual row: the bar needs a guess of how many there are. */
const ROW_BYTES = 40;

/** Sends a CSV file in pieces; bad rows are named and do not stop the rest. */
export async function importSuppressions({ io, out, client }: Context, file: string, dryRun: boolean): Promise<void> {
  const { suppressions } = client('operator');
  const progress = new Progress(io, dryRun ? 'rows checked' : 'rows imported');
  const guess = file === '-' ? 0 : Math.ceil(((await stat(file).catch(() => null))?.size ?? 0) / ROW_BYTES);
  const total: ImportResult = { dryRun, added: 0, unchanged: 0, invalid: [] };
  const pieces = new DryRunPieces();
  let done = 0;
  let rows: ImportSuppressions['rows'] = [];
  const send = async () => {
    const name = file === '-' ? undefined : basename(file).slice(0, 200);
    const result = await suppressions.import({ dryRun, file: name, rows });
    const repeated = pieces.repeated(rows, result.addedLines ?? []);
    total.added += result.added - repeated;
    total.unchanged += result.unchanged + repeated;
    total.invalid.push(...result.invalid);
    done += rows.length;
    rows = [];
    progress.show(done, Math.max(guess, done));
  };
  try {
    for await (const row of readSuppressions(file, () => io.readStdin())) {
      rows.push(row);
      if (rows.length === CHUNK) await send();
    }
    if (rows.length > 0) await send();
  } finally {
    progress.end();
  }
  if (out.json) out.value(total);
  else {
    for (const { line, message } of safe(total.invalid.slice(0, SHOWN))) out.note(`line ${line}: ${message}`);
    if (total.invalid.length > SHOWN) out.note(`… and ${total.invalid.length - SHOWN} more.`);
    const verb = dryRun ? 'would be added' : 'added';
    out.line(`${total.added} ${verb}, ${total.unchanged} already there, ${total.invalid.length} not usable.`);
  }
  if (total.invalid.length > 0) throw new ExitWith(EXIT.error);
}
