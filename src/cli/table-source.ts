import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { Client } from 'pg';
import { z } from 'zod';
import { UsageError } from './exit.ts';

/** The columns of a classic polling table; a CSV file has them as its head. */
export const COLUMNS = ['draft_id', 'inbox_id', 'send_at', 'approved', 'created_by'] as const;
type Raw = Record<(typeof COLUMNS)[number], string | null>;

const YES = ['true', 't', '1', 'yes', 'y'];
const NO = ['', 'false', 'f', '0', 'no', 'n'];

/** One row that says what is to be taken over. */
const rowSchema = z.object({
  draft_id: z.string('has no draft_id').trim().min(1, 'has no draft_id'),
  inbox_id: z.string('has no inbox_id').trim().min(1, 'has no inbox_id'),
  send_at: z
    .string()
    .nullish()
    .transform((text, context) => {
      const value = text?.trim() ?? '';
      if (value === '') return null;
      // Without an offset nobody knows which instant is meant.
      const atMs = /(Z|[+-]\d\d(:?\d\d)?)$/i.test(value) ? Date.parse(isoOf(value)) : Number.NaN;
      if (!Number.isNaN(atMs)) return new Date(atMs).toISOString();
      context.addIssue({
        code: 'custom',
        message: 'send_at is no instant with its offset, such as 2026-12-01T09:00:00Z',
      });
      return z.NEVER;
    }),
  approved: z
    .string()
    .nullish()
    .transform((text, context) => {
      const value = text?.trim().toLowerCase() ?? '';
      if (YES.includes(value)) return true;
      if (NO.includes(value)) return false;
      context.addIssue({ code: 'custom', message: 'approved is neither true nor false' });
      return z.NEVER;
    }),
  created_by: z.string().nullish(),
});
export type TableRow = z.infer<typeof rowSchema>;

/** A row, or what is wrong with it; `name` is what the report calls it. */
export type Parsed = { name: string; row: TableRow } | { name: string; problem: string };

export function parseRow(raw: Partial<Raw>, number: number): Parsed {
  const name = raw.draft_id?.trim() || `row ${number}`;
  const parsed = rowSchema.safeParse(raw);
  if (parsed.success) return { name, row: parsed.data };
  return { name, problem: parsed.error.issues.map(({ message }) => message).join('; ') };
}

/** PostgreSQL writes `2026-12-01 09:00:00+00`. */
const isoOf = (text: string) => text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');

/** @throws UsageError when the file cannot be read as a table with these columns */
export async function* csvRows(file: string): AsyncGenerator<Partial<Raw>> {
  const input = createReadStream(file);
  const parser = parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, relax_column_count_less: true });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of input.pipe(parser)) {
      if (!('draft_id' in row && 'inbox_id' in row)) throw new UsageError(headMissing(file));
      yield row;
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof CsvError || error instanceof Error ? error.message : String(error);
    throw new UsageError(`${file} cannot be read: ${reason}`, { cause: error });
  }
}

const headMissing = (file: string) => `${file}: the first line must name the columns ${COLUMNS.join(', ')}.`;

const PAGE = 500;

/**
 * Reads the table in pages of (draft, inbox): inboxes may have drafts of the same id. It changes nothing. A `send_at` without a zone counts as UTC.
 * @throws UsageError when the database or the table cannot be read
 */
export async function* postgresRows(url: string, table: string): AsyncGenerator<Partial<Raw>> {
  const client = new Client({ connectionString: url, application_name: 'countersign import-table' });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(`set timezone to 'UTC'; set default_transaction_read_only to on`);
    const name = table.split('.').map((part) => client.escapeIdentifier(part));
    const text = `select draft_id::text, inbox_id::text, send_at::timestamptz::text, approved::text, created_by::text
      from ${name.join('.')}
      where draft_id is not null and ($1::text is null or (draft_id::text, coalesce(inbox_id::text, '')) > ($1, $2))
      order by draft_id::text, coalesce(inbox_id::text, '') limit ${PAGE}`;
    let after: (string | null)[] = [null, null];
    for (;;) {
      const { rows }: { rows: Raw[] } = await client.query<Raw>(text, after);
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) break;
      after = [last.draft_id, last.inbox_id ?? ''];
    }
    // No page can begin after a row without an id, so these are told at the end.
    const { rows: counted } = await client.query<{ count: string }>(
      `select count(*) from ${name.join('.')} where draft_id is null`,
    );
    for (let left = Number(counted[0]?.count ?? 0); left > 0; left -= 1) yield { draft_id: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The table ${table} cannot be read: ${reason}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}
