import { type Check, some, warning } from './context.ts';

const CURRENCY = '(?:€|\\$|£|¥|₹|zł|EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|CAD|AUD|MXN|INR|CNY|BRL)';
/** Bounded: an unbounded number takes quadratic time over a text of nothing but digits. */
const NUMBER = "\\d(?:[\\d.,'’\\u00a0\\u202f]{0,24}\\d)?";
const amountOf = (number: string) =>
  new RegExp(`(?:${CURRENCY}[\\s\\u00a0\\u202f]?(${number})|(${number})[\\s\\u00a0\\u202f]?${CURRENCY})`, 'gu');
const AMOUNT = amountOf(NUMBER);
/** Also with plain spaces between thousands. "Room 12 500 EUR" then reads as 12,500: where it matters, rather too much. */
const WIDEST_AMOUNT = amountOf(`\\d{1,3}(?: \\d{3}){1,6}(?:[.,]\\d{1,2})?(?!\\d)|${NUMBER}`);

/**
 * The number without the ways of writing it: `1.234,50`, `1,234.50` and `1234.5` are `1234.5`. The last separator is the
 * decimal one when one or two digits follow it.
 */
export function normalAmount(written: string): string {
  const digits = written.replace(/[\s\u00a0\u202f'’]/gu, '');
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(digits);
  const whole = (decimal?.[1] ?? digits).replace(/[.,]/g, '').replace(/^0+(?=\d)/, '');
  const fraction = (decimal?.[2] ?? '').replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Every number of the sources, also as minor units of a currency with two decimals. */
function knownNumbers(sources: unknown): Set<string> {
  const known = new Set<string>();
  const json = JSON.stringify(sources) ?? '';
  for (const [written] of json.matchAll(new RegExp(NUMBER, 'gu'))) {
    known.add(normalAmount(written));
    if (/^\d{1,15}$/.test(written))
      known.add(normalAmount(`${written.padStart(3, '0').slice(0, -2)}.${written.padStart(3, '0').slice(-2)}`));
  }
  return known;
}

const SIGNS: Record<string, string> = { '€': 'EUR', '£': 'GBP', '₹': 'INR', zł: 'PLN' };

/** An amount of money as a reader sees it. `currency` is null for a sign that several share: `$` and `¥`. */
export interface Amount {
  shown: string;
  /** In the main unit and without the ways of writing it, such as 1234.5. */
  number: string;
  value: number;
  currency: string | null;
}

/** Every amount with a sign or code of its currency, in the order of the text. */
export const amountsIn = (visible: string): Amount[] => matches(visible, WIDEST_AMOUNT);

function matches(visible: string, pattern: RegExp): Amount[] {
  return [...visible.matchAll(pattern)].flatMap((match) => {
    const written = match[1] ?? match[2];
    if (written === undefined) return [];
    const shown = match[0].trim();
    const number = normalAmount(written);
    const sign = shown.replace(written, '').trim();
    const currency = SIGNS[sign] ?? (/^[A-Z]{3}$/.test(sign) ? sign : null);
    return [{ shown, number, value: Number(number), currency }];
  });
}

/** An amount of money that no source has was made up or computed: a person should look. */
export const checkAmounts: Check = ({ sources, visible }) => {
  if (sources === null || sources === undefined) return [];
  const known = knownNumbers(sources);
  const unknown = matches(visible, AMOUNT).filter(({ number }) => !known.has(number));
  const shown = [...new Set(unknown.map((amount) => amount.shown))];
  return shown.length === 0 ? [] : [warning('unsourced_amount', `No source has this amount: ${some(shown)}.`, shown)];
};
