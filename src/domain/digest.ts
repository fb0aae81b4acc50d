import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { EmailContent } from './content.ts';

/** SHA-256, in lower-case hex, of a JSON value in its RFC 8785 canonical form. */
export function jsonDigest(value: unknown): string {
  const canonical = canonicalize(value);
  if (canonical === undefined) throw new TypeError('only JSON values have a digest');
  return sha256Hex(utf8ToBytes(canonical));
}

/** SHA-256 of bytes in lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/**
 * The digest an approval names: the inbox and everything the recipient will see.
 * Two revisions with the same digest are the same email.
 */
export function revisionDigest(inboxId: string, content: EmailContent): string {
  return jsonDigest({ version: 1, inboxId, ...content });
}
