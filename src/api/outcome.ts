import { isEnd } from '../domain/state.ts';
import type { DraftRow, Store } from '../store/types.ts';

/** Looks again at least this often: a lost notification must not cost the whole wait. */
const RECHECK_MS = 5_000;

/** The draft's row as soon as it has ended, or as it is when the wait is over. Null when there is none. */
export async function waitForEnd(
  store: Store,
  draftId: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<DraftRow | null> {
  const deadlineMs = performance.now() + waitMs;
  const first = await store.getDraft(draftId);
  if (waitMs === 0 || hasEnded(first)) return first;
  const wake = createWake();
  const unsubscribe = await store.onEvents(wake.wake);
  try {
    for (;;) {
      const row = await store.getDraft(draftId);
      const leftMs = deadlineMs - performance.now();
      if (hasEnded(row) || leftMs <= 0 || signal.aborted) return row;
      await wake.wait(Math.min(leftMs, RECHECK_MS), signal);
    }
  } finally {
    await unsubscribe();
  }
}

const hasEnded = (row: DraftRow | null) => row === null || (row.projection !== null && isEnd(row.projection.status));

export interface Wake {
  wake: () => void;
  /** Resolves at the next wake (also one since the last wait), after `timeoutMs`, or when aborted. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>;
}

export function createWake(): Wake {
  let pending = false;
  let release: (() => void) | null = null;
  return {
    wake: () => {
      pending = true;
      release?.();
    },
    wait: async (timeoutMs, signal) => {
      if (!pending && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            release = null;
            resolve();
          };
          const timer = setTimeout(done, timeoutMs);
          signal.addEventListener('abort', done);
          release = done;
        });
      }
      pending = false;
    },
  };
}
