import { forEach, type Look } from './check.ts';
import { reconcile } from './reconcile.ts';

/** A draft that stays late is asked again this often. */
const ASK_EVERY_LOOKS = 10;
const LOOK_MS = 60_000;

/**
 * Asks late drafts to look again, which mends a lost timer. `still`: those that were late at an earlier look already, the
 * longest first.
 */
export async function askAgain(look: Look, check: string, ids: string[]) {
  const { deps, nowMs } = look;
  const findings = await deps.store.keepFindings(check, ids, nowMs);
  const due = findings.filter(({ firstSeenAtMs }) => {
    const looks = Math.round((nowMs - firstSeenAtMs) / LOOK_MS);
    return looks % ASK_EVERY_LOOKS === 0;
  });
  let noticed = 0;
  let repaired = 0;
  await forEach(look, due, async ({ draftId }) => {
    if (await deps.engine.notice(draftId, 'watchdog')) noticed += 1;
    else if ((await reconcile(look, draftId)) === 'repaired') repaired += 1;
  });
  const still = findings.filter(({ firstSeenAtMs }) => firstSeenAtMs < nowMs).map(({ draftId }) => draftId);
  return { noticed, repaired, still };
}
