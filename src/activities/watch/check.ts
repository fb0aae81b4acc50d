import type { ActivityDeps } from '../deps.ts';
import type { WatchSummary } from '../types-watch.ts';

/** What those who watch over drafts stand on. */
export type WatchDeps = Pick<
  ActivityDeps,
  | 'store'
  | 'mail'
  | 'engine'
  | 'endings'
  | 'alerts'
  | 'watch'
  | 'clock'
  | 'log'
  | 'reviewerKeys'
  | 'reviewChannels'
  | 'mirrorSuppressions'
  | 'batchEngine'
>;

/** One run's look at something. */
export interface Look {
  deps: WatchDeps;
  /** Names the run in what it writes. */
  run: string;
  nowMs: number;
  /** False when this check has had its share of time: what is left is for the next run. */
  hasTime(): boolean;
}

export type Check = (look: Look) => Promise<Partial<WatchSummary>>;

/** Time for one check; with all of them a run stays well within its minute on a good day. */
const BUDGET_MS = 10_000;

export function lookOf(deps: WatchDeps, run: string): Look {
  const untilMs = performance.now() + BUDGET_MS;
  return { deps, run, nowMs: deps.clock(), hasTime: () => performance.now() < untilMs };
}

const AT_ONCE = 8;

/** Does `work` for each item, some at once, for as long as there is time. Answers how many it began. */
export async function forEach<T>(
  look: Pick<Look, 'hasTime'>,
  items: readonly T[],
  work: (item: T) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<number> {
  let next = 0;
  const lane = async () => {
    while (next < items.length && look.hasTime()) {
      const item = items[next];
      next += 1;
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return next;
}
