import { relieve } from '../../policy/index.ts';
import type { Check } from './check.ts';

const AT_MOST = 200;

/** Drafts of people who went away: they go to somebody who is there. */
export const away: Check = async ({ deps, nowMs, hasTime }) => {
  let repaired = 0;
  while (hasTime()) {
    const moved = await relieve(deps, nowMs, AT_MOST);
    repaired += moved;
    if (moved < AT_MOST) break;
  }
  return { looked: repaired, repaired };
};
