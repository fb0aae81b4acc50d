import type { AlertKind, AlertSeverity } from '../../domain/alert.ts';
import type { DraftStatus } from '../../domain/state.ts';
import type { WatchSummary } from '../types-watch.ts';
import { askAgain } from './ask-again.ts';
import { type Check, forEach, type Look } from './check.ts';
import { reconcile } from './reconcile.ts';

const MINUTE_MS = 60_000;
const AT_MOST = 200;

interface Limit {
  status: DraftStatus;
  afterMs: number;
  kind: AlertKind;
  severity: AlertSeverity;
  title: string;
}
/** How long a draft may say nothing in a state that is meant to pass. */
const LIMITS: Limit[] = [
  {
    status: 'composing',
    afterMs: 30 * MINUTE_MS,
    kind: 'stuck',
    severity: 'warning',
    title: 'Drafts are being composed for too long.',
  },
  {
    status: 'sending',
    afterMs: 30 * MINUTE_MS,
    kind: 'send_failing',
    severity: 'critical',
    title: 'Sends have not come to an end for too long.',
  },
  {
    status: 'needs_attention',
    afterMs: 60 * MINUTE_MS,
    kind: 'stuck',
    severity: 'critical',
    title: 'Sends with an unknown outcome wait for a person to settle them.',
  },
];

/** A review ends by a timer; this long after its time, the timer did not do it. */
const REVIEW_GRACE_MS = 10 * MINUTE_MS;

/** Reviews that should be over: their drafts are asked to look at the time, and told about when that did not help. */
async function endlessReviews(look: Look): Promise<WatchSummary> {
  const { store, alerts } = look.deps;
  const ids = await store.overdueReviews(look.nowMs - REVIEW_GRACE_MS, AT_MOST);
  const { noticed, repaired, still } = await askAgain(look, 'review', ids);
  const key = 'stuck:review';
  const [draftId] = still;
  if (draftId === undefined) await alerts.resolve(key);
  else {
    const facts = { drafts: still.length, more: ids.length === AT_MOST, minutes: REVIEW_GRACE_MS / MINUTE_MS };
    const title = 'Reviews are past their end and do not end.';
    await alerts.raise({ key, kind: 'stuck', severity: 'warning', title, facts, draftId });
  }
  return { looked: ids.length, noticed, repaired, found: still.length };
}

/** Drafts that rest where none should rest for long. */
export const stuck: Check = async (look) => {
  const { store, alerts } = look.deps;
  const reviews = await endlessReviews(look);
  let { looked, repaired, found } = reviews;
  for (const { status, afterMs, kind, severity, title } of LIMITS) {
    const ids = await store.silentDrafts(status, look.nowMs - afterMs, AT_MOST);
    const mended = new Set<string>();
    await forEach(look, ids, async (draftId) => {
      const result = await reconcile(look, draftId);
      if (result === 'repaired' || result === 'behind') mended.add(draftId);
    });
    const left = ids.filter((draftId) => !mended.has(draftId));
    const [draftId] = left;
    const key = `stuck:${status}`;
    if (draftId === undefined) await alerts.resolve(key);
    else {
      const facts = { status, drafts: left.length, more: ids.length === AT_MOST, minutes: afterMs / MINUTE_MS };
      await alerts.raise({ ...{ key, kind, severity, title, facts }, draftId });
    }
    looked += ids.length;
    repaired += mended.size;
    found += left.length;
  }
  return { looked, noticed: reviews.noticed, repaired, found };
};
