import { setImmediate as breathe } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse/sync';
import type { BatchHeader, BatchRecord, NewBatchRow } from '../../store/types-batches.ts';
import type { RecipeEntry } from '../deps.ts';
import { faultOfJson } from '../readable-json.ts';
import { checkRecipeInput, RecipeInputError } from '../recipe-input.ts';
import { type Column, inputOf, planColumns } from './columns.ts';
import { decoded, delimiterOf, hasBom, isUtf16, splitCsv, splitLines } from './records.ts';

/** A row may be as large as one chunk. */
const MAX_ROW_BYTES = 8 * 1024 * 1024;
/** Checking a row takes a part of a millisecond; others are served in between. */
const ROWS_AT_ONCE = 100;
const MAX_PROBLEMS = 20;

/** The file as a whole cannot be read as it is. */
export class BatchFileError extends Error {
  override name = 'BatchFileError';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.slice(0, MAX_PROBLEMS).join('; '));
    this.problems = problems.slice(0, MAX_PROBLEMS);
  }
}

export interface Reading {
  header: BatchHeader | null;
  rows: NewBatchRow[];
  carry: Uint8Array;
  /** Attachments of the rows. */
  blobs: Uint8Array[];
}

type Source = Pick<BatchRecord, 'format' | 'mapping' | 'header' | 'rowCount'>;

/**
 * Reads the rows that `bytes` completes; `bytes` begins with what was kept of the chunk before. `last`: what remains is
 * the last row, without a line end.
 * @throws BatchFileError when the header is wrong, or the file is not what it says
 */
export async function readRows(
  recipe: RecipeEntry,
  source: Source,
  bytes: Uint8Array,
  last: boolean,
): Promise<Reading> {
  const first = source.header === null && source.rowCount === 0;
  if (first && isUtf16(bytes)) throw new BatchFileError(['the file is UTF-16; save it as UTF-8']);
  const reader = source.format === 'csv' ? csvReader(recipe, source, bytes, last) : linesReader(source, bytes, last);
  const reading: Reading = { header: reader.header, rows: [], carry: reader.carry, blobs: [] };
  if (reader.carry.length > MAX_ROW_BYTES) {
    const number = source.rowCount + reader.records.length + 1;
    throw new BatchFileError([`row ${number} is longer than ${MAX_ROW_BYTES} bytes: is a quote never closed?`]);
  }
  for (const [index, record] of reader.records.entries()) {
    const row = reader.read(record);
    if (row !== null) reading.rows.push(await checked(recipe, row, reading.blobs));
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await breathe();
  }
  return reading;
}

/** A record as a row that is bad already, or an input still to be checked; null for an empty one. */
type Read = { input: unknown; problem: NewBatchRow['problem'] } | null;
interface Reader {
  header: BatchHeader | null;
  records: Uint8Array[];
  carry: Uint8Array;
  read(record: Uint8Array): Read;
}

const NOT_UTF8 = { code: 'encoding', message: 'is not UTF-8; save the file as UTF-8' };
const bad = (code: string, message: string, input: unknown = null): Read => ({ input, problem: { code, message } });

function linesReader({ rowCount, mapping }: Source, bytes: Uint8Array, last: boolean): Reader {
  if (mapping !== null) throw new BatchFileError(['a mapping is for CSV; JSON lines name their fields themselves']);
  const { records, rest } = splitLines(rowCount === 0 && hasBom(bytes) ? bytes.subarray(3) : bytes);
  return {
    header: null,
    records: last ? [...records, rest] : records,
    carry: last ? new Uint8Array() : rest,
    read(record) {
      const text = decoded(record);
      if (text === null) return bad(NOT_UTF8.code, NOT_UTF8.message);
      if (text.trim() === '') return null;
      const fault = faultOfJson(text);
      if (fault)
        return bad('json', fault.path ? `${fault.path}: ${fault.message}` : fault.message, text.slice(0, 2_000));
      try {
        return { input: JSON.parse(text), problem: null };
      } catch {
        return bad('json', 'is not valid JSON', text.slice(0, 2_000));
      }
    },
  };
}

function csvReader(recipe: RecipeEntry, source: Source, bytes: Uint8Array, last: boolean): Reader {
  const { header, rest } = source.header ? { header: source.header, rest: bytes } : readHeader(bytes, last);
  const none = new Uint8Array();
  if (header === null) return { header, records: [], carry: last ? none : rest, read: () => null };
  const { columns, problems } = planColumns(header.columns, recipe, source.mapping);
  if (problems.length > 0) throw new BatchFileError(problems);
  const split = splitCsv(rest, header.delimiter);
  if (last && split.open) {
    const row = source.rowCount + split.records.length + 1;
    throw new BatchFileError([`row ${row}: a quoted field is never closed, so the rest of the file belongs to it`]);
  }
  const records = last ? [...split.records, split.rest] : split.records;
  return { header, records, carry: last ? none : split.rest, read: (record) => readCells(record, header, columns) };
}

/** The first line that is not empty; null while it is not complete. */
function readHeader(bytes: Uint8Array, last: boolean): { header: BatchHeader | null; rest: Uint8Array } {
  let rest = bytes;
  for (;;) {
    const split = splitCsv(rest, null, 1);
    const record = split.records[0] ?? (last ? split.rest : undefined);
    if (record === undefined || (split.records.length === 0 && record.length === 0)) return { header: null, rest };
    rest = split.records.length === 0 ? new Uint8Array() : split.rest;
    const text = decoded(record);
    if (text === null) throw new BatchFileError(['the header is not UTF-8; save the file as UTF-8']);
    if (text.trim() === '') continue;
    const delimiter = delimiterOf(text);
    const cells = cellsOf(text, delimiter);
    if (!Array.isArray(cells)) throw new BatchFileError([`the header ${cells.message}`]);
    return { header: { delimiter, columns: cells }, rest };
  }
}

function readCells(record: Uint8Array, header: BatchHeader, columns: readonly Column[]): Read {
  const text = decoded(record);
  if (text === null) return bad(NOT_UTF8.code, NOT_UTF8.message);
  if (text.trim() === '') return null;
  const cells = cellsOf(text, header.delimiter);
  if (!Array.isArray(cells)) return bad('csv', cells.message, text.slice(0, 2_000));
  // Spreadsheets write rows of nothing but delimiters below the last one.
  if (cells.every((cell) => cell.trim() === '')) return null;
  const { length } = header.columns;
  if (cells.length !== length) {
    return bad('columns', `has ${cells.length} columns, the header has ${length}`, inputOf(cells, columns));
  }
  return { input: inputOf(cells, columns), problem: null };
}

const WORDS: Record<string, string> = {
  CSV_INVALID_CLOSING_QUOTE: 'has text behind a closing quote: write a quote inside a quoted field twice',
  INVALID_OPENING_QUOTE: 'has a quote inside an unquoted field: quote the field, and write the quote twice',
  CSV_QUOTE_NOT_CLOSED: 'has a quoted field that is never closed',
};

/** The cells of one record. */
function cellsOf(text: string, delimiter: string): string[] | { message: string } {
  try {
    const parsed = parse(text, { delimiter, relax_column_count: true, record_delimiter: ['\n', '\r\n'] });
    return parsed.length === 1 && parsed[0] ? parsed[0] : { message: 'is more than one record' };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { message: WORDS[error.code] ?? 'cannot be read as CSV' };
  }
}

async function checked(recipe: RecipeEntry, row: NonNullable<Read>, blobs: Uint8Array[]): Promise<NewBatchRow> {
  if (row.problem !== null) return row;
  try {
    const prepared = await checkRecipeInput(recipe, row.input);
    blobs.push(...prepared.blobs);
    return { input: prepared.document, problem: null };
  } catch (error) {
    if (!(error instanceof RecipeInputError)) throw error;
    return { input: row.input, problem: { code: 'recipe_input', message: error.message } };
  }
}
