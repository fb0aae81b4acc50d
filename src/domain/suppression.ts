import { bareAddress } from './content.ts';
import { urlOf } from './url.ts';

/** Why nothing is sent to somebody, the weightiest first: it is named where several hold. */
export const SUPPRESSION_REASONS = ['complaint', 'unsubscribed', 'hard_bounce', 'manual', 'imported'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** Scope of an entry that holds for every inbox; any other scope is the id of the one inbox it holds for. */
export const ORGANIZATION = 'organization';

/** An address nothing is sent to, and the entry that says so. */
export interface SuppressionMatch {
  /** As it was asked for. */
  address: string;
  entry: string;
  /** `organization`, or the id of an inbox. */
  scope: string;
  reason: SuppressionReason;
  /** Null: it holds for ever. */
  expiresAtMs: number | null;
}

/** What would let a URL parser read something else out of a domain than what mail goes to. */
const NOT_A_DOMAIN = /[\s\0%/\\?#:@[\]<>^|`"',;]/;
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** All of them: a second look at what is kept must find nothing left to take away. */
const ROOT_DOTS = /\.+$/;

/** The domain as DNS knows it: lower case, IDN as punycode, without the dot of the root. What is no such name stays. */
function normalizeDomain(text: string): string {
  const lower = text.normalize('NFC').toLowerCase().replace(ROOT_DOTS, '');
  const hostname = NOT_A_DOMAIN.test(lower) ? null : (urlOf(`http://${lower}`)?.hostname ?? null);
  // `127.1` and `0x7f.1` are numbers to a URL, names to mail.
  return hostname === null || IPV4.test(hostname) || hostname === '' ? lower : hostname.replace(ROOT_DOTS, '');
}

/** The one form of an address under which it is kept and compared; null when it is none. */
export function normalizeAddress(text: string): string | null {
  const bare = bareAddress(text);
  if (bare === null) return null;
  const at = bare.lastIndexOf('@');
  const domain = normalizeDomain(bare.slice(at + 1));
  return domain === '' ? null : `${bare.slice(0, at).normalize('NFC')}@${domain}`;
}

const LABELS = /^[^\s@<>",;:./]+(\.[^\s@<>",;:./]+)+$/;

/** An address (`user@example.com`, also with a name) or a domain (`example.com`, `@example.com`) as kept; else null. */
export function normalizeEntry(text: string): string | null {
  const address = normalizeAddress(text);
  if (address !== null) return address;
  const domain = normalizeDomain(text.trim().replace(/^@/, ''));
  return LABELS.test(domain) ? domain : null;
}

/** The mailbox behind a plus address: what stands before the first `+`. Null for an address without a tag. */
function untagged(address: string): string | null {
  const plus = address.indexOf('+');
  const at = address.lastIndexOf('@');
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : null;
}

/**
 * Every entry that would cover an address, the narrowest first: itself, its mailbox without the tag, its domain and all
 * domains above except a top-level one. Empty for what is no address.
 */
export function entriesCovering(address: string): string[] {
  const normal = normalizeAddress(address);
  if (normal === null) return [];
  const labels = normal.slice(normal.lastIndexOf('@') + 1).split('.');
  const domains = labels.slice(0, -1).map((_, i) => labels.slice(i).join('.'));
  return [normal, ...[untagged(normal)].filter((entry) => entry !== null), ...domains];
}

/** The address itself and the mailbox behind its tag, in that order: what preferences are kept under. */
export function mailboxesOf(address: string): string[] {
  const normal = normalizeAddress(address);
  return normal === null ? [] : [normal, ...[untagged(normal)].filter((entry) => entry !== null)];
}
