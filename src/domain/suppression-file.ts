import { withoutFormulaGuard } from './formula-guard.ts';
import { normalizeEntry, ORGANIZATION } from './suppression.ts';

/** Columns of a suppression file by the names other systems give them. */
const COLUMNS = {
  entry: 'entry',
  email: 'entry',
  'e-mail': 'entry',
  address: 'entry',
  email_address: 'entry',
  domain: 'entry',
  scope: 'scope',
  reason: 'reason',
  note: 'note',
  expires_at: 'expiresAt',
} as const;
export type SuppressionColumn = (typeof COLUMNS)[keyof typeof COLUMNS];

const isKnown = (name: string): name is keyof typeof COLUMNS => Object.hasOwn(COLUMNS, name);

/** What a column of that name holds, case ignored; null for one that says nothing to us. */
export function suppressionColumn(name: string): SuppressionColumn | null {
  const lower = name.toLowerCase();
  return isKnown(lower) ? COLUMNS[lower] : null;
}

/** One row as the API takes it: empty cells and unknown columns are left out. */
export function suppressionRow(
  record: readonly string[],
  columns: readonly (SuppressionColumn | null)[],
  line: number,
): { line: number; entry: string } & Partial<Record<SuppressionColumn, string>> {
  const row: { line: number; entry: string } & Partial<Record<SuppressionColumn, string>> = { line, entry: '' };
  for (const [index, column] of columns.entries()) {
    const value = record[index];
    if (column !== null && value !== undefined && value !== '') row[column] = withoutFormulaGuard(value);
  }
  return row;
}

type Row = ReturnType<typeof suppressionRow>;

/** What a dry run in pieces needs to know of earlier pieces: nothing of them is kept, so the server counts each alone. */
export class DryRunPieces {
  /** Until when each row so far would hold, in ms. */
  readonly #until = new Map<string, number>();

  /** How many of a piece's lines that would be added an earlier piece would have added, for as long or longer. */
  repeated(rows: readonly Row[], addedLines: readonly number[]): number {
    const added = new Set(addedLines);
    let count = 0;
    for (const row of rows) {
      if (!added.has(row.line)) continue;
      const { entry, scope, reason, expiresAt } = row;
      const key = JSON.stringify([normalizeEntry(entry), scope?.trim() ? scope : ORGANIZATION, reason ?? '']);
      const untilMs = expiresAt?.trim() ? Date.parse(expiresAt) : Number.POSITIVE_INFINITY;
      const known = this.#until.get(key);
      if (known !== undefined && known >= untilMs) count += 1;
      else this.#until.set(key, untilMs);
    }
    return count;
  }
}
