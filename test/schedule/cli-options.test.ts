import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { scheduleOf, scheduleOptions, withScheduleOptions } from '../../src/cli/schedule-options.ts';
import { scheduleText } from '../../src/cli/show-draft.ts';
import { scheduleSchema } from '../../src/domain/schedule.ts';

const parse = (line: string) => {
  const command = withScheduleOptions(new Command()).exitOverride();
  return scheduleOf(scheduleOptions.parse(command.parse(line.split(' '), { from: 'user' }).opts()));
};

describe('the schedule on the command line', () => {
  it.each([
    ['--now --ignore-quiet-hours', { kind: 'now', quietHours: 'ignore' }],
    ['--at 2026-12-01T09:00:00+01:00', { kind: 'at', at: '2026-12-01T08:00:00.000Z' }],
    [
      '--at 2026-12-01T09:00 --zone recipient --fallback-zone Asia/Tokyo',
      { kind: 'at', at: '2026-12-01T09:00', timeZone: 'recipient', fallbackTimeZone: 'Asia/Tokyo' },
    ],
    [
      '--window Europe/Berlin --days mon,tue --hours 09:00-12:00 --latest 2026-12-01T09:00:00Z --holidays DE-BY,US --spread 30m',
      {
        ...{ kind: 'window', timeZone: 'Europe/Berlin', days: ['mon', 'tue'], from: '09:00', to: '12:00' },
        ...{ latest: '2026-12-01T09:00:00.000Z', holidays: ['DE-BY', 'US'], spreadMs: 1_800_000 },
      },
    ],
    ['--held', { kind: 'held' }],
  ])('%s', (line, schedule) => {
    expect(parse(line)).toEqual(schedule);
    expect(scheduleSchema.safeParse(parse(line)).success).toBe(true);
  });

  it.each([
    ['--now --held', '--now and --held contradict each other'],
    ['--days mon --spread 5m', '--days and --spread: only with --window'],
    ['--now --zone UTC', '--zone: only with --at'],
    ['--window UTC --fallback-zone UTC', '--fallback-zone goes with'],
    ['--held --ignore-quiet-hours', '--ignore-quiet-hours goes with'],
    ['--window UTC --spread soon', '--spread: write it as'],
    ['--window UTC --hours 9-5', '--hours: write them as'],
  ])('refuses %s', (line, reason) => {
    expect(() => parse(line)).toThrow(reason);
  });

  it('is shown with all its rules', () => {
    const schedule = parse('--window recipient --holidays DE --spread 30m --ignore-quiet-hours');
    expect(scheduleText({ schedule: scheduleSchema.parse(schedule), dueAt: null })).toBe(
      "mon,tue,wed,thu,fri 09:00-17:00 recipient's zone, else UTC, holidays DE, spread over 30 min, quiet hours ignored",
    );
    const at = scheduleSchema.parse({ kind: 'at', at: '2026-12-01T09:00', timeZone: 'Asia/Tokyo' });
    expect(scheduleText({ schedule: at, dueAt: null })).toBe('2026-12-01 09:00 Asia/Tokyo');
  });
});
