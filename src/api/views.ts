import type { Actor } from '../domain/actor.ts';
import { INBOX_MODES } from '../domain/commands.ts';
import type { Oversight } from '../domain/oversight.ts';
import { type Creator, isAgent, madeBy, mayCommand } from '../domain/permissions.ts';
import { REASONS, REFUSALS, type ReasonCode, type RefusalCode } from '../domain/reasons.ts';
import { routingInWords } from '../domain/routing.ts';
import type { DraftStatus } from '../domain/state.ts';
import type { Absence, Assignment, DraftPause, DraftRow, RevisionRecord, Routing } from '../store/types.ts';
import type { DraftView, InboxMode } from '../workflows/messages.ts';
import {
  type AbsenceView,
  ACTIONS,
  type ActorRef,
  type AssignmentView,
  type Draft,
  type DraftAction,
  type DraftSummary,
  type Held,
  type Revision,
  type RoutingView,
} from './schemas/index.ts';

export const iso = (ms: number) => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));
export const reasonOf = (code: ReasonCode | null) => (code === null ? null : { code, message: REASONS[code] });

/** Names for ids. */
export type Names = (id: string) => ActorRef;

const toInboxMode = (mode: string | undefined): InboxMode | null => INBOX_MODES.find((known) => known === mode) ?? null;

/** What is known of a draft beside its own record. */
export interface Aside {
  assigned?: Assignment;
  held?: DraftPause;
}

/** A list's line: the recorded state of a draft. Before the workflow wrote any, what was asked for. */
export function summaryView(row: DraftRow, names: Names, { assigned, held }: Aside = {}): DraftSummary {
  const { projection } = row;
  return {
    id: row.draftId,
    status: projection?.status ?? 'composing',
    source: row.source,
    recipe: row.recipe,
    category: row.category,
    batchId: row.batchId,
    priority: row.priority,
    urgency: projection?.priority ?? row.priority,
    inboxId: row.inboxId,
    inboxMode: toInboxMode(projection?.inboxMode),
    subject: row.subject,
    recipients: row.recipients,
    revision: projection?.revision ?? 0,
    digest: projection?.digest ?? null,
    blocked: projection?.blocked ?? false,
    warningCount: row.warningCount,
    reason: reasonOf(projection?.reason ?? null),
    schedule: projection?.schedule ?? row.schedule,
    dueAt: isoOrNull(projection?.dueAtMs ?? null),
    holdUntil: isoOrNull(projection?.holdUntilMs ?? null),
    reviewDeadline: isoOrNull(projection?.reviewDeadlineMs ?? null),
    waitingSince: projection ? waitingSince(projection, row) : null,
    escalated: projection?.escalated ?? false,
    assignee: assigned ? assignmentView(assigned, names) : null,
    paused: held ? draftPauseView(held, names) : null,
    approvedBy: projection?.approvedBy ? names(projection.approvedBy) : null,
    messageId: projection?.messageId ?? null,
    threadId: projection?.threadId ?? null,
    createdBy: names(row.creator.id),
    createdAt: iso(row.createdAtMs),
    updatedAt: iso(row.updatedAtMs),
  };
}

type Waits = Pick<DraftView, 'status' | 'reviewDeadlineMs' | 'waitingSinceMs'>;

/** Earlier versions did not keep it: then it follows from the end. */
function waitingSince({ status, reviewDeadlineMs, waitingSinceMs }: Waits, { reviewTimeoutMs }: DraftRow) {
  if (status !== 'in_review') return null;
  if (typeof waitingSinceMs === 'number') return iso(waitingSinceMs);
  return reviewDeadlineMs === null ? null : iso(reviewDeadlineMs - reviewTimeoutMs);
}

export function assignmentView(assignment: Assignment, names: Names): AssignmentView {
  const { personId, assignedBy, atMs, leaseUntilMs, cause = null } = assignment;
  const because = cause?.kind === 'stand_in' ? { kind: cause.kind, person: names(cause.person) } : cause;
  const who = { person: names(personId), by: names(assignedBy) };
  return { ...who, at: iso(atMs), until: isoOrNull(leaseUntilMs), cause: because };
}

export function routingView({ groupName, personId, outcome, atMs }: Routing, names: Names): RoutingView {
  const person = personId === null ? null : names(personId);
  const summary = routingInWords(outcome, { person: person?.name, group: groupName ?? undefined });
  return { group: groupName, person, outcome, summary, at: iso(atMs) };
}

export function absenceView(
  { personId, fromMs, untilMs, standInId, saidBy, atMs }: Absence,
  names: Names,
): AbsenceView {
  const standIn = standInId === null ? null : names(standInId);
  const times = { from: iso(fromMs), until: iso(untilMs) };
  return { person: names(personId), ...times, standIn, saidBy: names(saidBy), at: iso(atMs) };
}

export function draftPauseView({ by, atMs, reason, operationId }: DraftPause, names: Names): Held {
  return { by: names(by), at: iso(atMs), reason, operationId };
}

/** The engine's word over the recorded one, where it could be had. */
export function liveSummary(row: DraftRow, view: DraftView | null, names: Names, aside: Aside = {}): DraftSummary {
  const recorded = summaryView(row, names, aside);
  if (view === null) return recorded;
  return {
    ...recorded,
    status: view.status,
    revision: view.revision,
    digest: view.digest,
    blocked: view.blocked,
    urgency: view.oversight?.priority ?? row.priority,
    reason: reasonOf(view.reason),
    schedule: view.schedule,
    dueAt: isoOrNull(view.dueAtMs),
    holdUntil: isoOrNull(view.holdUntilMs),
    reviewDeadline: isoOrNull(view.reviewDeadlineMs),
    waitingSince: waitingSince(view, row),
    escalated: view.escalated ?? false,
    approvedBy: view.approval ? names(view.approval.by.id) : null,
    messageId: view.messageId ?? recorded.messageId,
  };
}

export function approvalsView(view: DraftView | null, names: Names): Pick<Draft, 'approval' | 'approvals'> {
  const approvals = (view?.approvals ?? []).map(({ revision, digest, decisionId, atMs, by, schedule }) => ({
    ...{ revision, digest, by: names(by.id), groups: [...by.groups], at: iso(atMs), decisionId },
    withTime: schedule !== null,
  }));
  return { approval: approvals.at(-1) ?? null, approvals };
}

export function revisionView(record: RevisionRecord, names: Names): Revision {
  const { draftId, revision, content } = record;
  const base = `/v1/drafts/${encodeURIComponent(draftId)}/revisions/${revision}/attachments`;
  return {
    draftId,
    revision,
    digest: record.digest,
    content: {
      ...content,
      attachments: content.attachments.map((attachment, index) => ({ ...attachment, url: `${base}/${index}` })),
    },
    warnings: record.warnings,
    author: names(record.authorId),
    origin: record.origin,
    createdAt: iso(record.createdAtMs),
  };
}

/** Why a reviewer may not approve this very revision: it is their own, or has their approval already. */
export function approvalRefusal(view: DraftView | null, caller: Actor, creator: Creator): Draft['cannotApprove'] {
  if (view?.status !== 'in_review' || isAgent(caller) || !caller.roles.includes('reviewer')) return null;
  const { oversight, authorId, approvals } = view;
  const refuse = (code: RefusalCode) => ({ code, message: REFUSALS[code] });
  if (madeBy(creator, caller) && !oversight?.creatorMayApprove) return refuse('self_approval');
  if (authorId === caller.id && !oversight?.editorMayApprove) return refuse('own_revision');
  return approvals.some(({ by }) => by.id === caller.id) ? refuse('already_approved') : null;
}

const OPEN: readonly DraftStatus[] = ['composing', 'in_review', 'changes_requested', 'scheduled'];
const READABLE: readonly DraftStatus[] = ['in_review', 'changes_requested'];
/** States in which an action has a chance; the workflow's own rules decide. */
const POSSIBLE: Record<DraftAction, readonly DraftStatus[]> = {
  approve: ['in_review'],
  reject: READABLE,
  request_changes: READABLE,
  revoke: ['in_review', 'scheduled'],
  edit: [...READABLE, 'scheduled'],
  revise: [...READABLE, 'scheduled'],
  reschedule: OPEN,
  recheck: [...READABLE, 'scheduled'],
  recompose: READABLE,
  pause: OPEN,
  resume: OPEN,
  withdraw: OPEN,
  cancel: OPEN,
  resolve: ['needs_attention'],
};

/** What `caller` may do with the draft as it is, for showing the right buttons. */
export function actionsOf(
  draft: Pick<DraftSummary, 'status' | 'source' | 'blocked' | 'approvedBy' | 'paused'>,
  caller: Actor,
  creator: Creator,
  /** What policy says of people and their own work; null when the workflow cannot be asked. */
  own: { authorId: string | null; oversight: Oversight | null } | null,
): DraftAction[] {
  const { creatorMayApprove = false, editorMayApprove = false } = own?.oversight ?? {};
  const wroteIt = own?.authorId === caller.id && !editorMayApprove;
  return ACTIONS.filter((action) => {
    if (action === 'approve' && wroteIt) return false;
    if (!POSSIBLE[action].includes(draft.status) || (action === 'approve' && draft.blocked)) return false;
    // Of several approvals those there already can be taken back.
    if (action === 'revoke' && draft.status === 'in_review' && draft.approvedBy === null) return false;
    // What an agent proposed may be re-timed by it, what a person approved may not.
    if (action === 'reschedule' && caller.kind === 'agent' && draft.status === 'scheduled') return false;
    // A text that a person wrote is not composed over.
    if (action === 'recompose' && (draft.source !== 'recipe' || own?.authorId)) return false;
    if (action === 'pause' || action === 'resume')
      return (draft.paused === null) === (action === 'pause') && mayHold(action, caller);
    const refusal = mayCommand(commandOf(action), caller, creator);
    return refusal === null || (refusal === 'self_approval' && creatorMayApprove);
  });
}

/** As the routes of a draft's pause ask: no command of the workflow, so its table does not know them. */
const mayHold = (action: 'pause' | 'resume', caller: Actor): boolean =>
  !isAgent(caller) && caller.roles.some((role) => role === 'operator' || (role === 'reviewer' && action === 'pause'));

function commandOf(action: Exclude<DraftAction, 'pause' | 'resume'>) {
  switch (action) {
    case 'approve':
    case 'reject':
    case 'request_changes':
      return { name: 'decide', decision: action } as const;
    default:
      return { name: action } as const;
  }
}
