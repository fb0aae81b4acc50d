import { convert } from 'html-to-text';
import type { Draft, DraftSummary, Revision } from '../client/index.ts';
import { isEnd } from '../domain/state.ts';
import type { Output, Style } from './output.ts';
import { safe, when } from './text.ts';

const COLORS: Partial<Record<DraftSummary['status'], Style>> = {
  in_review: 'yellow',
  changes_requested: 'yellow',
  needs_attention: 'red',
  failed: 'red',
  rejected: 'red',
  scheduled: 'cyan',
  sending: 'cyan',
  sent: 'green',
};
export const styledStatus = (out: Output, status: DraftSummary['status']) => out.style(status, COLORS[status] ?? 'dim');

export function scheduleText({ schedule, dueAt }: Pick<DraftSummary, 'schedule' | 'dueAt'>): string {
  const quiet = 'quietHours' in schedule && schedule.quietHours === 'ignore' ? ', quiet hours ignored' : '';
  const due = (rule: string) => (dueAt === null ? rule : `${when(dueAt)} (${rule})`);
  switch (schedule.kind) {
    case 'now':
      return `as soon as approved${quiet}`;
    case 'held':
      return 'held: no time yet';
    case 'at':
      return schedule.timeZone === undefined
        ? `${when(schedule.at)}${quiet}`
        : due(`${schedule.at.replace('T', ' ')} ${zoneText(schedule)}${quiet}`);
    case 'window': {
      const { days, from, to, latest, holidays = [], spreadMs = 0 } = schedule;
      const rules = [
        `${days.join(',')} ${from}-${to} ${zoneText(schedule)}`,
        ...(latest === undefined ? [] : [`not after ${when(latest)}`]),
        ...(holidays.length > 0 ? [`holidays ${holidays.join(',')}`] : []),
        ...(spreadMs > 0 ? [`spread over ${Math.ceil(spreadMs / 60_000)} min`] : []),
      ];
      return due(rules.join(', ') + quiet);
    }
  }
}

const zoneText = ({ timeZone, fallbackTimeZone }: { timeZone?: string; fallbackTimeZone?: string }) =>
  timeZone === 'recipient' ? `recipient's zone, else ${fallbackTimeZone ?? 'UTC'}` : timeZone;

/** The header and the body of a revision, as lines. */
export function mailLines(revision: Revision): string[] {
  const { to, cc, bcc, replyTo, subject, reply, attachments } = revision.content;
  const many = (name: string, values: string[]) => values.map((value) => `${name}: ${value}`);
  return [
    ...many('To', to),
    ...many('Cc', cc),
    ...many('Bcc', bcc),
    ...many('Reply-To', replyTo),
    `Subject: ${subject}`,
    ...(reply ? [`In-Reply-To: ${reply.inReplyTo}${reply.replyAll ? ' (to all)' : ''}`] : []),
    ...attachments.map(
      (one, i) =>
        `Attachment ${i}: ${one.filename ?? '(no name)'}, ${one.contentType ?? '?'}, ${one.size} bytes, sha256 ${one.sha256.slice(0, 12)}`,
    ),
    '',
    ...bodyText(revision).split('\n'),
  ];
}

/** The text body; for mail that has HTML only, what it says. */
export function bodyText({ content }: Revision): string {
  if (content.text !== '' || content.html === '') return content.text.trimEnd();
  return `(HTML only; shown as text)\n\n${convert(content.html, { wordwrap: false })}`;
}

/** Who has it and why; where nobody has, why that is. */
function assigneeText({ assignee, routing }: Draft): string | null {
  if (assignee === null) return routing === null || routing.person !== null ? null : routing.summary;
  const { person, by, cause, until } = assignee;
  if (cause?.kind === 'turn') return `${person.name}, in turn of ${cause.group}`;
  if (cause?.kind === 'stand_in') return `${person.name}, who stands in for ${cause.person.name}`;
  if (cause?.kind === 'route') return `${person.name}, whom policy names`;
  return until === null ? `${person.name}, handed over by ${by.name}` : `${person.name} until ${when(until)}`;
}

export function showDraft(out: Output, shown: Draft, revision: Revision | null): void {
  const draft = safe(shown);
  const field = (name: string, value: string | null) =>
    value && out.line(`${out.style(name.padEnd(10), 'dim')} ${value}`);
  out.line(`${out.style(draft.id, 'bold')}  ${styledStatus(out, draft.status)}`);
  field('why', draft.reason?.message ?? null);
  field('found', draft.found?.message || null);
  for (const detail of draft.found?.details ?? []) field('', detail);
  const { rejection } = draft;
  if (rejection) field('rejected', [rejection.message, rejection.comment].filter(Boolean).join(': '));
  field('inbox', draft.inboxId);
  field('asked by', `${draft.createdBy.name}, ${when(draft.createdAt)}`);
  field('leaves', scheduleText(draft));
  field('hold', draft.holdUntil && `until ${when(draft.holdUntil)}`);
  if (!isEnd(draft.status)) field('with', assigneeText(draft));
  field('approved', draft.approvedBy?.name ?? null);
  field('expires', draft.reviewDeadline && when(draft.reviewDeadline));
  field('message', draft.messageId);
  field('temporal', draft.temporalUrl);
  if (draft.engine === 'recorded' && !isEnd(draft.status))
    field('state', 'as last recorded; the workflow did not answer');
  if (revision === null) return;
  const mail = safe(revision);
  out.line();
  out.line(
    out.style(`Revision ${mail.revision}, ${mail.origin} by ${mail.author.name}, ${when(mail.createdAt)}`, 'bold'),
  );
  out.line(out.style(`digest ${mail.digest}`, 'dim'));
  for (const { level, message } of mail.warnings)
    out.line(out.style(`${level}: ${message}`, level === 'error' ? 'red' : 'yellow'));
  out.line();
  for (const line of mailLines(mail)) out.line(line);
}
