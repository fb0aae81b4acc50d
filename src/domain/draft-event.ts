import type { Oversight } from './oversight.ts';
import type { CheckResult } from './preflight.ts';
import type { ReasonCode } from './reasons.ts';
import type { Schedule } from './schedule.ts';
import type { SendEvidence } from './settle.ts';
import type { Approval } from './state.ts';

/** What the world can tell a draft. Every instant is epoch milliseconds of workflow time. */
export type DraftEvent =
  | {
      type: 'composed';
      digest: string;
      blocked: boolean;
      threadSeen: string | null;
      oversight: Oversight;
      /** The last revision's email has left already, past this draft. */
      sentOutside?: boolean;
      nowMs: number;
    }
  | { type: 'compose_failed'; reason: ReasonCode; nowMs: number }
  | {
      type: 'approve';
      by: Approval['by'];
      /** The approver asked for this draft, or owns the agent that did. */
      created: boolean;
      decisionId: string;
      revision: number;
      digest: string;
      nowMs: number;
      dueAtMs: number | null;
      /** Given when the approval is of this very time, too. */
      schedule: Schedule | null;
      /** The latest message of the thread that the approver had on screen. */
      threadSeen?: string;
    }
  | { type: 'reject'; revision: number }
  | { type: 'request_changes'; revision: number; commentRef: string | null; nowMs: number }
  | { type: 'revoke'; revision: number; nowMs: number }
  | { type: 'edit'; baseRevision: number; contentRef: string; by: string; decisionId: string }
  | { type: 'reschedule'; schedule: Schedule; dueAtMs: number | null; nowMs: number }
  /** From its inputs, by the recipe as it is now. */
  | { type: 'recompose'; revision: number; commentRef: string | null }
  /** Policy and checks are to be asked again; what they say comes as events of its own. */
  | { type: 'recheck' }
  | { type: 'withdraw' }
  | { type: 'cancel' }
  | { type: 'expire'; nowMs: number }
  | { type: 'remind'; nowMs: number }
  | { type: 'escalate'; nowMs: number }
  | { type: 'send_started'; nowMs: number }
  | { type: 'settled'; outcome: SendOutcome; nowMs: number }
  /** Policy was asked once more about a revision that people could read. */
  | { type: 'overseen'; oversight: Oversight; nowMs: number }
  /** A look at a resting draft's circumstances: null when nothing keeps it from leaving. */
  | { type: 'looked'; found: Hindrance | null; nowMs: number }
  | { type: 'resolve'; action: ResolveAction; nowMs: number };

/** How a send ended, as far as evidence goes. */
export type SendOutcome =
  | { kind: 'sent'; messageId: string; threadId: string | null }
  | { kind: 'not_due'; dueAtMs: number }
  /** What AgentMail showed when we gave up asking; absent in what was settled before it was kept. */
  | { kind: 'unknown'; evidence?: SendEvidence }
  | Hindrance;

/** Why a draft does not leave now, though nothing of it has left. `found`: the check that says so, with its evidence. */
export type Hindrance = { found?: CheckResult } & (
  | /** People read it again. */
  { kind: 'not_sent'; reason: ReasonCode; threadSeen?: string }
  /** It stays approved, and is tried again at `untilMs`. */
  | { kind: 'held'; reason: ReasonCode; untilMs: number }
  /** Recipients at fault are left out of a new revision, which people read. */
  | { kind: 'drop'; reason: ReasonCode }
);

export type ResolveAction =
  | { kind: 'mark_sent'; messageId: string; threadId: string | null }
  /** `keyAlive`: AgentMail still remembers the idempotency key, so repeating is free of risk. */
  | { kind: 'retry'; keyAlive: boolean; acceptDuplicateRisk: boolean }
  | { kind: 'give_up' };
