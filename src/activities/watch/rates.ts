import type { AlertKind } from '../../domain/alert.ts';
import type { Check, Look } from './check.ts';

type RateKind = Extract<AlertKind, 'bounce_rate' | 'complaint_rate'>;

/** An inbox whose mail bounces or annoys loses its name with every provider: it is paused before people are told. */
export const rates: Check = async (look) => {
  const { store, watch, alerts } = look.deps;
  const sinceMs = look.nowMs - watch.rateWindowMs;
  const inboxes = await store.sendRates(sinceMs, watch.minMessages);
  const open = new Set([
    ...(await store.openAlertKeys('bounce_rate:')),
    ...(await store.openAlertKeys('complaint_rate:')),
  ]);
  const still = new Set<string>();
  for (const { inboxId, sent, bounced, complained } of inboxes) {
    const found: [RateKind, number, number][] = [];
    if (bounced / sent > watch.bounceRate) found.push(['bounce_rate', bounced, watch.bounceRate]);
    if (complained / sent > watch.complaintRate) found.push(['complaint_rate', complained, watch.complaintRate]);
    for (const [kind, count, limit] of found) {
      const key = `${kind}:${inboxId}`;
      still.add(key);
      // Once for each time the limit is passed: an operator who resumes the inbox meanwhile is not overruled.
      if (!open.has(key))
        await store.putPause({ kind: 'inbox', id: inboxId, reason: kind, by: 'system', atMs: look.nowMs });
      await tell(look, { key, kind, inboxId, sent, count, limit });
    }
  }
  for (const key of open) if (!still.has(key)) await alerts.resolve(key);
  return { looked: inboxes.length, found: still.size };
};

interface Exceeded {
  key: string;
  kind: RateKind;
  inboxId: string;
  sent: number;
  count: number;
  limit: number;
}
function tell({ deps }: Look, { key, kind, inboxId, sent, count, limit }: Exceeded): Promise<void> {
  const title =
    kind === 'bounce_rate'
      ? 'Too many messages of an inbox bounce; it was paused.'
      : 'Too many recipients complain about an inbox; it was paused.';
  const percent = (share: number) => Math.round(share * 10_000) / 100;
  const facts = { messages: sent, affected: count, percent: percent(count / sent), limitPercent: percent(limit) };
  return deps.alerts.raise({ key, kind, severity: 'critical', title, facts, inboxId });
}
