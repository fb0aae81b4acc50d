import { type Check, forEach } from './check.ts';
import { reconcile } from './reconcile.ts';

const AT_MOST = 500;
/** A draft that stays overdue is asked again this often. */
const ASK_EVERY_LOOKS = 10;
const LOOK_MS = 60_000;

/**
 * Approved drafts whose time is long past and that nothing holds back. They are asked to look again, which mends a lost
 * timer; those still overdue at the next look are told to operators.
 */
export const overdue: Check = async (look) => {
  const { deps, nowMs } = look;
  const ids = await deps.store.overdueDrafts(nowMs - deps.watch.overdueMs, AT_MOST);
  const findings = await deps.store.keepFindings('overdue', ids, nowMs);
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
  const still = findings.filter(({ firstSeenAtMs }) => firstSeenAtMs < nowMs);
  const [oldest] = still;
  if (oldest) {
    await deps.alerts.raise({
      key: 'overdue',
      kind: 'overdue',
      severity: 'critical',
      title: 'Approved drafts are overdue and do not leave.',
      facts: { drafts: still.length, more: ids.length === AT_MOST },
      draftId: oldest.draftId,
    });
  } else await deps.alerts.resolve('overdue');
  return { looked: ids.length, noticed, repaired, found: still.length };
};
