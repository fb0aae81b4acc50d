import type { DecisionCountsView } from '../../../src/api/schemas/index.ts';

/** `40 s`, `12 min`, `3.5 h`, `2 days`; a dash where there was nothing to measure. */
export function lasting(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 360_000) / 10} h`;
  return `${Math.round(ms / 86_400_000)} days`;
}

export const decisionsOf = ({ approved, rejected, changesRequested }: DecisionCountsView): number =>
  approved + rejected + changesRequested;

/** A share with what it is a share of. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`;
}
