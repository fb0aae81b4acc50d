import type { Check } from './check.ts';

const AT_MOST = 100;
const KEY = 'stop_asked';

/** Recipients who wrote to get no more mail: nothing is sent to them, and nobody has decided whether it was meant. */
export const proposals: Check = async ({ deps }) => {
  const { store, alerts } = deps;
  const { items, nextCursor } = await store.listProposals({ status: 'open', limit: AT_MOST });
  const [newest] = items;
  if (newest === undefined) await alerts.resolve(KEY);
  else {
    const title = 'Recipients wrote to get no more mail; somebody has to decide whether that is meant.';
    const facts = { proposals: items.length, more: nextCursor !== null };
    await alerts.raise({ key: KEY, kind: 'stop_asked', severity: 'warning', title, facts, inboxId: newest.inboxId });
  }
  return { looked: items.length, found: items.length };
};
