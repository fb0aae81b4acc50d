import type { IsHoliday } from './resolve.ts';

type Calendar = InstanceType<typeof import('date-holidays')['default']>;

const HOUR_MS = 3_600_000;
const calendars = new Map<string, Calendar>();
const years = new Map<string, ReadonlySet<string>>();

/** Public holidays of these calendars. The library takes 26 MB and 0.4 s: it is loaded when the first window asks. */
export async function holidaysOf(codes: readonly string[]): Promise<IsHoliday> {
  const unknown = codes.filter((code) => !calendars.has(code));
  if (unknown.length > 0) {
    const { default: Holidays } = await import('date-holidays');
    for (const code of unknown) {
      const [country = code, region = ''] = code.split('-');
      calendars.set(code, new Holidays(country, region, { types: ['public'] }));
    }
  }
  return (calendar, date) => datesOf(calendar, Number(date.slice(0, 4))).has(date);
}

function datesOf(code: string, year: number): ReadonlySet<string> {
  const key = `${code} ${year}`;
  let dates = years.get(key);
  if (!dates) {
    // A long holiday may reach over New Year.
    const found = [year - 1, year].flatMap((one) => calendars.get(code)?.getHolidays(one) ?? []);
    dates = new Set(found.flatMap(({ date, start, end }) => daysFrom(date, end.getTime() - start.getTime())));
    years.set(key, dates);
  }
  return dates;
}

/** The whole days of a holiday by its own calendar. An afternoon off closes no day; a change of the clocks costs none. */
function daysFrom(date: string, lengthMs: number): string[] {
  const days = Math.floor((lengthMs / HOUR_MS + 2) / 24);
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Array.from({ length: days }, (_, i) => new Date(first + i * 24 * HOUR_MS).toISOString().slice(0, 10));
}
