import type { Draft, DraftEventView, DraftSummary } from '../../../src/api/schemas/index.ts';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { plain } from './plain.ts';
import { absolute } from './time.ts';

export type Tone = 'info' | 'good' | 'warn' | 'bad' | 'muted';

export const STATUS: Record<DraftStatus, { word: string; tone: Tone }> = {
  composing: { word: 'Composing', tone: 'muted' },
  in_review: { word: 'Waiting for review', tone: 'info' },
  changes_requested: { word: 'Changes requested', tone: 'warn' },
  scheduled: { word: 'Scheduled', tone: 'good' },
  sending: { word: 'Sending', tone: 'info' },
  needs_attention: { word: 'Needs attention', tone: 'bad' },
  sent: { word: 'Sent', tone: 'good' },
  rejected: { word: 'Rejected', tone: 'bad' },
  withdrawn: { word: 'Withdrawn', tone: 'muted' },
  cancelled: { word: 'Cancelled', tone: 'muted' },
  expired: { word: 'Expired', tone: 'muted' },
  failed: { word: 'Failed', tone: 'bad' },
};

/** How urgent a review is; of what is as usual nothing is said. */
const URGENCY: Partial<Record<number, { word: string; tone: Tone }>> = {
  1: { word: 'Urgent', tone: 'bad' },
  2: { word: 'High priority', tone: 'warn' },
  4: { word: 'Low priority', tone: 'muted' },
  5: { word: 'Lowest priority', tone: 'muted' },
};
export const urgencyWords = ({ urgency }: Pick<DraftSummary, 'urgency'>) => URGENCY[urgency];

/** `Ana Ruiz <ana@example.com>` → `Ana Ruiz`; a bare address stays as it is. */
export function shortRecipient(recipient: string): string {
  const name = /^\s*"?([^"<]+?)"?\s*<[^<>]+>\s*$/.exec(recipient)?.[1];
  return plain(name ?? recipient);
}

export function recipientsLine(recipients: readonly string[]): string {
  const [first, ...rest] = recipients;
  if (first === undefined) return 'No recipient';
  return rest.length === 0 ? shortRecipient(first) : `${shortRecipient(first)} +${rest.length}`;
}

export function subjectLine(draft: Pick<DraftSummary, 'subject' | 'status' | 'revision'>): string {
  if (draft.subject !== '') return plain(draft.subject);
  return draft.status === 'composing' && draft.revision === 0 ? 'Being composed' : '(no subject)';
}

/** `1 approval of the group finance and 2 by anybody`. */
export function missingWords(missing: Draft['approvalsMissing']): string {
  const parts = missing.map(({ group, count }) => {
    const many = count === 1 ? '1 approval' : `${count} approvals`;
    return group === null ? many : `${many} of the group ${group}`;
  });
  return parts.length === 0 ? 'no more approvals' : parts.join(' and ');
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  return size < 1_000_000 ? `${Math.round(size / 1_000)} KB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** The server's sentence, with instants as people say them. */
export function eventSentence(event: DraftEventView): string {
  if (event.type !== 'rescheduled' || !event.data.dueAt) return event.summary;
  return `Rescheduled to ${absolute(event.data.dueAt)}`;
}
