import { type Check, some, warning } from './context.ts';

const CURRENCY = '(?:€|\\$|£|¥|₹|zł|EUR|USD|GBP|CHF|JPY|SEK|NOK|DKK|PLN|CZK|CAD|AUD|MXN|INR|CNY|BRL)';
/** Bounded: an unbounded number takes quadratic time over a text of nothing but digits. */
const NUMBER = "\\d(?:[\\d.,'’\\u00a0\\u202f]{0,24}\\d)?";
const AMOUNT = new RegExp(
  `(?:${CURRENCY}[\\s\\u00a0\\u202f]?(${NUMBER})|(${NUMBER})[\\s\\u00a0\\u202f]?${CURRENCY})`,
  'gu',
);

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

/** An amount of money that no source has was made up or computed: a person should look. */
export const checkAmounts: Check = ({ sources, visible }) => {
  if (sources === null || sources === undefined) return [];
  const known = knownNumbers(sources);
  const written = [...visible.matchAll(AMOUNT)].map((match) => ({
    shown: match[0].trim(),
    number: match[1] ?? match[2],
  }));
  const unknown = written.filter(({ number }) => number !== undefined && !known.has(normalAmount(number)));
  const shown = [...new Set(unknown.map((amount) => amount.shown))];
  return shown.length === 0 ? [] : [warning('unsourced_amount', `No source has this amount: ${some(shown)}.`)];
};
