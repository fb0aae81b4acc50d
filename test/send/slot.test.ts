import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { takeSlot } from '../../src/activities/slot.ts';
import { openStore } from '../../src/store/index.ts';
import { creation, revision } from '../store/fixtures.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

it('a place within the limits lasts for its lease, and no request is begun that could outlast it', async () => {
  const store = await openStore({ memory: true });
  const made = creation();
  await store.createDraft(made);
  await store.putLimits('inbox', made.inboxId, [{ count: 1, perMs: 1_000 }]);
  const row = await store.getDraft(made.draftId);
  if (row === null) throw new Error('not stored');
  const asked = {
    ...{ row, revision: revision(made.draftId), key: 'k', attempts: { total: 0, open: 0 }, input: { hasTurn: false } },
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
