import { describe, expect, it } from 'vitest';
import { followsWallClock, respectsQuietHours } from '../../src/domain/due.ts';
import { type ScheduleInput, scheduleSchema } from '../../src/domain/schedule.ts';

const office = { kind: 'window', timeZone: 'UTC' } as const;
const messageOf = (schedule: unknown) => {
  const parsed = scheduleSchema.safeParse(schedule);
  return parsed.success ? null : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join();
};

describe('a schedule', () => {
  it.each<ScheduleInput>([
    { kind: 'now' },
    { kind: 'now', quietHours: 'ignore' },
    { kind: 'at', at: '2028-02-29T09:00:00Z' },
    { kind: 'at', at: '2028-02-29T09:00', timeZone: 'Europe/Berlin' },
    { kind: 'at', at: '2026-01-05T12:00', timeZone: 'recipient', fallbackTimeZone: 'Asia/Tokyo' },
    { ...office, timeZone: 'recipient', fallbackTimeZone: 'Asia/Tokyo', quietHours: 'respect' },
    { ...office, earliest: '2026-01-05T12:00:00+02:00', latest: '2026-01-05T10:00:01Z', spreadMs: 86_400_000 },
    { ...office, holidays: ['DE', 'DE-BY', 'US', 'CK-Atiu'] },
    { kind: 'held' },
  ])('may be %j', (schedule) => {
    expect(messageOf(schedule)).toBeNull();
  });

  it.each([
    [{ ...office, timeZone: 'Mars/Olympus' }, 'timeZone: must be an IANA time zone'],
    [{ ...office, days: [] }, 'days: '],
    [{ ...office, from: '24:00' }, 'from: must be HH:MM'],
    [{ ...office, from: '17:00', to: '09:00' }, 'to: from must be before to'],
    [{ ...office, fallbackTimeZone: 'UTC' }, 'fallbackTimeZone: goes only with timeZone: recipient'],
    [{ ...office, timeZone: 'recipient', fallbackTimeZone: 'recipient' }, 'fallbackTimeZone: must be an IANA'],
    [{ ...office, earliest: '2026-01-05T12:00:00+02:00', latest: '2026-01-05T10:00:00Z' }, 'latest: must be after'],
    [{ ...office, latest: '2026-01-05T10:00' }, 'latest: '],
    [{ ...office, holidays: ['XX'] }, 'holidays.0: must be a country or region with a calendar'],
    [{ ...office, holidays: ['DE-XX'] }, 'holidays.0: must be a country or region with a calendar'],
    [{ ...office, spreadMs: 86_400_001 }, 'spreadMs: '],
    [{ ...office, quietHours: 'perhaps' }, 'quietHours: '],
    [{ kind: 'at', at: 'tomorrow' }, 'at: must be an instant'],
    [{ kind: 'at', at: '2026-01-05T12:00' }, 'at: must be an instant'],
    [{ kind: 'at', at: '2027-02-29T09:00:00Z' }, 'at: must be an instant'],
    [{ kind: 'at', at: '2027-02-29T09:00', timeZone: 'UTC' }, 'at: must be a local time'],
    [{ kind: 'at', at: '2026-01-05T12:00Z', timeZone: 'UTC' }, 'at: must be a local time'],
    [{ kind: 'at', at: '2026-01-05T12:00:00+01:00', timeZone: 'UTC' }, 'at: must be a local time'],
    [{ kind: 'at', at: '2026-01-05T12:00:00Z', fallbackTimeZone: 'UTC' }, 'fallbackTimeZone: goes only with'],
    [{ kind: 'held', quietHours: 'ignore' }, 'quietHours'],
  ])('is refused with its reason: %j', (schedule, reason) => {
    expect(messageOf(schedule)).toContain(reason);
  });

  it('says by itself what it depends on', () => {
    expect(followsWallClock(scheduleSchema.parse(office))).toBe(true);
    expect(followsWallClock({ kind: 'at', at: '2026-01-05T12:00', timeZone: 'UTC' })).toBe(true);
    expect(followsWallClock({ kind: 'at', at: '2026-01-05T12:00:00Z' })).toBe(false);
    expect(respectsQuietHours({ kind: 'now' })).toBe(true);
    expect(respectsQuietHours({ kind: 'now', quietHours: 'ignore' })).toBe(false);
  });
});
