import { createHash } from 'node:crypto';

/** A number from 0 to below 1 that depends on nothing but its arguments, so that a run can be repeated. */
export function chance(seed: number, ...draw: (string | number)[]): number {
  const hash = createHash('sha256').update(JSON.stringify([seed, ...draw]));
  return hash.digest().readUIntBE(0, 6) / 2 ** 48;
}
