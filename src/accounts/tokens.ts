import { createHash, randomBytes } from 'node:crypto';

/** 256 bits in letters that need no escaping anywhere. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** Tokens are random, so no salt. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const KEY_PREFIX = 'cs_';
/** Enough to tell keys apart in a list, far too little to guess one. */
const HINT_LENGTH = 8;

export interface FreshKey {
  /** Shown once, kept nowhere. */
  key: string;
  sha256: string;
  hint: string;
}

export function newKey(): FreshKey {
  const key = `${KEY_PREFIX}${randomBytes(24).toString('base64url')}`;
  return { key, sha256: hashToken(key), hint: key.slice(0, HINT_LENGTH) };
}

export const newKeyId = (): string => `key_${randomBytes(9).toString('base64url')}`;
export const newUserId = (): string => `usr_${randomBytes(9).toString('base64url')}`;
