import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** How long a link decides. */
export const REVIEW_LINK_TTL_MS = 72 * 3_600_000;
const VERSION = 'v1';
const PURPOSE = 'decide';
/** Enough of a digest to tell revisions apart; the whole token is signed. */
const DIGEST_LENGTH = 32;
/** 80 bits in letters that survive being typed. */
const CODE_BYTES = 10;

const payloadSchema = z.tuple([
  z.literal(PURPOSE),
  z.string().min(1),
  z.string().min(1),
  z.int().min(1),
  z.string().length(DIGEST_LENGTH),
  z.int(),
]);

/** Who may decide about what. */
export interface ReviewSubject {
  personId: string;
  draftId: string;
  revision: number;
  digest: string;
}
export interface ReviewLink extends Omit<ReviewSubject, 'digest'> {
  /** The same for the same link: what single use is counted by. */
  tokenId: string;
  isOf(digest: string): boolean;
}

export interface ReviewTokens {
  /** The same subject and time give the same token. */
  sign(subject: ReviewSubject, issuedAtMs: number): string;
  read(token: string, nowMs: number): ReviewLink | 'forged' | 'expired';
  /** A word for the subject line of a mail that may be answered. */
  code(subject: ReviewSubject): string;
  /** Whether `text` holds the word of this subject. */
  hasCode(text: string, subject: ReviewSubject): boolean;
}

/** Links that prove themselves: signed with the first secret, believed when signed with any. */
export function createReviewTokens(secrets: readonly string[]): ReviewTokens {
  const keys = secrets.map((secret) => {
    // A key of its own for this use: the secret serves others, too.
    const key = createHash('sha256').update(`countersign review\n${secret}`).digest();
    return { key, id: createHash('sha256').update(key).digest('hex').slice(0, 8) };
  });
  const [current] = keys;
  if (current === undefined) throw new TypeError('no secret to sign with');
  const mac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const codeOf = (key: Buffer, { personId, draftId, revision, digest }: ReviewSubject) =>
    `CS-${mac(key, JSON.stringify(['code', personId, draftId, revision, digest]))
      .subarray(0, CODE_BYTES)
      .toString('hex')
      .toUpperCase()}`;
  return {
    sign({ personId, draftId, revision, digest }, issuedAtMs) {
      const payload = [PURPOSE, personId, draftId, revision, digest.slice(0, DIGEST_LENGTH), issuedAtMs];
      const signed = `${VERSION}.${current.id}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}`;
      return `${signed}.${mac(current.key, signed).toString('base64url')}`;
    },

    read(token, nowMs) {
      const end = token.lastIndexOf('.');
      const signed = token.slice(0, end);
      const [version, id, payload, ...others] = signed.split('.');
      const found = keys.find((known) => known.id === id);
      if (version !== VERSION || found === undefined || payload === undefined || others.length > 0) return 'forged';
      const given = Buffer.from(token.slice(end + 1));
      const right = Buffer.from(mac(found.key, signed).toString('base64url'));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged';
      const parsed = payloadSchema.safeParse(parse(Buffer.from(payload, 'base64url').toString()));
      if (!parsed.success) return 'forged';
      const [, personId, draftId, revision, digest, issuedAtMs] = parsed.data;
      if (nowMs > issuedAtMs + REVIEW_LINK_TTL_MS) return 'expired';
      const tokenId = createHash('sha256').update(signed).digest('hex').slice(0, 32);
      return { personId, draftId, revision, tokenId, isOf: (whole) => whole.slice(0, DIGEST_LENGTH) === digest };
    },

    code: (subject) => codeOf(current.key, subject),
    hasCode: (text, subject) => keys.some(({ key }) => text.toUpperCase().includes(codeOf(key, subject))),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
