import type { Check, Look } from './check.ts';
import { forEach } from './check.ts';
import { repaired } from './repair.ts';

/** A request takes a moment between its row and its workflow. */
const GRACE_MS = 60_000;
const AT_MOST = 200;

/** Drafts that were asked for and never started: whoever took the request died in between. */
export const unclaimed: Check = async (look) => {
  const { store } = look.deps;
  const ids = await store.unclaimedDrafts(look.nowMs - GRACE_MS, AT_MOST);
  let started = 0;
  let refused = 0;
  const looked = await forEach(look, ids, async (draftId) => {
    const answer = await start(look, draftId);
    if (answer === 'started') started += 1;
    if (answer === 'unavailable') refused += 1;
  });
  return { looked, repaired: started, found: refused };
};

async function start({ deps, run, nowMs }: Look, draftId: string) {
  const { store, engine } = deps;
  const row = await store.getDraft(draftId);
  if (row === null || row.firstRunId !== null) return 'already_started';
  const { mode } = await store.getInbox(row.inboxId);
  const answer = await engine.start(row, mode);
  if (answer === 'started') await store.record(draftId, [repaired({ run, nowMs, sequence: 1, code: 'started' })], null);
  return answer;
}
