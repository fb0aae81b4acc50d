import { describe, expect, it } from 'vitest';
import { type ScheduleInput, scheduleSchema, WEEKDAYS } from '../../src/domain/schedule.ts';
import type { DraftHandle } from '../support/rig.ts';
import { inReview, rigFor } from '../support/rig-for.ts';
import { DAY_MS, HOUR_MS } from './support.ts';

/** What the recipient prefers, as a store would know it. */
const preference: { zone: string | null } = { zone: null };
const rig = rigFor({ deps: { recipientZone: async () => preference.zone } });
const now = () => rig().env.currentTimeMs();
const draftWith = (schedule: ScheduleInput) => inReview(rig(), { schedule: scheduleSchema.parse(schedule) });

async function sentAtMs(handle: DraftHandle): Promise<number> {
  expect((await handle.result()).status).toBe('sent');
  expect(await rig().sent(handle)).toHaveLength(1);
  const events = await rig().store.listEvents(handle.workflowId);
  return events.findLast(({ type }) => type === 'send_started')?.atMs ?? 0;
}

describe('a draft that waits', () => {
  it('ten years for a time on the wall clock', async () => {
    const at = new Date((await now()) + 3650 * DAY_MS).toISOString().slice(0, 16);
    const handle = await draftWith({ kind: 'at', at, timeZone: 'Asia/Tokyo' });
    const dueAtMs = Date.parse(`${at}Z`) - 9 * HOUR_MS;
    expect(await rig().approve(handle)).toMatchObject({ status: 'scheduled', dueAtMs });
    const late = (await sentAtMs(handle)) - dueAtMs;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  it("for the time its recipient's zone has when it is to leave, not when it was asked for", async () => {
    preference.zone = 'Asia/Tokyo';
    const at = new Date((await now()) + 2 * DAY_MS).toISOString().slice(0, 16);
    const handle = await draftWith({ kind: 'at', at, timeZone: 'recipient' });
    await rig().approve(handle);
    preference.zone = 'Pacific/Honolulu';
    const late = (await sentAtMs(handle)) - (Date.parse(`${at}Z`) + 10 * HOUR_MS);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  it('goes back to review when its window cannot open any more before its latest time', async () => {
    const latest = new Date((await now()) + HOUR_MS).toISOString();
    // Neither today nor tomorrow: Sunday is 0 there, Monday comes first here.
    const other = WEEKDAYS[(new Date(await now()).getUTCDay() + 2) % 7] ?? 'mon';
    const handle = await draftWith({ kind: 'window', timeZone: 'UTC', days: [other], latest });
    await rig().approve(handle);
    expect(await rig().until(handle, 'in_review')).toMatchObject({ reason: 'window_missed', approval: null });
    expect(await rig().sent(handle)).toHaveLength(0);
  });
});
