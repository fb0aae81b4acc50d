/** Days that are counted, with their word; the address names those that are not the usual ones. */
export const SPANS = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
] as const;
export const USUAL_DAYS = 30;

/** What the address says: the same for whoever opens it. */
export interface NumbersSearch {
  days?: number;
}

export const daysOr = (value: unknown): number | undefined =>
  SPANS.find(([days]) => days === value && days !== USUAL_DAYS)?.[0];
