import type { Policy } from '../domain/policy/schema.ts';
import type { DraftRow, RevisionRecord } from './types.ts';

/** A set of rules as it is kept. */
export interface PolicyVersion {
  version: number;
  /** SHA-256 of the document. */
  digest: string;
  policy: Policy;
  comment: string | null;
  /** Id of who made it; `system` for one from a file. */
  by: string;
  source: 'api' | 'file';
  atMs: number;
}
export type PolicyVersionLine = Omit<PolicyVersion, 'policy'> & { ruleCount: number; active: boolean };

export interface NewPolicy extends Omit<PolicyVersion, 'version'> {
  /** The version it was made from: another one that is active by then is a conflict. Absent: whichever is. */
  base?: number | null;
  /** Nothing happens when a version of this digest was ever kept. */
  onlyNew?: boolean;
}

/** A recipient to be looked up, as of a time. */
export interface RecipientAsk {
  /** The bare address as it is kept. */
  address: string;
  /** The address without its tag: what was sent to `ann+news@…` was sent to `ann@…`. */
  mailbox: string;
  /** Every suppression entry that would cover it. */
  entries: string[];
  inboxId: string;
  /** Suppressions that expired by then do not count. */
  nowMs: number;
  /** What happened after this does not count; null: everything known does. */
  asOfMs: number | null;
}
export interface RecipientSeen {
  suppressed: boolean;
  bounced: boolean;
  contacted: boolean;
}

/** What people made of a draft. */
export interface Reactions {
  edited: boolean;
  rejected: boolean;
  changesRequested: boolean;
  revoked: boolean;
}
/** A draft as its agent or recipe last left it, with what became of it. */
export interface PastDraft {
  row: DraftRow;
  revision: RevisionRecord;
  reactions: Reactions;
}
export interface PastDraftsQuery {
  inboxId?: string;
  /** Made at this instant or later, and before that one. */
  fromMs?: number;
  toMs?: number;
  limit: number;
  cursor?: string;
}

/** Rules, their versions, and what they are tried on. */
export interface PolicyStore {
  /**
   * Keeps a new version and makes it the active one. The document of the active version again changes nothing.
   * `conflict`: another version than `base` is active.
   */
  addPolicy(policy: NewPolicy): Promise<{ kind: 'added' | 'unchanged'; version: number } | { kind: 'conflict' }>;
  /** False when there is no such version. */
  activatePolicy(version: number, by: string, atMs: number): Promise<boolean>;
  /** Null: no rules decide. */
  activePolicy(): Promise<PolicyVersion | null>;
  getPolicy(version: number): Promise<PolicyVersion | null>;
  /** Newest first. */
  listPolicies(query: {
    limit: number;
    cursor?: string;
  }): Promise<{ items: PolicyVersionLine[]; nextCursor: string | null }>;

  /** One answer for each ask, in its order; what is not wanted is false. */
  recipientsSeen(asks: readonly RecipientAsk[], want: Readonly<RecipientSeen>): Promise<RecipientSeen[]>;
  /** Drafts that have a revision, newest first. */
  pastDrafts(query: PastDraftsQuery): Promise<{ items: PastDraft[]; nextCursor: string | null }>;
  countPastDrafts(query: Pick<PastDraftsQuery, 'inboxId' | 'fromMs' | 'toMs'>): Promise<number>;
}
