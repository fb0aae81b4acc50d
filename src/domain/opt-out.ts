import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { normalizeAddress } from './suppression.ts';

/** Every category, in what recipients opt out of. */
export const EVERYTHING = '*';
/** Where a link leads, below the server's public URL. */
export const OPT_OUT_PATH = '/u/';
/** From the send: long enough for any law, and for mail that is found again; then the link says so. */
export const OPT_OUT_TTL_MS = 2 * 366 * 86_400_000;
/** The shortest secret that signs. */
export const MIN_SECRET_LENGTH = 32;

const VERSION = 'v1';
const DAY_MS = 86_400_000;
const payloadSchema = z.tuple([z.string().min(1), z.string(), z.int(), z.string()]);

export interface OptOutSubject {
  draftId: string;
  /** Null: the draft has none, so the link is about everything. */
  category: string | null;
  issuedAtMs: number;
  /** The one the link is for; null where it is for several, who then say which they are. */
  address: string | null;
}

export interface OptOutLink {
  draftId: string;
  category: string | null;
  /** The day it was made. */
  issuedAtMs: number;
  /** Whether the link was made for this address. */
  isFor(address: string): boolean;
}

export interface OptOutTokens {
  /** The same subject on the same day has the same token: composing again changes nothing. */
  sign(subject: OptOutSubject): string;
  read(token: string): OptOutLink | 'forged';
}

/** Links that prove themselves: signed with the first secret, believed when signed with any. */
export function createOptOutTokens(secrets: readonly string[]): OptOutTokens {
  const keys = secrets.map((secret) => {
    // A key of its own for this use: a secret may serve others, too.
    const key = sha256(utf8ToBytes(`countersign opt-out\n${secret}`));
    return { key, id: bytesToHex(sha256(key)).slice(0, 8) };
  });
  const mac = (key: Uint8Array, text: string, bytes: number) =>
    bytesToHex(hmac(sha256, key, utf8ToBytes(text)).slice(0, bytes));
  // The address itself is not in the link, which ends up in logs and histories of browsers.
  const markOf = (key: Uint8Array, address: string) => mac(key, `address\n${normalizeAddress(address) ?? address}`, 8);
  return {
    sign({ draftId, category, issuedAtMs, address }) {
      const [current] = keys;
      if (current === undefined) throw new TypeError('no secret to sign with');
      const day = Math.floor(issuedAtMs / DAY_MS);
      const mark = address === null ? '' : markOf(current.key, address);
      const signed = `${VERSION}.${current.id}.${encode(JSON.stringify([draftId, category ?? '', day, mark]))}`;
      return `${signed}.${mac(current.key, signed, 16)}`;
    },

    read(token) {
      const end = token.lastIndexOf('.');
      const signed = token.slice(0, end);
      const [version, id, payload, ...others] = signed.split('.');
      const found = keys.find((known) => known.id === id);
      if (version !== VERSION || found === undefined || payload === undefined || others.length > 0) return 'forged';
      if (!equal(mac(found.key, signed, 16), token.slice(end + 1))) return 'forged';
      const parsed = payloadSchema.safeParse(decode(payload));
      if (!parsed.success) return 'forged';
      const [draftId, category, day, mark] = parsed.data;
      return {
        draftId,
        category: category || null,
        issuedAtMs: day * DAY_MS,
        isFor: (address) => mark !== '' && equal(mark, markOf(found.key, address)),
      };
    },
  };
}

/**
 * A draft may wait for years between its link and its send; whoever gets it then has all the time there is. A link in
 * mail of which no send is on record (`sentAtMs` null) holds.
 */
export function isLinkExpired({ issuedAtMs }: OptOutLink, sentAtMs: number | null, nowMs: number): boolean {
  return sentAtMs !== null && nowMs > Math.max(issuedAtMs, sentAtMs) + OPT_OUT_TTL_MS;
}

/** In a time that tells nothing of where they differ. */
function equal(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let i = 0; i < one.length; i += 1) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}

const encode = (text: string) =>
  btoa(String.fromCharCode(...utf8ToBytes(text)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

function decode(text: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
