import type { AuditData, AuditEntry, AuditType } from '../domain/audit.ts';
import type { CheckResult } from '../domain/preflight.ts';
import type { AuditRow, Store } from '../store/types.ts';
import type { SendInput } from './types.ts';

/** The attempts to send one revision, as their durable intents and answers tell. */
export interface Attempts {
  /** The highest number an attempt has had, one that was passed over included. */
  total: number;
  /** Those since the last definite refusal: each is a request that may have left. */
  open: number;
  /** Intents since people last said that it may be sent: they approved it, or resolved it. */
  sinceWanted: number;
  /** When the first of those left that was not refused and that no check held back since; null: none. */
  tryingSinceMs: number | null;
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
  const lastWanted = events.findLastIndex(({ type }) => type === 'resolved' || type === 'approved');
  // A refusal is recorded only when it settles everything before it.
  const refused = own.filter(({ type }) => type === 'send_refused').map(({ data }) => data.attempt ?? 0);
  const unanswered = intents.filter(({ data }) => (data.attempt ?? 0) > Math.max(0, ...refused));
  const open = unanswered.map(({ atMs }) => atMs);
  const wanted = new Set(events.slice(lastWanted + 1));
  // A draft that is held back is not tried: that time, a night maybe, costs no patience.
  const lastPassed = events.findLastIndex(({ type, origin }) => type === 'send_passed' && origin === originOf(key));
  const tried = new Set(events.slice(Math.max(lastWanted, lastPassed) + 1));
  const answer = own.find(({ type, data }) => type === 'send_answered' && data.messageId);
  return {
    total: Math.max(0, ...own.map(({ data }) => data.attempt ?? 0)),
    elsewhere: events.some(({ type, origin }) => type === 'send_attempted' && origin !== originOf(key)),
    open: open.length,
    sinceWanted: intents.filter((intent) => wanted.has(intent)).length,
    tryingSinceMs: unanswered.find((intent) => tried.has(intent))?.atMs ?? null,
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
  const entry = (sequence: number, type: AuditType, data: AuditData): AuditEntry => ({
    origin: originOf(key),
    sequence,
    type,
    atMs: clock(),
    actorId: 'system',
    commandId: null,
    revision: input.revision,
    digest: input.digest,
    data: { key, ...data },
  });
  const write = (...told: Parameters<typeof entry>) => store.record(draftId, [entry(...told)], null);
  const once = (...told: Parameters<typeof entry>) => store.recordOnce(draftId, entry(...told));
  return {
    /** Before the request may leave. False: the number is taken, by an attempt that goes before this one. */
    intent: (attempt: number, checks: CheckResult[]) =>
      once(attempt * 3, 'send_attempted', { attempt, ...(checks.length > 0 && { checks }) }),
    /** In an intent's place: no request leaves under this number. False: one may have. */
    passed: (attempt: number, code: string, checks: CheckResult[]) =>
      once(attempt * 3, 'send_passed', { attempt, code, ...(checks.length > 0 && { checks }) }),
    accepted: (attempt: number, messageId: string, threadId: string | null) =>
      write(attempt * 3 + 1, 'send_answered', { attempt, messageId, ...(threadId && { threadId }) }),
    /** No answer, or one that proves nothing. */
    unanswered: (attempt: number, code: string) => write(attempt * 3 + 1, 'send_answered', { attempt, code }),
    /** A no that settles this attempt and every one before it. */
    refused: (attempt: number, code: string, found?: CheckResult) =>
      write(attempt * 3 + 1, 'send_refused', { attempt, code, ...(found && { checks: [found] }) }),
    mismatch: (attempt: number, messageId: string, code: string) =>
      write(attempt * 3 + 2, 'content_mismatch', { attempt, messageId, code }),
  };
}
