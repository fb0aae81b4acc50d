import { ORGANIZATION } from '../domain/suppression.ts';
import type { Suppression } from '../store/types.ts';
import { keepSuppression, type RecipientApi, tellDrafts } from './recipients.ts';
import { type ImportResult, type ImportRow, importedSuppressionSchema } from './schemas/suppressions.ts';

interface Import {
  rows: ImportRow[];
  dryRun: boolean;
  file?: string;
  by: string;
  nowMs: number;
}

/** Takes what is valid and names the lines that are not; with `dryRun` nothing is written. */
export async function importSuppressions(api: RecipientApi, request: Import): Promise<ImportResult> {
  const { dryRun } = request;
  const addedLines: number[] = [];
  const result: ImportResult = { dryRun, added: 0, unchanged: 0, invalid: [], ...(dryRun && { addedLines }) };
  const changed: Suppression[] = [];
  const seen = new Map<string, Suppression>();
  for (const row of request.rows) {
    const suppression = suppressionOf(row, request);
    if (typeof suppression === 'string') {
      result.invalid.push({ line: row.line, message: suppression });
      continue;
    }
    const isNew = dryRun
      ? await wouldChange(api, suppression, seen)
      : (await keepSuppression(api, suppression)).changed;
    if (isNew) {
      changed.push(suppression);
      addedLines.push(row.line);
    }
    result[isNew ? 'added' : 'unchanged'] += 1;
  }
  if (!dryRun) await tellAll(api, changed);
  return result;
}

/** The row as a suppression, or what is wrong with it. */
function suppressionOf(row: ImportRow, { file, by, nowMs }: Import): Suppression | string {
  const { line: _, ...fields } = row;
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value.trim() !== ''));
  const parsed = importedSuppressionSchema.safeParse({ ...filled, entry: row.entry });
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`).join('; ');
  }
  const { expiresAt, note = null, ...rest } = parsed.data;
  const source = `import:${file ?? 'unnamed'}`;
  const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
  return { ...rest, note, source, createdBy: by, createdAtMs: nowMs, expiresAtMs };
}

const keyOf = ({ entry, scope, reason }: Suppression) => JSON.stringify([entry, scope, reason]);
const longer = (one: Suppression, other: Suppression) =>
  other.expiresAtMs !== null && (one.expiresAtMs === null || one.expiresAtMs > other.expiresAtMs);

async function wouldChange({ store }: RecipientApi, wanted: Suppression, seen: Map<string, Suppression>) {
  const key = keyOf(wanted);
  const known = seen.get(key) ?? (await store.getSuppression(wanted));
  if (known && !longer(wanted, known)) return false;
  seen.set(key, wanted);
  return true;
}

/** The rows are kept already: a draft that could not be told sees it before it is sent. */
async function tellAll(api: RecipientApi, changed: Suppression[]): Promise<void> {
  try {
    for (const { entry, scope } of changed) await tellDrafts(api, entry, scope || ORGANIZATION);
  } catch (error) {
    api.log?.error({ err: error }, 'drafts could not be told of an import yet; they will be, before any is sent');
  }
}
