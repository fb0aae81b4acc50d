/** An amount in the currency's smallest unit, or as a decimal string. Never a float: 0.1 + 0.2 is not an invoice. */
export type Amount = { minorUnits: number; currency: string } | { value: string; currency: string };

/** How many decimals a currency has: EUR 2, JPY 0, KWD 3. @throws RangeError for what is not a currency code */
export function currencyDigits(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}

/** `{minorUnits: 123450, currency: 'EUR'}` → `1234.50`. */
export function decimalString(amount: Amount): `${number}` {
  if ('value' in amount) return asNumeric(amount.value);
  const digits = currencyDigits(amount.currency);
  const whole = String(Math.abs(amount.minorUnits)).padStart(digits + 1, '0');
  const text = digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
  return asNumeric(amount.minorUnits < 0 ? `-${text}` : text);
}

/** The amount as the locale writes it, with the currency: `1.234,50 €`. Exact: no float in between. */
export function formatAmount(amount: Amount, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: amount.currency }).format(decimalString(amount));
}

/** `2026-11-05` or an instant as the locale's long date, by UTC: `5. November 2026`. The text itself when it is no date. */
export function formatDate(date: string, locale: string): string {
  const timeMs = Date.parse(date);
  if (Number.isNaN(timeMs)) return date;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(timeMs);
}

/** Whole days from one date to the other. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function asNumeric(text: string): `${number}` {
  if (isNumeric(text)) return text;
  throw new RangeError('expected a decimal number such as 1234.50');
}

function isNumeric(text: string): text is `${number}` {
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(text);
}

/** The exact sum of two amounts of one currency. */
export function addAmounts(a: Amount, b: Amount): Amount {
  const digits = 6;
  const scaled = [a, b].map((amount) => {
    const [whole = '0', fraction = ''] = decimalString(amount).split('.');
    return BigInt(`${whole}${fraction.padEnd(digits, '0')}`);
  });
  const sum = scaled
    .reduce((total, part) => total + part, 0n)
    .toString()
    .padStart(digits + 1, '0');
  const fraction = sum.slice(-digits).replace(/0+$/, '');
  const value = `${sum.slice(0, -digits)}${fraction === '' ? '' : `.${fraction}`}`;
  return { value, currency: a.currency };
}
