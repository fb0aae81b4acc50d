import { setTimeout as sleep } from 'node:timers/promises';
import type { DraftProjection } from '../../domain/audit.ts';
import { isEnd } from '../../domain/state.ts';
import type { DraftView } from '../../workflows/messages.ts';
import type { Look } from './check.ts';
import { neverTold, repairRow } from './repair.ts';

/** A draft that told something lately is not behind: what it tells and what it answers are seconds apart at most. */
const SILENT_MS = 5 * 60_000;
/** A telling that is on its way is there by then. */
const SETTLE_MS = 500;

/** `behind`: the row said otherwise than its running workflow, and was put right. `differs`: it could not be. */
export type Compared = 'agreed' | 'behind' | 'differs';

interface Difference {
  draftId: string;
  row: DraftProjection;
  view: DraftView;
}

/**
 * Compares the row of a draft that lives with its workflow's own answer. They part where the database is older than
 * Temporal, as after a restore: nothing but the draft's next step would tell it, and that may be weeks away.
 */
export async function compareRunning(look: Look, draftId: string): Promise<Compared> {
  if ((await difference(look, draftId)) === null) return 'agreed';
  await sleep(SETTLE_MS);
  const found = await difference(look, draftId);
  if (found === null) return 'agreed';
  await repairRow(look.deps.store, found, { run: look.run, nowMs: look.nowMs });
  return (await difference(look, draftId)) === null ? 'behind' : 'differs';
}

async function difference({ deps, nowMs }: Look, draftId: string): Promise<Difference | null> {
  const before = await silentRow();
  if (before === null) return null;
  const view = await deps.engine.view(draftId);
  if (view === null) return null;
  // Read after the engine was asked: what it told meanwhile is there.
  const row = await silentRow();
  const moved = row?.toldAtMs !== before.toldAtMs || row.sequence !== before.sequence;
  return row === null || moved || same(row, view) ? null : { draftId, row, view };

  async function silentRow(): Promise<DraftProjection | null> {
    const row = await deps.store.getDraft(draftId);
    if (row === null) return null;
    const projection = row.projection ?? neverTold(row);
    return isEnd(projection.status) || projection.toldAtMs > nowMs - SILENT_MS ? null : projection;
  }
}

const same = (row: DraftProjection, view: DraftView) =>
  row.status === view.status && row.revision === view.revision && row.digest === view.digest;
