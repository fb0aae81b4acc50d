import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../domain/formula-guard.ts';
import type { Store, Suppression } from '../store/types.ts';
import { SUPPRESSION_COLUMNS } from './schemas/suppressions.ts';
import { iso } from './views.ts';

const PAGE = 1_000;

/** All suppressions, expired ones too, as CSV with a head line, in pieces of a page. */
export async function* suppressionCsv(store: Store): AsyncGenerator<string, void> {
  yield stringify([SUPPRESSION_COLUMNS]);
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await store.listSuppressions({ limit: PAGE, cursor });
    if (items.length > 0) yield stringify(items.map((item) => recordOf(item).map(guardFormula)));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** In the order of `SUPPRESSION_COLUMNS`. */
function recordOf(item: Suppression): string[] {
  const { entry, scope, reason, note, source, createdBy, createdAtMs, expiresAtMs } = item;
  const expires = expiresAtMs === null ? '' : iso(expiresAtMs);
  return [entry, scope, reason, note ?? '', source ?? '', createdBy, iso(createdAtMs), expires];
}
