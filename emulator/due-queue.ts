import type { EmulatorClock } from './clock.ts';

const MAX_SLEEP_MS = 500;
/** Jobs under way at once. */
const PARALLEL = 50;

export interface DueJob {
  id: string;
  /** By the emulator's clock. */
  dueAtMs: number;
}

export interface DueQueue {
  /** Look again: there is a new job, or the clock moved. */
  wake(): void;
  stop(): void;
  readonly stopped: boolean;
}

/**
 * Runs jobs when they are due by the emulator's clock, each at most once at a time. What a job becomes is its own
 * matter: it is asked for again by `waiting` afterwards.
 */
export function createDueQueue(
  clock: EmulatorClock,
  waiting: () => DueJob[],
  run: (id: string) => Promise<void>,
): DueQueue {
  const underWay = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const schedule = (delayMs: number) => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(tick, delayMs).unref();
  };

  const tick = () => {
    const now = clock.nowMs();
    const idle = waiting().filter(({ id }) => !underWay.has(id));
    const due = idle.filter(({ dueAtMs }) => dueAtMs <= now);
    for (const { id } of due.slice(0, PARALLEL - underWay.size)) start(id);
    const later = idle.filter(({ dueAtMs }) => dueAtMs > now);
    // Capped, because the emulator's clock can be moved by a base clock that wakes nobody.
    const sleepMs = later.reduce((shortest, { dueAtMs }) => Math.min(shortest, dueAtMs - now), MAX_SLEEP_MS);
    if (later.length > 0) schedule(sleepMs);
  };

  const start = (id: string) => {
    underWay.add(id);
    void run(id).finally(() => {
      underWay.delete(id);
      schedule(0);
    });
  };

  return {
    // Not at once: the answer to the request that caused the job goes first.
    wake: () => schedule(0),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
    get stopped() {
      return stopped;
    },
  };
}
