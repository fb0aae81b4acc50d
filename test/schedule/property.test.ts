import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpenAt, resolveSchedule } from '../../src/activities/windows/resolve.ts';
import { quietUntilMs } from '../../src/domain/quiet.ts';
import { WEEKDAYS } from '../../src/domain/schedule.ts';
import { firstMinute, openBy, quietBy, wallMinute } from './oracle.ts';
import { anyQuiet, around, clockTime, DAY_MS, facts, HOUR_MS, windowOf, zone } from './support.ts';

const anyWindow = fc
  .record({
    timeZone: zone,
    days: fc.subarray([...WEEKDAYS], { minLength: 3 }),
    edges: fc.uniqueArray(clockTime, { minLength: 2, maxLength: 2 }),
  })
  .map(({ timeZone, days, edges }) => {
    const [from, to] = edges.toSorted();
    return windowOf({ timeZone, days, from, to });
  });

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const LOOK_DAYS = 11;

describe('what luxon finds by looking at every minute', () => {
  it('is the opening of a window with holidays, bounds and quiet hours', () => {
    const near = { minMs: -2 * DAY_MS, maxMs: 6 * DAY_MS };
    const offset = fc
      .integer({ min: near.minMs / 60_000, max: near.maxMs / 60_000 })
      .map((minutes) => minutes * 60_000);
    const given = fc.record({
      window: anyWindow,
      nowMs: around,
      earliest: fc.option(offset),
      latest: fc.option(offset),
      closedDays: fc.uniqueArray(fc.integer({ min: -1, max: 5 }), { maxLength: 4 }),
      quiet: fc.array(anyQuiet, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(given, ({ window: base, nowMs, earliest, latest, closedDays, quiet }) => {
        const earliestMs = earliest === null ? nowMs : nowMs + earliest;
        const latestMs = latest === null ? Number.POSITIVE_INFINITY : Math.max(nowMs + latest, earliestMs + 1);
        const closed = new Set(closedDays.map((day) => new Date(nowMs + day * DAY_MS).toISOString().slice(0, 10)));
        const window = {
          ...base,
          holidays: ['DE'],
          ...(earliest !== null && { earliest: new Date(earliestMs).toISOString() }),
          ...(latest !== null && { latest: new Date(latestMs).toISOString() }),
        };
        const asked = facts(nowMs, { quiet, isHoliday: (_calendar, date) => closed.has(date) });

        const free = (ms: number) => openBy(window, ms, closed).open && !quiet.some((hours) => quietBy(hours, ms));
        const canSkip = (ms: number) => !openBy(window, ms, closed).day;
        const found = firstMinute(Math.max(nowMs, earliestMs), LOOK_DAYS, free, canSkip);
        const { dueAtMs, missed } = resolveSchedule(window, asked);

        if (found !== null && found <= latestMs) expect(iso(dueAtMs)).toBe(iso(found));
        else if (found !== null || latestMs < nowMs + LOOK_DAYS * DAY_MS) expect(missed).toBe(true);
        else expect(dueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(nowMs + (LOOK_DAYS - 3) * DAY_MS);
        expect(isOpenAt(window, asked)).toBe(free(nowMs) && earliestMs <= nowMs && nowMs <= latestMs);
      }),
      { numRuns: 60 },
    );
  });

  it('is the instant of a time on the wall clock, in gaps and overlaps too', () => {
    fc.assert(
      fc.property(zone, around, (timeZone, aroundMs) => {
        const at = new Date(Math.floor(aroundMs / 60_000) * 60_000).toISOString().slice(0, 16);
        const { dueAtMs } = resolveSchedule({ kind: 'at', at, timeZone }, facts(aroundMs));
        expect(iso(dueAtMs)).toBe(iso(wallMinute(at, timeZone)));
      }),
      { numRuns: 60 },
    );
  });

  it('is the end of quiet hours', () => {
    fc.assert(
      fc.property(anyQuiet, around, (quiet, atMs) => {
        const found = quietBy(quiet, atMs) ? firstMinute(atMs, 3, (ms) => !quietBy(quiet, ms)) : null;
        expect(iso(quietUntilMs(quiet, atMs))).toBe(iso(found));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a spread', () => {
  const spread = fc.integer({ min: 1, max: 24 * 60 }).map((minutes) => minutes * 60_000);

  it('has one place for each draft, inside the window, however often it is asked', () => {
    fc.assert(
      fc.property(anyWindow, around, spread, fc.uuid(), fc.nat(1000), (base, nowMs, spreadMs, draftId, later) => {
        const window = { ...base, spreadMs };
        const opensMs = resolveSchedule(base, facts(nowMs)).dueAtMs ?? Number.NaN;
        const dueMs = resolveSchedule(window, facts(nowMs, { draftId })).dueAtMs ?? Number.NaN;
        expect(openBy(window, dueMs).open).toBe(true);
        expect(isOpenAt(window, facts(dueMs, { draftId }))).toBe(true);
        expect(dueMs).toBeGreaterThanOrEqual(opensMs);
        // From before the opening within one spread of it, in the middle of the day within two.
        expect(dueMs - opensMs).toBeLessThan(opensMs > nowMs ? spreadMs : 2 * spreadMs);
        const askedAgainMs = nowMs + Math.floor(((dueMs - nowMs) * later) / 1000);
        expect(resolveSchedule(window, facts(askedAgainMs, { draftId })).dueAtMs).toBe(dueMs);
      }),
      { numRuns: 150 },
    );
  });

  it.each([
    ['before the opening', '2026-01-05T05:00:00Z', '2026-01-05T08:00:00Z', HOUR_MS],
    ['in the middle of the day', '2026-01-05T10:00:00Z', '2026-01-05T10:00:00Z', HOUR_MS],
    ['over more than the window is long', '2026-01-05T05:00:00Z', '2026-01-05T08:00:00Z', 8 * HOUR_MS, 24 * HOUR_MS],
  ])('takes many drafts apart: %s', (_when, now, firstAt, lengthMs, spreadMs = lengthMs) => {
    const window = windowOf({ timeZone: 'Europe/Berlin', spreadMs });
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 1000; i += 1) {
      const { dueAtMs } = resolveSchedule(window, facts(now, { draftId: `draft-${i}` }));
      const tenth = Math.floor((((dueAtMs ?? 0) - Date.parse(firstAt)) / lengthMs) * 10);
      expect(tenths[tenth]).toBeDefined();
      tenths[tenth]! += 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(60);
    expect(Math.max(...tenths)).toBeLessThan(140);
  });

  it('lets a draft go at once that comes after its place in the last stretch, not on another day', () => {
    const window = windowOf({ timeZone: 'UTC', spreadMs: 8 * HOUR_MS });
    const due = (now: string) => resolveSchedule(window, facts(now)).dueAtMs;
    const place = due('2026-01-05T00:00:00Z') ?? 0;
    expect(due(new Date(place + 1).toISOString())).toBe(place + 1);
  });
});
