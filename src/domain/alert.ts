/** What operators are told about. Kinds are API: add, never rename. */
export const ALERT_KINDS = [
  /** A send keeps failing, or its outcome is unknown. */
  'send_failing',
  'overdue',
  'stuck',
  /** Sending of an inbox, or of more, is paused: by the system, or by a person. */
  'paused',
  'quota',
  'content_mismatch',
  'bounce_rate',
  'complaint_rate',
  /** Recipients wrote to get no more mail, and nobody decided yet. */
  'stop_asked',
  /** Drafts that somebody else made in AgentMail. */
  'foreign_draft',
  'channel_failing',
  /** Nobody of the group that drafts were escalated to can be told. */
  'escalation_unheard',
  /** Our record of a draft and the engine disagree, and nothing proves which is right. */
  'projection_mismatch',
  /** Asked for by an operator, to see that the channels work. */
  'test',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_SEVERITIES = ['info', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** Counts, codes and ids. Never what a mail says, never a recipient. */
export type AlertFacts = Record<string, string | number | boolean | null>;

/** Something operators should know. */
export interface AlertRaise {
  /** What it is about: the same key again is the same alert for as long as that one is open. */
  key: string;
  kind: AlertKind;
  severity: AlertSeverity;
  /** One sentence without names of recipients. */
  title: string;
  facts?: AlertFacts;
  draftId?: string;
  inboxId?: string;
}

/** The turns of an alert that are told. A reminder carries its number. */
export type AlertTransition = 'opened' | 'resolved' | `reminder-${number}`;

/** One telling of an alert: input of the `alert` workflow, whose id is made of it. */
export interface AlertRef {
  alertId: string;
  transition: AlertTransition;
}

export const ALERT_WORKFLOW = 'alert';
export const alertWorkflowId = ({ alertId, transition }: AlertRef) => `alert-${alertId}-${transition}`;

/** An open critical alert that nobody acknowledged is told again after this long. */
export const REMIND_AFTER_MS = 24 * 3_600_000;

/** The channel that is always there. */
export const LOG_CHANNEL = 'log';
