/** Why people reject a draft, in words. Codes are API: add, never rename. */
export const REJECTION_REASONS = {
  wrong_facts: 'Wrong facts',
  wrong_recipient: 'Wrong recipient',
  tone: 'Wrong tone',
  duplicate: 'Duplicate',
  not_wanted: 'Not needed',
  policy: 'Not allowed',
  other: 'Another reason',
} as const;
export type RejectionReason = keyof typeof REJECTION_REASONS;
export const REJECTION_CODES = Object.keys(REJECTION_REASONS).filter(isRejectionReason);

export function isRejectionReason(code: string): code is RejectionReason {
  return Object.hasOwn(REJECTION_REASONS, code);
}

/** Within a sentence. */
export const rejectionInWords = (code: RejectionReason): string => REJECTION_REASONS[code].toLowerCase();

/** The reason that a comment begins with, by its code or its words, and nothing else in that place: `wrong facts, it is 40`. */
export function rejectionNamedIn(comment: string): RejectionReason | undefined {
  const [first = ''] = comment.split(/[.,:;!\n–—]/, 1);
  const said = first.trim().toLowerCase();
  return REJECTION_CODES.find((code) => said === code || said === rejectionInWords(code));
}
