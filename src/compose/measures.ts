import { diffArrays } from 'diff';
import type { EmailContent } from '../domain/content.ts';
import { htmlFacts } from './html.ts';

type Readable = Pick<EmailContent, 'subject' | 'text' | 'html'>;

/** Subject and everything a reader sees in either body. */
export const visibleText = ({ subject, text, html }: Readable): string =>
  [subject, text, htmlFacts(html).text].join('\n\n');

/** Beyond this the words' order is not compared any more: its cost grows with the square of what differs. */
const MAX_EDITS = 3_000;

/**
 * Share of words that differ between two emails, from 0 (the same) to 1 (no word in common): words taken out and put in,
 * of all words of both. Case and white space count for nothing.
 */
export function changedShare(before: Readable, after: Readable): number {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  const total = old.length + now.length;
  if (total === 0) return 0;
  const pieces = diffArrays(old, now, { maxEditLength: MAX_EDITS });
  const changed = pieces
    ? pieces.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0)
    : // Without order it looks less changed than it is; so much differs at least.
      Math.max(MAX_EDITS, withoutOrder(old, now));
  return changed / total;
}

/** The plain body, or what a reader sees of the HTML where that is all there is. */
function wordsOf({ subject, text, html }: Readable): string[] {
  const body = text.trim() === '' ? htmlFacts(html).text : text;
  return `${subject}\n${body}`.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function withoutOrder(before: readonly string[], after: readonly string[]): number {
  const surplus = new Map<string, number>();
  for (const word of before) surplus.set(word, (surplus.get(word) ?? 0) + 1);
  for (const word of after) surplus.set(word, (surplus.get(word) ?? 0) - 1);
  return [...surplus.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
