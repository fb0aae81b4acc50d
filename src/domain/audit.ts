import type { ApprovalNeed, ReviewRoute } from './oversight.ts';
import type { CheckResult } from './preflight.ts';
import type { ReasonCode } from './reasons.ts';
import type { RejectionReason } from './rejection.ts';
import type { Schedule } from './schedule.ts';
import type { SendEvidence } from './settle.ts';
import type { Asks, DraftStatus } from './state.ts';

export const AUDIT_TYPES = [
  'created',
  'composing',
  'step_done',
  'step_failed',
  'revision_written',
  'compose_failed',
  'approved',
  'rejected',
  'changes_requested',
  'approval_revoked',
  'edited',
  'revised',
  'rescheduled',
  /** It is to be composed anew from its inputs, though nobody found fault with it. */
  'recompose_asked',
  /** Policy and checks were asked again, at somebody's wish. */
  'rechecked',
  'withdrawn',
  'cancelled',
  'expired',
  /** Reviewers were reminded; others were asked as well. */
  'reminded',
  'escalated',
  'signal_ignored',
  'send_started',
  'send_attempted',
  'send_answered',
  'send_refused',
  /** An attempt ended before a request could leave. */
  'send_passed',
  'sent',
  'sent_back',
  'outcome_unknown',
  'resolved',
  'content_mismatch',
  'draft_deleted',
  /** A check keeps an approved draft from leaving until its cause is gone. */
  'held_back',
  'recipients_dropped',
  /** AgentMail's word on a sent message, by webhook. */
  'delivered',
  'bounced',
  'complained',
  'rejected_by_provider',
  'opened',
  /** Found by looking at AgentMail, not done by us. */
  'sent_outside',
  /** Said about the draft by a person who decided nothing. */
  'commented',
  /** Who looks after it. */
  'assigned',
  'released',
  /** Asked for a group, or of nobody who could take it: nobody in particular has it. */
  'routed',
  /** This draft alone is kept from leaving, until it is resumed. */
  'paused',
  'resumed',
  /** The watchdog put the record right with what the engine shows. */
  'repaired',
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

/**
 * One event of a draft. Unique by (draft, origin, sequence): `origin` is the workflow run that told it, or
 * `send:<key>` for the intents and answers an activity writes around a send, so a retry or reset never doubles a row.
 */
export interface AuditEntry {
  origin: string;
  sequence: number;
  type: AuditType;
  atMs: number;
  actorId: string | null;
  /** The authenticated command that caused it; actor name, roles and comment are found there. */
  commandId: string | null;
  revision: number;
  digest: string | null;
  /** Small facts; never content or an address. */
  data: AuditData;
}
export interface AuditData {
  status?: DraftStatus;
  reason?: ReasonCode;
  schedule?: Schedule;
  dueAtMs?: number | null;
  step?: string;
  code?: string;
  /** Why a person rejected it. */
  reasonCode?: RejectionReason;
  commentRef?: string;
  attempt?: number;
  key?: string;
  messageId?: string;
  threadId?: string;
  verified?: boolean;
  /** What policy said, the rule that said it, and the version of the rules. */
  policy?: string;
  rule?: string;
  ruleVersion?: number;
  needs?: ApprovalNeed[];
  /** Answers to the mail that asks decide. */
  replies?: true;
  /** Group asked first, or as well. */
  group?: string;
  /** Id of the person who has it now, or had it until now. */
  person?: string;
  warnings?: number;
  /** Preflight's results: all of them where a request left, else those that speak against it. */
  checks?: CheckResult[];
  /** The time from which it is tried again. */
  untilMs?: number;
  recipients?: number;
  /** Id of the fleet operation it was a part of. */
  operation?: string;
  /** Whether a look found it as it was. */
  changed?: boolean;
  /** What AgentMail showed of a send whose outcome is unknown. */
  evidence?: SendEvidence;
  /** Id of the provider event behind a row. */
  eventId?: string;
}

/**
 * The row lists are served from. Monotonic: a write counts only if (toldAtMs, sequence) is not older than the stored one,
 * so a late write never moves a draft backwards. Workflow time goes on over retries, resets and continue-as-new.
 */
export interface DraftProjection {
  /** Workflow time of the telling. */
  toldAtMs: number;
  sequence: number;
  status: DraftStatus;
  revision: number;
  digest: string | null;
  blocked: boolean;
  schedule: Schedule;
  dueAtMs: number | null;
  holdUntilMs: number | null;
  /** Held back until then; null: by nothing. Absent in what was recorded before there was such a thing. */
  notBeforeMs?: number | null;
  reviewDeadlineMs: number | null;
  reason: ReasonCode | null;
  approvedBy: string | null;
  messageId: string | null;
  threadId: string | null;
  inboxMode: string;
  /** Who is asked first while people are asked; null: whoever may approve. Absent in what was recorded before. */
  route?: ReviewRoute | null;
  /** How urgent policy calls its review, 1 first and 5 last; absent: it does not say. */
  priority?: number;
  /** Since when it waits for people, with what was recorded before there was such a thing left out. */
  waitingSinceMs?: number;
  /** Others were asked as well, because nobody decided in time; and the group they are of. */
  escalated?: true;
  escalatedTo?: string;
  /** In review: whose approval would count. Absent in what was recorded before there was such a thing. */
  asks?: Asks;
}
