import { parse } from 'chrono-node';
import { Temporal } from 'temporal-polyfill';
import { wallInstantMs } from '../../../../src/domain/open-hours.ts';
import { zoneIn } from './zone.ts';

/** A time as somebody wrote it: a wall time and whose wall it hangs on. */
export interface When {
  date: string;
  time: string;
  /** A zone by name, or `recipient`. */
  timeZone: string;
}
export interface NotUnderstood {
  problem: string;
}

interface Asked {
  nowMs: number;
  /** Counts where the words name no zone: a zone, or `recipient`. */
  timeZone: string;
  ownZone: string;
  /** The zone that `recipient` stands for. */
  recipientZone: string;
}

const MORNING = '9:00';
const PARTS: readonly [RegExp, string][] = [
  [/\b(?:first thing|(?:in the )?(?:early )?morning|start of (?:the )?day|sod)\b/g, MORNING],
  [/\b(?:at )?(?:noon|midday|lunch ?time)\b/g, '12:00'],
  [/\b(?:in the )?(?:early )?afternoon\b/g, '14:00'],
  [/\b(?:end of (?:the )?(?:business )?day|eod|close of business|cob)\b/g, '17:00'],
  [/\b(?:in the )?evening\b|\btonight\b/g, '18:00'],
];
const FILLERS = /\b(?:send|it|please|at|on|the|o'clock|by|around|about|and|this|coming|for)\b|[,.;]/g;
const MOST_AHEAD_DAYS = 366 * 5;

/**
 * Reads `tomorrow 9:00 in their zone`, `mon 14:30`, `in 2 hours`, `next working day morning`. All of it is understood, or
 * nothing is: a word left over could have been the one that mattered.
 */
export function readWhen(words: string, asked: Asked): When | NotUnderstood {
  const typed = words.toLowerCase().replace(/\s+/g, ' ').trim();
  if (typed === '') return { problem: 'Write when, such as “tomorrow 9:00” or “in 2 hours”.' };
  const { zone, rest } = zoneIn(typed, asked.ownZone);
  const timeZone = zone ?? asked.timeZone;
  const wallZone = timeZone === 'recipient' ? asked.recipientZone : timeZone;
  const now = Temporal.Instant.fromEpochMilliseconds(asked.nowMs).toZonedDateTimeISO(wallZone);
  const found = spanOf(rest, now) ?? momentOf(rest, now);
  if ('problem' in found) return found;
  const { date, time } = found;
  const hung = found.timeZone ?? wallZone;
  const atMs = wallInstantMs(`${date}T${time}`, hung);
  if (atMs <= asked.nowMs) return { problem: 'That time has passed.' };
  if (atMs > asked.nowMs + MOST_AHEAD_DAYS * 86_400_000) return { problem: 'That is years ahead.' };
  return { date, time, timeZone: found.timeZone ?? timeZone };
}

type Wall = { date: string; time: string; timeZone?: string };

const UNITS: Record<string, 'minutes' | 'hours' | 'days' | 'weeks' | 'months'> = {
  m: 'minutes',
  min: 'minutes',
  minute: 'minutes',
  h: 'hours',
  hr: 'hours',
  hour: 'hours',
  d: 'days',
  day: 'days',
  w: 'weeks',
  week: 'weeks',
  month: 'months',
};
const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  'half an': 0.5,
};

/** `in 2 hours`, `in an hour and 30 minutes`: hours pass as they pass, days are days of the wall calendar. */
function spanOf(text: string, now: Temporal.ZonedDateTime): Wall | null {
  const said = /^(?:send it )?(?:in|after) (.+?)(?: from now)?$/.exec(text) ?? /^(.+) from now$/.exec(text);
  if (!said?.[1]) return null;
  let at = now;
  for (const part of said[1].split(/,| and /)) {
    const piece = /^\s*(half an|[a-z]+|\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*$/.exec(part);
    const amount = piece?.[1] === undefined ? Number.NaN : (NUMBERS[piece[1]] ?? Number(piece[1]));
    const unit = UNITS[piece?.[2] ?? ''];
    if (!(amount > 0) || amount > 100_000 || unit === undefined) return null;
    if (unit === 'hours' || unit === 'minutes')
      at = at.add({ minutes: Math.round(unit === 'hours' ? amount * 60 : amount) });
    else if (Number.isInteger(amount)) at = at.add({ [unit]: amount });
    else return null;
  }
  // A minute that has begun is over.
  const begun = at.second > 0 || at.millisecond > 0;
  if (begun) at = at.add({ minutes: 1 }).round({ smallestUnit: 'minute', roundingMode: 'floor' });
  const wall = wallOf(at);
  // When the clocks go back, the wall tells an hour twice; only another wall tells the second one.
  const told = wallInstantMs(`${wall.date}T${wall.time}`, at.timeZoneId) === at.epochMilliseconds;
  return told ? wall : { ...wallOf(at.withTimeZone('UTC')), timeZone: 'UTC' };
}

function momentOf(text: string, now: Temporal.ZonedDateTime): Wall | NotUnderstood {
  let said = text;
  for (const [part, time] of PARTS) said = said.replace(part, hasClock(text) ? ' ' : ` ${time} `);
  said = said.replace(
    /\b(?:the )?(?:next|following) (?:working|business|work) ?day\b|\bnext (?:workday|weekday)\b/g,
    workday(now),
  );
  said = said.replace(/\bnext week\b(?! \w*day)(?!.*\b(?:mon|tue|wed|thu|fri|sat|sun))/g, mondayAfter(now));
  if (/^\s*\d{1,2}:\d{2}\s*$/.test(said) && text.includes('tonight')) said = `today ${said}`;
  const reference = { instant: fakeNow(now), timezone: 0 };
  const results = parse(said, reference, { forwardDate: true });
  const [result, ...others] = results;
  if (result === undefined) return { problem: `“${text}” is not understood.` };
  const left = (said.slice(0, result.index) + said.slice(result.index + result.text.length))
    .replace(FILLERS, ' ')
    .trim();
  if (others.length > 0 || left !== '' || result.end)
    return { problem: left === '' || result.end ? 'That names more than one time.' : `“${left}” is not understood.` };
  const { start } = result;
  if (start.isCertain('timezoneOffset')) return { problem: 'Name the zone by a city, such as “in Berlin”, or UTC.' };
  const get = (part: 'year' | 'month' | 'day' | 'hour' | 'minute') => start.get(part) ?? 0;
  const day = Temporal.PlainDate.from({ year: get('year'), month: get('month'), day: get('day') });
  const clock = start.isCertain('hour')
    ? { hour: get('hour'), minute: start.isCertain('minute') ? get('minute') : 0 }
    : { hour: 9, minute: 0 };
  return {
    date: dayAhead(day, clock, start, now),
    time: Temporal.PlainTime.from(clock).toString({ smallestUnit: 'minute' }),
  };
}

const hasClock = (text: string) => /\d{1,2}(?::\d{2}|\s?[ap]\.?m\b)|\bat \d{1,2}\b/.test(text);

interface Certain {
  isCertain(part: 'day' | 'weekday'): boolean;
}

/** A weekday or a time alone is the next one; a date that was given is that date. */
function dayAhead(
  day: Temporal.PlainDate,
  clock: { hour: number; minute: number },
  start: Certain,
  now: Temporal.ZonedDateTime,
): string {
  const passed = Temporal.PlainDateTime.compare(day.toPlainDateTime(clock), now.toPlainDateTime()) <= 0;
  if (!passed || start.isCertain('day')) return day.toString();
  return day.add({ days: start.isCertain('weekday') ? 7 : 1 }).toString();
}

/** The wall clock as if it hung in Greenwich: no change of clocks comes between the words and the date they name. */
const fakeNow = (now: Temporal.ZonedDateTime) =>
  new Date(now.toPlainDateTime().toZonedDateTime('UTC').epochMilliseconds);

function workday(now: Temporal.ZonedDateTime): string {
  let day = now.toPlainDate().add({ days: 1 });
  while (day.dayOfWeek > 5) day = day.add({ days: 1 });
  return ` ${day.toString()} `;
}
const mondayAfter = (now: Temporal.ZonedDateTime) =>
  ` ${now
    .toPlainDate()
    .add({ days: 8 - now.dayOfWeek })
    .toString()} `;

const wallOf = (at: Temporal.ZonedDateTime): Wall => ({
  date: at.toPlainDate().toString(),
  time: at.toPlainTime().toString({ smallestUnit: 'minute' }),
});
