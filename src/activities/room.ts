import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** Between looks at whether there is room again; growing, so that waiting costs nothing. */
const FIRST_LOOK_MS = 100;
const MAX_LOOK_MS = 2_000;
/** Longer waits are the workflow's: a timer keeps nobody busy. */
const MAX_WAIT_MS = 20_000;

/** How many more drafts may be composed now: waits a while for room, 0 when none came. */
export async function roomToCompose(look: {
  running(): Promise<boolean>;
  composing(): Promise<number>;
  max: number;
}): Promise<number | 'stopped'> {
  const deadlineMs = performance.now() + MAX_WAIT_MS;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, MAX_LOOK_MS)) {
    Context.current().cancellationSignal.throwIfAborted();
    if (!(await look.running())) return 'stopped';
    const composing = await look.composing();
    if (composing < look.max) return look.max - composing;
    if (performance.now() > deadlineMs) return 0;
    await sleep(pauseMs);
  }
}
