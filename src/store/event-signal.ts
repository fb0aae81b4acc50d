import type { Engine } from './database.ts';
import { EVENTS_CHANNEL } from './events.ts';
import type { Store } from './types.ts';

/** Bursts become one call; short enough that nobody waits for it. */
const GATHER_MS = 10;
/** Finds what no notification told of: behind a connection pooler LISTEN hears nothing. */
const POLL_MS = 5_000;
/** The longest wait between two looks at events that an open transaction holds back. */
const MAX_HELD_MS = 1_000;

const HELD_BACK = `select exists (select from events where epoch = (select epoch from event_log)
  and xid >= pg_snapshot_xmin(pg_current_snapshot()))`;

export interface EventSignal extends Pick<Store, 'onEvents'> {
  close(): Promise<void>;
}

/** One LISTEN for all listeners of a store, while there are any. */
export function createEventSignal(engine: Engine, latestEventId: () => Promise<string>): EventSignal {
  const listeners = new Set<() => void>();
  let started: Promise<() => Promise<void>> | null = null;

  async function start(): Promise<() => Promise<void>> {
    let stopped = false;
    let timer: NodeJS.Timeout | null = null;
    let seen = engine.shared ? await latestEventId() : '';
    const wake = (delayMs: number, heldMs = 0) => {
      if (timer !== null || stopped) return;
      timer = setTimeout(() => void fire(heldMs), delayMs);
      timer.unref();
    };
    const fire = async (heldMs: number) => {
      timer = null;
      for (const listener of [...listeners]) listener();
      if (!engine.shared) return;
      // Their own commit may go unheard: not every transaction that holds events back appends some itself.
      const [row] = await engine.rows(HELD_BACK, [], 'held_back').catch(() => [[true]]);
      if (row?.[0] === true) wake(Math.min(MAX_HELD_MS, heldMs * 2 || GATHER_MS), heldMs * 2 || GATHER_MS);
    };
    const poll = async () => {
      const latest = await latestEventId().catch(() => seen);
      if (latest !== seen) wake(0);
      seen = latest;
    };
    const unlisten = await engine.listen(EVENTS_CHANNEL, () => wake(GATHER_MS));
    const polling = engine.shared ? setInterval(() => void poll(), POLL_MS).unref() : undefined;
    return async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      clearInterval(polling);
      await unlisten();
    };
  }

  async function stopWhenUnheard() {
    if (listeners.size > 0 || started === null) return;
    const stopping = started;
    started = null;
    await (await stopping)();
  }

  return {
    async onEvents(listener) {
      // A wrapper of its own, so that the same function may subscribe twice.
      const call = () => listener();
      listeners.add(call);
      started ??= start();
      try {
        await started;
      } catch (error) {
        listeners.delete(call);
        started = null;
        throw error;
      }
      return async () => {
        if (listeners.delete(call)) await stopWhenUnheard();
      };
    },
    async close() {
      listeners.clear();
      await stopWhenUnheard();
    },
  };
}
