import type { Decision } from '../domain/commands.ts';
import { type RejectionReason, rejectionNamedIn } from '../domain/rejection.ts';
import type { AuditRow } from './types.ts';

export interface ReplyVerdict {
  decision: Decision;
  comment: string | undefined;
  reasonCode?: RejectionReason | undefined;
}

/** Whether policy let answers decide this revision when it was written. The workflow and preflight ask again. */
export const answersDecide = (events: readonly AuditRow[], revision: number): boolean =>
  events.findLast((event) => event.type === 'revision_written' && event.revision === revision)?.data.replies === true;

const REASON = /^(reject|rejected|changes?|request changes)\s*:\s*(\S.*)$/i;

/** What the first line of an answer decides; null when it says nothing that could only mean one thing. */
export function verdictOf(text: string): ReplyVerdict | null {
  const first = text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('>'));
  if (first === undefined) return null;
  if (/^approved?[.!]?$/i.test(first)) return { decision: 'approve', comment: undefined };
  const [, word = '', why] = REASON.exec(first) ?? [];
  if (why === undefined) return null;
  const comment = why.slice(0, 20_000);
  if (!/^reject/i.test(word)) return { decision: 'request_changes', comment };
  return { decision: 'reject', comment, reasonCode: rejectionNamedIn(comment) };
}
