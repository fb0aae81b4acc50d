const MINUTE_MS = 60_000;
export const UNITS = [
  ['s', 'seconds', 1_000],
  ['m', 'minutes', MINUTE_MS],
  ['h', 'hours', 60 * MINUTE_MS],
  ['d', 'days', 24 * 60 * MINUTE_MS],
] as const;
export type Unit = (typeof UNITS)[number][0];

const sizeOf = (unit: Unit): number => UNITS.find(([id]) => id === unit)?.[2] ?? 1_000;

/** In the largest unit that leaves no rest; what is no whole second is one of seconds with a fraction. */
export function partsOf(ms: number): { amount: number; unit: Unit } {
  const fitting = UNITS.findLast(([, , size]) => ms >= size && ms % size === 0);
  const unit = fitting?.[0] ?? 's';
  return { amount: ms / sizeOf(unit), unit };
}

/** Null for what is no positive number. */
export function msOf(amount: string, unit: Unit): number | null {
  const value = Number(amount.trim().replace(',', '.'));
  return amount.trim() !== '' && Number.isFinite(value) && value > 0 ? Math.round(value * sizeOf(unit)) : null;
}

/** `7 days`, `1 hour`, `0.1 seconds`. */
export function inWords(ms: number): string {
  const { amount, unit } = partsOf(ms);
  const word = UNITS.find(([id]) => id === unit)?.[1] ?? 'seconds';
  return `${amount} ${amount === 1 ? word.slice(0, -1) : word}`;
}
