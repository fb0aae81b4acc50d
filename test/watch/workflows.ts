import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import type { NoticeCause } from '../../src/domain/notice.ts';
import { type DraftOutcome, getDraftQuery, noticeSignal } from '../../src/workflows/messages.ts';

export { alert } from '../../src/workflows/alert.ts';
export { discovery } from '../../src/workflows/discovery.ts';
export { watchdog } from '../../src/workflows/watchdog.ts';

export const endSignal = defineSignal<[DraftOutcome]>('end');
/** From then on no worker can carry the draft on. */
export const breakSignal = defineSignal('break');
/** What it answers when it is asked for itself. */
export const viewSignal = defineSignal<[object]>('view');
export const noticedQuery = defineQuery<NoticeCause[]>('noticed');

/** In the place of a draft's workflow: rests until it is told how to end, and remembers what it was asked. */
export async function draft(): Promise<DraftOutcome> {
  let outcome: DraftOutcome | null = null;
  const noticed: NoticeCause[] = [];
  setHandler(endSignal, (given) => {
    outcome = given;
  });
  let view: object | null = null;
  setHandler(viewSignal, (given) => {
    view = given;
  });
  setHandler(defineQuery<object>(getDraftQuery.name), () => {
    if (view === null) throw new Error('nothing to say');
    return view;
  });
  setHandler(breakSignal, () => {
    throw new Error('broken');
  });
  setHandler(noticeSignal, ({ cause }) => {
    noticed.push(cause);
  });
  setHandler(noticedQuery, () => noticed);
  await condition(() => outcome !== null);
  if (outcome === null) throw new Error('ended without an outcome');
  return outcome;
}
