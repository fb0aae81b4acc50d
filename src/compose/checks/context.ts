import type { EmailContent } from '../../domain/content.ts';
import type { CheckFinding } from '../../store/types.ts';
import type { HtmlFacts } from '../html.ts';
import type { CheckOptions } from '../plan.ts';

/** What every check looks at. */
export interface CheckContext {
  content: EmailContent;
  options: CheckOptions;
  /** Variables without a value, from generating. */
  missing: string[];
  /** Results of the sources; null when there are none to compare with (ready-made content, edits). */
  sources: unknown;
  html: HtmlFacts;
  /** Subject and everything a reader sees in either body. */
  visible: string;
}

export type Check = (context: CheckContext) => CheckFinding[];

/** Enough to find the place; a mail that is wrong throughout needs no list of it. */
const MOST_QUOTES = 10;
const LONGEST_QUOTE = 200;
/** What a cut may leave at the end. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

const finding =
  (level: CheckFinding['level']) =>
  (code: string, message: string, quotes: readonly string[] = []): CheckFinding => {
    const found = [...new Set(quotes)].filter((quote) => quote.trim() !== '').slice(0, MOST_QUOTES);
    const short = found.map((quote) => quote.slice(0, LONGEST_QUOTE).replace(HALF_CHARACTER, ''));
    return { level, code, message, ...(short.length > 0 && { quotes: short }) };
  };
/** `quotes`: the pieces of the mail it is about, as they stand there. */
export const error = finding('error');
export const warning = finding('warning');

/** A list for a message: the first few and how many more. */
export function some(items: string[], shown = 3): string {
  const head = items.slice(0, shown).join(', ');
  return items.length > shown ? `${head} and ${items.length - shown} more` : head;
}
