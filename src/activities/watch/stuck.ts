import type { AlertKind, AlertSeverity } from '../../domain/alert.ts';
import type { DraftStatus } from '../../domain/state.ts';
import { type Check, forEach } from './check.ts';
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

/** Drafts that rest where none should rest for long. */
export const stuck: Check = async (look) => {
  const { store, alerts } = look.deps;
  let looked = 0;
  let repaired = 0;
  let found = 0;
  for (const { status, afterMs, kind, severity, title } of LIMITS) {
    const ids = await store.silentDrafts(status, look.nowMs - afterMs, AT_MOST);
    const mended = new Set<string>();
    await forEach(look, ids, async (draftId) => {
      if ((await reconcile(look, draftId)) === 'repaired') mended.add(draftId);
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
  return { looked, repaired, found };
};
