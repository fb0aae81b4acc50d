import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import type { ImportSuppressions } from '../client/index.ts';
import { type SuppressionColumn, suppressionColumn, suppressionRow } from '../domain/suppression-file.ts';
import { UsageError } from './exit.ts';

type Row = ImportSuppressions['rows'][number];

const recordSchema = z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) });

/**
 * Rows of a CSV file as the API takes them. The first line names the columns; a file without such a line is one of
 * bare entries in its first column.
 * @throws UsageError when the file cannot be read or is not CSV
 */
export async function* readSuppressions(file: string, stdin: () => Promise<string>): AsyncGenerator<Row, void> {
  const source = file === '-' ? Readable.from([await stdin()]) : createReadStream(file);
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  source.on('error', (error: Error) => parser.destroy(error));
  source.pipe(parser);
  let columns: (SuppressionColumn | null)[] | null = null;
  try {
    for await (const item of parser) {
      const { record, info } = recordSchema.parse(item);
      if (columns === null) {
        columns = record.map(suppressionColumn);
        if (columns.includes('entry')) continue;
        if (columns.some((name) => name !== null) || !record[0]?.includes('.')) {
          throw new UsageError(`${file}: the first line names no column "entry" (or "email", "address", "domain").`);
        }
        columns = ['entry'];
      }
      yield suppressionRow(record, columns, info.lines);
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${file}: ${error.message}`, { cause: error });
    if (error instanceof Error && 'syscall' in error) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
