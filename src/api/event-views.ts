import { z } from 'zod';
import type { AuditData } from '../domain/audit.ts';
import { checkInWords } from '../domain/check-words.ts';
import { REASONS, REFUSALS } from '../domain/reasons.ts';
import { rejectionInWords } from '../domain/rejection.ts';
import { ROUTING_OUTCOMES, routingInWords } from '../domain/routing.ts';
import type { AuditRow, CommandRecord, Store } from '../store/types.ts';
import { composeFailure } from './failures.ts';
import type { DraftEventView } from './schemas/index.ts';
import { iso, isoOrNull, type Names, reasonOf } from './views.ts';

/** Joins events with what their commands recorded: the actor's name at the time, and the comment. */
export async function eventViews(
  store: Store,
  names: Names,
  rows: readonly AuditRow[],
  commands: readonly CommandRecord[] | null = null,
): Promise<DraftEventView[]> {
  const known = new Map(commands?.map((command) => [command.commandId, command]));
  const views: DraftEventView[] = [];
  for (const row of rows) {
    const command =
      row.commandId === null ? null : (known.get(row.commandId) ?? (await store.getCommand(row.commandId)));
    views.push(await eventView(store, names, row, command));
  }
  return views;
}

async function eventView(
  store: Store,
  names: Names,
  row: AuditRow,
  command: CommandRecord | null,
): Promise<DraftEventView> {
  const { commentRef, reason, dueAtMs, untilMs, person, ...data } = row.data;
  const ref = commentRef ?? command?.commentRef ?? null;
  const comment = ref === null ? null : z.string().safeParse(await store.getDocument(row.draftId, ref));
  const actor = row.actorId === null ? null : names(row.actorId);
  return {
    id: row.id,
    draftId: row.draftId,
    type: row.type,
    at: iso(row.atMs),
    actor: actor && command ? { id: actor.id, name: command.actor.name } : actor,
    via: command?.actor.via ?? null,
    summary: sentence(row, names),
    comment: comment?.success ? comment.data : null,
    revision: row.revision,
    digest: row.digest,
    commandId: row.commandId,
    data: {
      ...data,
      ...(reason !== undefined && { reason: reasonOf(reason) ?? undefined }),
      ...(dueAtMs !== undefined && { dueAt: isoOrNull(dueAtMs) }),
      ...(untilMs !== undefined && { until: iso(untilMs) }),
      ...(person !== undefined && { person: names(person) }),
    },
  };
}

const PLAIN = {
  created: 'Draft asked for',
  composing: 'Composing',
  changes_requested: 'Changes requested',
  approval_revoked: 'Approval taken back',
  recompose_asked: 'To be composed anew',
  paused: 'This draft was paused',
  resumed: 'This draft was resumed',
  reminded: 'Reviewers reminded',
  withdrawn: 'Withdrawn',
  cancelled: 'Cancelled',
  expired: 'Expired: nobody decided in time',
  send_started: 'Send started',
  send_passed: 'No request left in this attempt',
  content_mismatch: 'The sent message differs from the approved revision',
  draft_deleted: 'The draft in AgentMail was deleted',
  delivered: 'Delivered',
  bounced: 'Bounced',
  complained: 'A recipient complained',
  rejected_by_provider: 'AgentMail rejected the message after taking it',
  opened: 'Opened',
  sent_outside: 'The same email was sent from outside',
  commented: 'Comment',
} as const;

/** The event in words. */
function sentence(row: AuditRow, names: Names): string {
  const { type, revision, data } = row;
  const because = data.reason ? `: ${REASONS[data.reason]}` : data.code ? ` (${data.code})` : '';
  switch (type) {
    case 'compose_failed':
      return `Composing failed: ${composeFailure(data)}`;
    case 'step_done':
      return `Step ${data.step ?? ''} done`;
    case 'step_failed':
      return `Step ${data.step ?? ''} failed${because}`;
    case 'revision_written': {
      const warnings = data.warnings ? `, ${data.warnings} warning${data.warnings === 1 ? '' : 's'}` : '';
      return `Revision ${revision} written${warnings}`;
    }
    case 'approved':
      return `Revision ${revision} approved${data.verified === false ? ' by an unverified signal' : ''}`;
    case 'rejected':
      return `Rejected${data.reasonCode ? `: ${rejectionInWords(data.reasonCode)}` : ''}`;
    case 'edited':
      return `Edited on revision ${revision}`;
    case 'revised':
      return `Revised on revision ${revision}`;
    case 'rescheduled':
      return data.dueAtMs ? `Rescheduled to ${iso(data.dueAtMs)}` : 'Held: no send time';
    case 'rechecked':
      return data.changed ? `Checked again: it changed${because}` : 'Checked again: as it was';
    case 'signal_ignored': {
      const why = Object.entries(REFUSALS).find(([code]) => code === data.code)?.[1];
      return `Approval by signal ignored${why ? `: ${why}` : because}`;
    }
    case 'send_attempted':
      return `Send attempt ${data.attempt ?? ''}`.trim();
    case 'send_answered':
      return `AgentMail answered the send${because}`;
    case 'send_refused':
      // Our own last look says no in the same place.
      if (data.checks) return `Stopped in the last look before it left${inFull(data)}`;
      return `AgentMail refused the send${because}`;
    case 'outcome_unknown':
      return `The outcome of the send is unknown${shownBy(data.evidence)}`;
    case 'sent':
      return `Revision ${revision} sent`;
    case 'sent_back':
      return `Sent back before anything left${inFull(data)}`;
    case 'escalated':
      return data.group ? `Also asked: ${data.group}` : 'Also asked others';
    case 'held_back':
      return `Held back before anything left${inFull(data)}`;
    case 'recipients_dropped':
      return `${data.recipients ?? 0} recipients left out${because}`;
    case 'repaired':
      return `The record was put right with the engine${because}`;
    case 'resolved':
      return `Outcome settled by a person${because}`;
    case 'assigned':
      if (outcomeOf(data) !== null) return routed(data, names);
      return data.person === row.actorId ? 'Taken' : `Handed to ${names(data.person ?? '').name}`;
    case 'routed':
      return routed(data, names);
    case 'released':
      if (data.code === 'away') return `Taken from ${names(data.person ?? '').name}, who is away`;
      return data.person === row.actorId ? 'Let go' : `Taken from ${names(data.person ?? '').name}`;
    default:
      return PLAIN[type];
  }
}

/** The reason, and what the check found that gave it. */
function inFull({ reason, code, checks = [] }: AuditData): string {
  const told = checks.findLast(({ result }) => result !== 'pass' && result !== 'warn');
  const why = reason ?? told?.reason;
  const words = told === undefined ? null : checkInWords(told);
  const general = why ? `: ${REASONS[why]}` : code ? ` (${code})` : '';
  return words === null ? general : `${general} ${words}`;
}

const outcomeOf = ({ code }: AuditData) => ROUTING_OUTCOMES.find((known) => known === code) ?? null;

function routed(data: AuditData, names: Names): string {
  const outcome = outcomeOf(data);
  const person = data.person === undefined ? undefined : names(data.person).name;
  return outcome === null ? 'Routed' : routingInWords(outcome, { person, group: data.group });
}

/** What AgentMail showed when nobody could tell any more. */
function shownBy(evidence: AuditRow['data']['evidence']): string {
  if (!evidence) return '';
  const { priorAttempts, label, draft } = evidence;
  const asked = priorAttempts === 1 ? 'one request' : `${priorAttempts} requests`;
  return ` (after ${asked}: message ${label}, draft ${draft})`;
}
