import { tellDraftsOf } from '../../policy/index.ts';
import type { Check } from './check.ts';

const AT_MOST = 200;
const AGAIN_MS = 60_000;

/** Drafts that whoever changed something about a recipient could not tell, or not all; and ends by time, which nobody does. */
export const told: Check = async ({ deps, nowMs, hasTime }) => {
  const { store, log } = deps;
  const sum = { looked: 0, noticed: 0, found: 0 };
  for (const notice of await store.dueNotices({ nowMs, limit: AT_MOST })) {
    if (!hasTime()) break;
    sum.looked += 1;
    try {
      sum.noticed += (await tellDraftsOf(deps, notice, hasTime)).told;
    } catch (error) {
      // Others are not kept waiting by it.
      log.warn({ err: error }, 'drafts could not be told of a recipient; tried again');
      await store.keepNotice(notice, { nextAtMs: nowMs + AGAIN_MS });
      sum.found += 1;
    }
  }
  return sum;
};
