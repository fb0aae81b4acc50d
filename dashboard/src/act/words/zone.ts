import { timeZones } from '../../lib/zoned.ts';

const THEIRS =
  /\b(?:in |at )?(?:their|his|her|(?:the )?recipient'?s?|(?:the )?customer'?s?)(?: local)? (?:time ?zone|zone|time)\b|\b(?:for them|where they (?:are|live)|recipient time)\b/;
const MINE = /\b(?:in |at )?(?:my|our)(?: local)? (?:time ?zone|zone|time)\b|\b(?:for me|for us|my time|here)\b/;
const UTC = /\b(?:in )?(?:utc|gmt|zulu)\b/;

/** Zones by how people call them: the city, or the whole name. */
const byName = new Map(
  timeZones.flatMap((zone) => {
    const whole = zone.toLowerCase();
    const city = whole.split('/').at(-1)?.replaceAll('_', ' ') ?? whole;
    // `etc/gmt+5` is five hours the other way, and nobody means it.
    return whole.startsWith('etc/') ? [] : [[whole, zone] as const, [city, zone] as const];
  }),
);

/** The zone that words name, and the words without it. Null: they name none. */
export function zoneIn(text: string, ownZone: string): { zone: string | null; rest: string } {
  const without = (found: RegExp) => text.replace(found, ' ').replace(/\s+/g, ' ').trim();
  if (THEIRS.test(text)) return { zone: 'recipient', rest: without(THEIRS) };
  if (MINE.test(text)) return { zone: ownZone, rest: without(MINE) };
  if (UTC.test(text)) return { zone: 'UTC', rest: without(UTC) };
  const named = /(?:\bin |\b)([a-z_]+\/[a-z_/-]+)(?: time)?\b/.exec(text) ?? cityIn(text);
  const zone = named?.[1] === undefined ? undefined : byName.get(named[1]);
  if (named === null || zone === undefined) return { zone: null, rest: text };
  return { zone, rest: text.replace(named[0], ' ').replace(/\s+/g, ' ').trim() };
}

/** `in New York`, `Berlin time`. */
function cityIn(text: string): RegExpExecArray | null {
  for (const shape of [
    /\bin ([a-z]+(?:[ -][a-z]+){0,2})(?: time)?$/,
    /\b([a-z]+) ([a-z]+) time\b/,
    /\b([a-z]+) time\b/,
  ]) {
    const found = shape.exec(text);
    if (found === null) continue;
    const city = found.slice(1).join(' ');
    if (byName.has(city)) return Object.assign(found, [found[0], city]);
  }
  return null;
}
