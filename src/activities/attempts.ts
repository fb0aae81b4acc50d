import type { AuditData, AuditType } from '../domain/audit.ts';
import type { CheckResult } from '../domain/preflight.ts';
import type { AuditRow, Store } from '../store/types.ts';
import type { SendInput } from './types.ts';

/** The attempts to send one revision, as their durable intents and answers tell. */
export interface Attempts {
  /** Intents written so far. */
  total: number;
  /** Those since the last definite refusal: each is a request that may have left. */
  open: number;
  /** Intents since a person last resolved this send. */
  sinceResolved: number;
  firstAtMs: number | null;
  lastAtMs: number | null;
  /** A request of another revision of this draft left before: after a reset, or after a risk was accepted. */
  elsewhere: boolean;
  /** AgentMail's answer to an accepted one. */
  accepted: { messageId: string; threadId: string | null; attempt: number; atMs: number } | null;
}

const originOf = (key: string) => `send:${key}`;

export function readAttempts(events: AuditRow[], key: string): Attempts {
  const own = events.filter(({ origin }) => origin === originOf(key));
  const isIntent = ({ type, origin }: AuditRow) => type === 'send_attempted' && origin === originOf(key);
  const intents = own.filter(isIntent);
  const lastResolved = events.findLastIndex(({ type }) => type === 'resolved');
  // A refusal is recorded only when it settles everything before it.
  const refused = own.filter(({ type }) => type === 'send_refused').map(({ data }) => data.attempt ?? 0);
  const open = intents.filter(({ data }) => (data.attempt ?? 0) > Math.max(0, ...refused)).map(({ atMs }) => atMs);
  const answer = own.find(({ type, data }) => type === 'send_answered' && data.messageId);
  return {
    total: intents.length,
    elsewhere: events.some(({ type, origin }) => type === 'send_attempted' && origin !== originOf(key)),
    open: open.length,
    sinceResolved: events.slice(lastResolved + 1).filter(isIntent).length,
    firstAtMs: open.length > 0 ? Math.min(...open) : null,
    lastAtMs: open.length > 0 ? Math.max(...open) : null,
    accepted: answer ? acceptedBy(answer) : null,
  };
}

function acceptedBy({ data, atMs }: AuditRow): Attempts['accepted'] {
  const { messageId, threadId = null, attempt = 0 } = data;
  return messageId ? { messageId, threadId, attempt, atMs } : null;
}

/** Writes what an attempt did into the audit log; the number of the attempt makes a repeat the same row. */
export function attemptLog(store: Store, draftId: string, key: string, input: SendInput, clock: () => number) {
  const write = (sequence: number, type: AuditType, data: AuditData) =>
    store.record(
      draftId,
      [
        {
          origin: originOf(key),
          sequence,
          type,
          atMs: clock(),
          actorId: 'system',
          commandId: null,
          revision: input.revision,
          digest: input.digest,
          data: { key, ...data },
        },
      ],
      null,
    );
  return {
    /** Before the request may leave. */
    intent: (attempt: number, checks?: CheckResult[]) =>
      write(attempt * 3, 'send_attempted', { attempt, ...(checks && { checks }) }),
    accepted: (attempt: number, messageId: string, threadId: string | null) =>
      write(attempt * 3 + 1, 'send_answered', { attempt, messageId, ...(threadId && { threadId }) }),
    /** No answer, or one that proves nothing. */
    unanswered: (attempt: number, code: string) => write(attempt * 3 + 1, 'send_answered', { attempt, code }),
    /** A no that settles this attempt and every one before it. */
    refused: (attempt: number, code: string) => write(attempt * 3 + 1, 'send_refused', { attempt, code }),
    mismatch: (attempt: number, messageId: string, code: string) =>
      write(attempt * 3 + 2, 'content_mismatch', { attempt, messageId, code }),
  };
}
