import type { Reviewer } from '../../../src/api/schemas/index.ts';
import { inBothZones, ownZone } from './time.ts';

type Away = NonNullable<Reviewer['away']>;

export const isNow = ({ from }: Pick<Away, 'from'>, nowMs: number): boolean => Date.parse(from) <= nowMs;

/** What being away means for whoever would hand something over. */
export function awayInWords(name: string, away: Away, nowMs: number): string {
  const until = inBothZones(away.until, ownZone, nowMs);
  if (!isNow(away, nowMs)) {
    const then = away.standIn ? `${away.standIn.name} gets it then.` : 'It goes to others then.';
    return `${name} is away from ${inBothZones(away.from, ownZone, nowMs)} until ${until}. ${then}`;
  }
  const instead = away.standIn
    ? `It goes to ${away.standIn.name}, who stands in.`
    : 'Nobody stands in: choose another.';
  return `${name} is away until ${until}. ${instead}`;
}
