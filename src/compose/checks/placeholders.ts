import { MISSING_MARK } from '../template.ts';
import { type Check, type CheckContext, error, some, warning } from './context.ts';

/** Words that stand in brackets in unfinished letters, in the languages of the shipped recipes. */
const FILL_IN =
  '(?:(?:your|first|last|full|customer|recipient|company|sender|insert|ihr|vor|nach|su|nombre del|tu) ?)*(?:name|vorname|nachname|nombre|apellido|company|firma|empresa|date|datum|fecha|amount|betrag|importe|number|nummer|phone|email|title|link|url|here|signature)s?(?: here)?';

/** What no finished mail holds. */
const CERTAIN = [
  /\{\{[^{}]{0,80}\}\}/gu,
  /\{%[^{}%]{0,80}%\}/gu,
  /<%[^<>%]{0,80}%>/gu,
  /\$\{[A-Za-z_][\w.]{0,60}\}/gu,
  /\*\|[A-Z_:]{2,40}\|\*/gu,
  /%%?[A-Z][A-Z_]{3,40}%%?/gu,
  new RegExp(`\\[\\s*(?:${FILL_IN})\\s*\\]`, 'giu'),
  new RegExp(`(?<![\\w/])<\\s*(?:your|first|last|insert)[ _](?:${FILL_IN})\\s*>`, 'giu'),
  /\blorem ipsum\b/giu,
  /\[object Object\]/gu,
  /\bInvalid Date\b/gu,
  // After a greeting nothing else can be meant.
  /\b(?:dear|hi|hello|hey|hallo|guten tag|liebe[rs]?|hola|estimad[oa]s?)\s+(?:undefined|null|nan|none|n\/a)\b/giu,
];

/** What may be meant. `null` alone is a German number, TODO alone is Spanish for everything. */
const SUSPICIOUS = [
  /\bundefined\b/gu,
  /(?<![\p{L}\p{N}])NaN(?![\p{L}\p{N}])/gu,
  /\bnull\b(?=\s*(?:[,;:.!]|null|$))/gmu,
  /\bTODO\b|\bFIXME\b|\bTBD\b|\bTBC\b|\bXXX+\b/gu,
  /\[[A-Z][A-Z0-9 _-]{2,30}\](?!\()/gu,
  /(?<![{$])\{[a-z_]+(?:\.[a-z_]+)*\}(?!\})/giu,
  /_{5,}/gu,
];

function found(patterns: RegExp[], text: string): string[] {
  return [...new Set(patterns.flatMap((pattern) => text.match(pattern) ?? []).map((match) => match.trim()))];
}

const quoted = (matches: string[]) =>
  some(
    matches.map((match) => `“${match}”`),
    5,
  );

export const checkPlaceholders: Check = ({ visible }: CheckContext) => {
  const certain = found(CERTAIN, visible);
  if (visible.includes(MISSING_MARK)) certain.push(MISSING_MARK);
  const suspicious = found(SUSPICIOUS, visible).filter((match) => !certain.some((sure) => sure.includes(match)));
  return [
    ...(certain.length > 0 ? [error('placeholder', `Not filled in: ${quoted(certain)}.`, certain)] : []),
    ...(suspicious.length > 0
      ? [warning('possible_placeholder', `Perhaps not filled in: ${quoted(suspicious)}.`, suspicious)]
      : []),
  ];
};
