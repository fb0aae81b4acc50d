import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeSlot } from '../../src/activities/slot.ts';
import { openStore } from '../../src/store/index.ts';
import { creation, revision } from '../store/fixtures.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('a draft that was told its turn is not behind itself when it comes', async () => {
  const store = await openStore({ memory: true });
  const made = creation();
  await store.createDraft(made);
  await store.putLimits('inbox', made.inboxId, [{ count: 1, perMs: 1_500 }]);
  const row = await store.getDraft(made.draftId);
  if (row === null) throw new Error('not stored');
  /** What each attempt of a send knows: one that was held back is counted. */
  const ask = (key: string, total: number) => {
    const attempts = { total, open: 0 };
    return takeSlot({ store }, { row, revision: revision(made.draftId), key, attempts, input: { hasTurn: total > 0 } });
  };
  const first = await ask('another draft', 0);
  if (!first.granted) throw new Error('no place');
  first.used();
  await first.release();
  expect(await ask('k', 0)).toMatchObject({ granted: false });
  const told = await ask('k', 1);
  if (told.granted) throw new Error('a place too many');
  await sleep(told.waitMs);
  expect(await ask('k', 2)).toMatchObject({ granted: true });
  await store.close();
});

it('a place within the limits lasts for its lease, and no request is begun that could outlast it', async () => {
  const store = await openStore({ memory: true });
  const made = creation();
  await store.createDraft(made);
  await store.putLimits('inbox', made.inboxId, [{ count: 1, perMs: 1_000 }]);
  const row = await store.getDraft(made.draftId);
  if (row === null) throw new Error('not stored');
  const asked = {
    ...{ row, revision: revision(made.draftId), key: 'k', attempts: { open: 0 }, input: { hasTurn: false } },
  };
  const slot = await takeSlot({ store }, asked);
  if (!slot.granted) throw new Error('no place');
  expect(slot.lasts(60_000)).toBe(true);
  vi.advanceTimersByTime(40_000);
  expect(slot.lasts(20_000)).toBe(true);
  vi.advanceTimersByTime(1);
  expect(slot.lasts(20_000)).toBe(false);
  await slot.release();
  await store.close();
});
