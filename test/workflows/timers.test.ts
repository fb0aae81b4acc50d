import { describe, expect, it } from 'vitest';
import { AGENT, type DraftHandle, INBOX, MAIL, refusalOf } from '../support/rig.ts';
import { inReview, rewrite, rigFor } from '../support/rig-for.ts';

const rig = rigFor();
const HOUR_MS = 3_600_000;
const now = () => rig().env.currentTimeMs();
const inHours = async (hours: number) => new Date((await now()) + hours * HOUR_MS).toISOString();

/** When it was sent, by the record's own time. */
async function sentAtMs(handle: DraftHandle): Promise<number> {
  expect((await handle.result()).status).toBe('sent');
  expect(await rig().sent(handle)).toHaveLength(1);
  const events = await rig().store.listEvents(handle.workflowId);
  return events.find(({ type }) => type === 'send_started')?.atMs ?? 0;
}

describe('the time of a draft', () => {
  it('approved first, it goes when it is due', async () => {
    const at = await inHours(30);
    const handle = await inReview(rig(), { schedule: { kind: 'at', at } });
    expect(await rig().approve(handle)).toMatchObject({ status: 'scheduled', dueAtMs: Date.parse(at) });
    expect(await rig().until(handle, 'scheduled')).toMatchObject({ approval: { revision: 1 } });
    const late = (await sentAtMs(handle)) - Date.parse(at);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(60_000);
  });

  it('due first, it goes when it is approved, and never by itself', async () => {
    const at = await inHours(1);
    const handle = await inReview(rig(), { schedule: { kind: 'at', at } });
    await rig().env.sleep(2 * HOUR_MS);
    expect((await rig().view(handle)).status).toBe('in_review');
    await rig().approve(handle);
    expect((await sentAtMs(handle)) - Date.parse(at)).toBeGreaterThanOrEqual(HOUR_MS);
  });

  it('with a window, it goes inside one', async () => {
    const schedule = { kind: 'window', timeZone: 'Asia/Tokyo', days: ['wed'], from: '10:00', to: '10:30' } as const;
    const handle = await inReview(rig(), { schedule: { ...schedule, days: [...schedule.days] } });
    await rig().approve(handle);
    const wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Asia/Tokyo',
      weekday: 'short',
      timeStyle: undefined,
      hour: '2-digit',
      minute: '2-digit',
    });
    expect(wall.format(await sentAtMs(handle))).toMatch(/^Wed,? 10:[0-2]\d$/);
  });

  it('with a window, and a worker whose clock is behind, it asks again after a pause', async () => {
    const opensAt = new Date((await now()) + 2 * 60_000);
    const wallTime = (date: Date) => date.toISOString().slice(11, 16);
    const from = wallTime(opensAt);
    const to = wallTime(new Date(opensAt.getTime() + 10 * 60_000));
    const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
    // Around midnight the window would wrap; any other opening shows the same.
    const times = from < to ? { from, to } : { from: '12:00', to: '13:00' };
    const schedule = { kind: 'window', timeZone: 'UTC', days: [...days], ...times } as const;
    const handle = await inReview(rig(), { schedule: { ...schedule, days: [...days] } });
    await rig().approve(handle);
    rig().clock.advance(-4_000);
    await sentAtMs(handle);
    rig().clock.advance(4_000);
    const rounds = (await rig().trail(handle)).filter((type) => type === 'send_started').length;
    expect(rounds).toBeGreaterThan(1);
    expect(rounds).toBeLessThan(8);
  });

  it('held, it waits for a time, however long, even approved', async () => {
    const handle = await inReview(rig(), { schedule: { kind: 'held' } });
    await rig().approve(handle);
    await rig().env.sleep(400 * 24 * HOUR_MS);
    expect(await rig().view(handle)).toMatchObject({ status: 'scheduled', dueAtMs: null });
    const at = await inHours(5);
    expect(await refusalOf(rig().command(handle, 'reschedule', { schedule: { kind: 'now' } }, AGENT))).toBe(
      'refused.already_decided',
    );
    await rig().command(handle, 'reschedule', { schedule: { kind: 'at', at } });
    expect(await sentAtMs(handle)).toBeGreaterThanOrEqual(Date.parse(at));
  });

  it('its agent may move it before it is approved, not after', async () => {
    const handle = await inReview(rig());
    await rig().command(handle, 'reschedule', { schedule: { kind: 'held' } }, AGENT);
    await rig().approve(handle);
    expect(await refusalOf(rig().command(handle, 'reschedule', { schedule: { kind: 'now' } }, AGENT))).toBe(
      'refused.already_decided',
    );
    await rig().command(handle, 'cancel', {});
  });
});

describe('a hold between approval and send', () => {
  it('is waited for', async () => {
    const handle = await inReview(rig(), { holdMs: 10 * 60_000 });
    const { holdUntilMs } = await rig().approve(handle);
    expect(await rig().until(handle, 'scheduled')).toMatchObject({ holdUntilMs });
    expect(await sentAtMs(handle)).toBeGreaterThanOrEqual(holdUntilMs ?? Number.POSITIVE_INFINITY);
  });

  it('is the room to revoke', async () => {
    const handle = await inReview(rig(), { holdMs: HOUR_MS });
    await rig().approve(handle);
    await rig().env.sleep(HOUR_MS / 2);
    expect(await rig().command(handle, 'revoke', { revision: 1 })).toMatchObject({ status: 'in_review' });
    await rig().env.sleep(2 * HOUR_MS);
    expect(await rig().view(handle)).toMatchObject({ status: 'in_review', approval: null });
    expect(await rig().sent(handle)).toHaveLength(0);
    expect(await handle.result()).toMatchObject({ status: 'expired' });
  });
});

describe('the review', () => {
  it('ends at its own time-out, due or not', async () => {
    const at = await inHours(24 * 30);
    const handle = await inReview(rig(), { schedule: { kind: 'at', at }, reviewTimeoutMs: 2 * HOUR_MS });
    const startMs = await now();
    expect((await handle.result()).status).toBe('expired');
    const events = await rig().store.listEvents(handle.workflowId);
    const waitedMs = (events.find(({ type }) => type === 'expired')?.atMs ?? 0) - startMs;
    expect(Math.abs(waitedMs - 2 * HOUR_MS)).toBeLessThan(60_000);
  });
});

describe('an autonomous inbox', () => {
  const mode = (value: 'autonomous' | 'review_all') => rig().store.putInbox(INBOX, { mode: value });

  it('sends by the timer alone, recorded as approved by its policy', async () => {
    await mode('autonomous');
    const at = await inHours(3);
    const handle = await inReview(rig(), { schedule: { kind: 'at', at } });
    expect(await sentAtMs(handle)).toBeGreaterThanOrEqual(Date.parse(at));
    const approved = (await rig().store.listEvents(handle.workflowId)).find(({ type }) => type === 'approved');
    expect(approved).toMatchObject({ actorId: 'policy:autonomous', data: { policy: 'autonomous' } });
  });

  it('is asked when the draft is due: a mode changed while it waited counts', async () => {
    await mode('autonomous');
    const stopped = await inReview(rig(), { schedule: { kind: 'at', at: await inHours(3) } });
    await mode('review_all');
    await rig().env.sleep(4 * HOUR_MS);
    expect(await rig().view(stopped)).toMatchObject({ status: 'in_review', approval: null });
    const started = await inReview(rig(), { schedule: { kind: 'at', at: await inHours(3) } });
    await mode('autonomous');
    await sentAtMs(started);
    expect((await rig().view(stopped)).status).not.toBe('sent');
    await mode('review_all');
  });

  it('is asked again at the moment of sending', async () => {
    await mode('autonomous');
    const handle = await rig().start({ holdMs: HOUR_MS });
    await rig().until(handle, 'scheduled');
    await mode('review_all');
    expect(await rig().skipUntil(handle, ['in_review'], HOUR_MS)).toMatchObject({ reason: 'approval_missing' });
    expect(await rig().sent(handle)).toHaveLength(0);
  });

  it('leaves a draft to people once one of them has stepped in', async () => {
    const handle = await rig().start({ reviewTimeoutMs: 2 * HOUR_MS });
    await rig().until(handle, 'in_review');
    await rewrite(rig(), handle, { ...MAIL, subject: 'As a person wants it' });
    await mode('autonomous');
    await rig().command(handle, 'reschedule', { schedule: { kind: 'now' } });
    expect((await handle.result()).status).toBe('expired');
    expect(await rig().sent(handle)).toHaveLength(0);
    await mode('review_all');
  });

  it('does not approve again what a person revoked', async () => {
    await mode('autonomous');
    const handle = await rig().start({ holdMs: HOUR_MS });
    await rig().until(handle, 'scheduled');
    await rig().command(handle, 'revoke', { revision: 1 });
    expect((await handle.result()).status).toBe('expired');
    expect(await rig().sent(handle)).toHaveLength(0);
    await mode('review_all');
  });
});
