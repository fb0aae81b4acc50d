import type { Inbox, PauseView, SuppressionView } from '../../../src/api/schemas/index.ts';
import type { CheckAction, ConfigurableCheck } from '../../../src/domain/preflight.ts';
import type { Tone } from '../lib/words.ts';

export const MODES: Record<Inbox['mode'], { word: string; tone: Tone; says: string }> = {
  review_all: { word: 'Review all', tone: 'good', says: 'People approve each draft. Rules may only ask for more.' },
  by_rule: { word: 'By rule', tone: 'info', says: 'As the rules say; where none fits, one approval.' },
  monitor: { word: 'Monitor', tone: 'warn', says: 'A draft goes after a hold in which people may stop it.' },
  autonomous: { word: 'Autonomous', tone: 'warn', says: 'A draft goes when it is due. Nobody has to read it.' },
  paused: { word: 'Paused', tone: 'bad', says: 'Nothing leaves. Drafts are read and approved; that counts later.' },
};
export const MODE_IDS = ['review_all', 'by_rule', 'monitor', 'autonomous', 'paused'] as const satisfies Inbox['mode'][];

export const CHECK_WORDS: Record<ConfigurableCheck, { title: string; says: string }> = {
  approval_age: { title: 'Approval too old', says: 'It was approved longer ago than this inbox allows.' },
  draft_age: { title: 'Draft too old', says: 'Its text was written longer ago than this inbox allows.' },
  pause: { title: 'Sending is paused', says: 'All, its inbox, its recipe, its agent or its batch is paused.' },
  suppression: { title: 'Recipient suppressed', says: 'Somebody it goes to is on the list of suppressions.' },
  preferences: { title: 'Recipient opted out', says: 'Somebody it goes to does not want this category of mail.' },
  quiet_hours: { title: 'Quiet hours', says: 'It is a time at which the recipient wants no mail.' },
  send_lists: { title: "AgentMail's send lists", says: 'AgentMail itself would not deliver to somebody it goes to.' },
  newer_inbound: { title: 'Newer mail in the thread', says: 'The recipient wrote again after this was composed.' },
  quota: { title: 'Monthly quota used up', says: 'The messages the plan allows this month are sent.' },
};

export const ACTION_WORDS: Record<CheckAction, { word: string; says: string }> = {
  review: { word: 'Back to review', says: 'The approval is void and people read it again.' },
  block: { word: 'Wait', says: 'It stays approved and goes when the cause is gone.' },
  drop: { word: 'Leave those out', says: 'A new revision without these recipients goes to review.' },
  warn: { word: 'Send anyway', says: 'It is sent; the record says what was overlooked.' },
};

export const REASON_WORDS: Record<SuppressionView['reason'], { word: string; tone: Tone }> = {
  complaint: { word: 'Complaint', tone: 'bad' },
  unsubscribed: { word: 'Unsubscribed', tone: 'bad' },
  hard_bounce: { word: 'Bounced', tone: 'warn' },
  manual: { word: 'By hand', tone: 'info' },
  imported: { word: 'Imported', tone: 'muted' },
};

export const FOREIGN_WORDS: Record<Inbox['foreignDrafts'], string> = {
  ignore: 'Leave them alone',
  adopt: 'Take them over, into review',
  alert: 'Raise an alert',
};

/** `All sending`, `The inbox support@…`. */
export function pauseName({ kind, id }: Pick<PauseView, 'kind' | 'id'>): string {
  return kind === 'all' ? 'All sending' : `The ${kind} ${id}`;
}

export const drafts = (count: number): string => `${count} ${count === 1 ? 'draft' : 'drafts'}`;

/** `Bounces over 5 %` for `bounce_rate` and the like: the code with its first letter large. */
export const plain = (code: string): string => {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
