import { askAgain } from './ask-again.ts';
import type { Check } from './check.ts';

const AT_MOST = 500;

/**
 * Approved drafts whose time is long past and that nothing holds back. They are asked to look again, which mends a lost
 * timer; those still overdue at the next look are told to operators.
 */
export const overdue: Check = async (look) => {
  const { deps, nowMs } = look;
  const ids = await deps.store.overdueDrafts(nowMs - deps.watch.overdueMs, AT_MOST);
  const { noticed, repaired, still } = await askAgain(look, 'overdue', ids);
  const [draftId] = still;
  if (draftId !== undefined) {
    await deps.alerts.raise({
      key: 'overdue',
      kind: 'overdue',
      severity: 'critical',
      title: 'Approved drafts are overdue and do not leave.',
      facts: { drafts: still.length, more: ids.length === AT_MOST },
      draftId,
    });
  } else await deps.alerts.resolve('overdue');
  return { looked: ids.length, noticed, repaired, found: still.length };
};
