import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import type { ImportResult, ImportSuppressions } from '../../../src/api/schemas/index.ts';
import { DryRunPieces, suppressionColumn, suppressionRow } from '../../../src/domain/suppression-file.ts';
import { recipients } from '../api/recipients.ts';

type Row = ImportSuppressions['rows'][number];

/**
 * Rows of a CSV file as the API takes them. A file whose first line names no column is one of bare entries.
 * @throws Error with a sentence for people when it is not CSV
 */
export function readSuppressions(text: string): Row[] {
  const records = parsed(text);
  const [head, ...rest] = records;
  if (!head) throw new Error('The file is empty.');
  const columns = head.record.map(suppressionColumn);
  const rowOf = ({ record, line }: Parsed, of: typeof columns) => suppressionRow(record, of, line);
  if (columns.includes('entry')) return rest.map((one) => rowOf(one, columns));
  if (columns.some((name) => name !== null) || !head.record[0]?.includes('.')) {
    throw new Error('The first line names no column "entry" (or "email", "address", "domain").');
  }
  return records.map((one) => rowOf(one, ['entry']));
}

interface Parsed {
  record: string[];
  line: number;
}

function parsed(text: string): Parsed[] {
  const lines: number[] = [];
  try {
    const records: string[][] = parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return records.map((record, index) => ({ record, line: lines[index] ?? index + 1 }));
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`This is not CSV: ${error.message}`, { cause: error });
    throw error;
  }
}

const CHUNK = 500;

/** Sends them in pieces; a bad row does not stop the rest. Stops between two pieces when `signal` aborts. */
export async function importRows(
  { rows, file, dryRun }: { rows: readonly Row[]; file: string; dryRun: boolean },
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<ImportResult> {
  const total: ImportResult = { dryRun, added: 0, unchanged: 0, invalid: [] };
  const pieces = new DryRunPieces();
  for (let from = 0; from < rows.length && !signal.aborted; from += CHUNK) {
    const piece = rows.slice(from, from + CHUNK);
    const name = file.slice(0, 200);
    const { added, addedLines = [], unchanged, invalid } = await recipients.import({ dryRun, file: name, rows: piece });
    const repeated = pieces.repeated(piece, addedLines);
    total.added += added - repeated;
    total.unchanged += unchanged + repeated;
    total.invalid.push(...invalid);
    onProgress(from + piece.length);
  }
  return total;
}
