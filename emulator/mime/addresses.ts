import addressparser from 'nodemailer/lib/addressparser/index.js';
import { invalid } from '../errors.ts';

/** The bare address of `a@b.c` or `Name <a@b.c>`, lower-cased; undefined when there is none. */
export function addressOf(text: string): string | undefined {
  const address = addressparser(text, { flatten: true })[0]?.address.trim().toLowerCase();
  return address && /^[^\s@]+@[^\s@]+$/.test(address) ? address : undefined;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

export function requireAddresses(field: string, values: string[] | undefined): void {
  values?.forEach((value, index) => {
    if (addressOf(value) === undefined) throw invalid(`"${value}" is not an email address`, [field, index]);
  });
}

/** Each address once, in order, without those in `except`. */
export function uniqueAddresses(values: string[], except: string[] = []): string[] {
  const seen = new Set(except.map((value) => value.toLowerCase()));
  return values.filter((value) => {
    const address = addressOf(value);
    if (address === undefined || seen.has(address)) return false;
    seen.add(address);
    return true;
  });
}

export function formatAddress(address: string, name: string | undefined): string {
  if (!name) return address;
  const quoted = /^[\p{L}\p{N} _'-]+$/u.test(name) ? name : `"${name.replaceAll(/["\\]/g, '\\$&')}"`;
  return `${quoted} <${address}>`;
}
