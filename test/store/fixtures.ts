import type { AuditEntry, DraftProjection } from '../../src/domain/audit.ts';
import { emailContentSchema } from '../../src/domain/content.ts';
import type { CommandRecord, DraftCreation, RevisionRecord } from '../../src/store/types.ts';
import type { TestStore } from './engines.ts';

/** What a suite works with: the store of the engine under test, and a draft of its own. */
export interface Bench {
  opened: () => TestStore;
  store: () => TestStore['store'];
  newDraft: (change?: Partial<DraftCreation>) => Promise<string>;
}

export const T0 = Date.UTC(2026, 4, 4, 8);
let serial = 0;
export const unique = (prefix: string) => `${prefix}-${process.pid}-${++serial}`;

export function creation(change: Partial<DraftCreation> = {}): DraftCreation {
  return {
    draftId: unique('draft'),
    requestDigest: 'a'.repeat(64),
    inboxId: 'billing@agentmail.to',
    creator: { id: 'key-agent', kind: 'agent', roles: ['agent'] },
    source: 'content',
    documentRef: null,
    adoptDraftId: null,
    category: null,
    batchId: null,
    priority: 3,
    recipe: null,
    schedule: { kind: 'at', at: '2026-05-05T08:00:00Z' },
    holdMs: 0,
    reviewTimeoutMs: 604_800_000,
    createdAtMs: T0,
    ...change,
  };
}

export function entry(change: Partial<AuditEntry> = {}): AuditEntry {
  return {
    origin: 'run-1',
    sequence: 1,
    type: 'created',
    atMs: T0,
    actorId: 'key-agent',
    commandId: null,
    revision: 0,
    digest: null,
    data: {},
    ...change,
  };
}

export function projection(change: Partial<DraftProjection> = {}): DraftProjection {
  return {
    toldAtMs: T0,
    sequence: 1,
    status: 'composing',
    revision: 0,
    digest: null,
    blocked: false,
    schedule: { kind: 'now' },
    dueAtMs: null,
    holdUntilMs: null,
    reviewDeadlineMs: null,
    reason: null,
    approvedBy: null,
    messageId: null,
    threadId: null,
    inboxMode: 'review_all',
    ...change,
  };
}

export function revision(draftId: string, change: Partial<RevisionRecord> = {}): RevisionRecord {
  return {
    draftId,
    revision: 1,
    digest: 'd'.repeat(64),
    content: emailContentSchema.parse({
      to: ['Ann Lee <ann.lee+eu@sub.example.com>'],
      subject: 'Your invoice 2026-17',
      text: 'Hello Ann',
    }),
    snapshot: null,
    warnings: [],
    authorId: 'system',
    origin: 'composed',
    createdAtMs: T0,
    ...change,
  };
}

export function command(draftId: string, change: Partial<CommandRecord> = {}): CommandRecord {
  return {
    commandId: unique('command'),
    draftId,
    name: 'decide',
    actor: { id: 'key-ann', kind: 'person', roles: ['reviewer'], name: 'Ann' },
    factsDigest: 'f'.repeat(64),
    commentRef: null,
    createdAtMs: T0,
    ...change,
  };
}
