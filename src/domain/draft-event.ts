import type { Actor } from './actor.ts';
import type { ReasonCode } from './reasons.ts';
import type { Schedule } from './schedule.ts';

/** What the world can tell a draft. Every instant is epoch milliseconds of workflow time. */
export type DraftEvent =
  | { type: 'composed'; digest: string; blocked: boolean; threadSeen: string | null; nowMs: number }
  | { type: 'compose_failed'; reason: ReasonCode; nowMs: number }
  | {
      type: 'approve';
      by: Pick<Actor, 'id' | 'kind'>;
      decisionId: string;
      revision: number;
      digest: string;
      nowMs: number;
      dueAtMs: number | null;
    }
  | { type: 'reject'; revision: number }
  | { type: 'request_changes'; revision: number; commentRef: string | null; nowMs: number }
  | { type: 'revoke'; revision: number; nowMs: number }
  | { type: 'edit'; baseRevision: number; contentRef: string; by: string; decisionId: string }
  | { type: 'reschedule'; schedule: Schedule; dueAtMs: number | null }
  | { type: 'withdraw' }
  | { type: 'cancel' }
  | { type: 'expire'; nowMs: number }
  | { type: 'send_started'; nowMs: number }
  | { type: 'settled'; outcome: SendOutcome; nowMs: number }
  | { type: 'resolve'; action: ResolveAction; nowMs: number };

/** How a send ended, as far as evidence goes. */
export type SendOutcome =
  | { kind: 'sent'; messageId: string; threadId: string | null }
  | { kind: 'not_sent'; reason: ReasonCode; threadSeen?: string }
  | { kind: 'not_due'; dueAtMs: number }
  | { kind: 'unknown' };

export type ResolveAction =
  | { kind: 'mark_sent'; messageId: string; threadId: string | null }
  /** `keyAlive`: AgentMail still remembers the idempotency key, so repeating is free of risk. */
  | { kind: 'retry'; keyAlive: boolean; acceptDuplicateRisk: boolean }
  | { kind: 'give_up' };
