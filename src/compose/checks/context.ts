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

export const error = (code: string, message: string): CheckFinding => ({ level: 'error', code, message });
export const warning = (code: string, message: string): CheckFinding => ({ level: 'warning', code, message });

/** A list for a message: the first few and how many more. */
export function some(items: string[], shown = 3): string {
  const head = items.slice(0, shown).join(', ');
  return items.length > shown ? `${head} and ${items.length - shown} more` : head;
}
