import type { Actor } from '../domain/actor.ts';
import type { AuditEntry, DraftProjection } from '../domain/audit.ts';
import type { CommandName, InboxMode } from '../domain/commands.ts';
import type { EmailContent } from '../domain/content.ts';
import type { ReviewRoute } from '../domain/oversight.ts';
import type { CheckChoices } from '../domain/preflight.ts';
import type { ReviewDoor } from '../domain/review-notice.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { DraftOrder, DraftSource, DraftStatus } from '../domain/state.ts';
import type { AccountStore } from './types-accounts.ts';
import type { BatchStore } from './types-batches.ts';
import type { ChannelStore } from './types-channels.ts';
import type { DeskStore } from './types-desk.ts';
import type { LimitsStore } from './types-limits.ts';
import type { OperationStore } from './types-operations.ts';
import type { PolicyStore } from './types-policies.ts';
import type { RecipientStore } from './types-recipients.ts';
import type { RoutingStore } from './types-routings.ts';
import type { WatchStore } from './types-watch.ts';

export type * from './types-accounts.ts';
export type * from './types-channels.ts';
export type * from './types-desk.ts';
export type * from './types-limits.ts';
export type * from './types-operations.ts';
export type * from './types-policies.ts';
export type * from './types-recipients.ts';
export type * from './types-routings.ts';

/** What was asked for, written once before the workflow starts (or by its first activity for a start by hand). */
export interface DraftCreation {
  draftId: string;
  /** SHA-256 of the whole request: a repeated request id with another body is a conflict. */
  requestDigest: string;
  inboxId: string;
  creator: Actor;
  source: DraftSource;
  /** Document of the content (source `content`) or of the recipe's input (source `recipe`). */
  documentRef: string | null;
  /** AgentMail draft to adopt (source `adopted`). */
  adoptDraftId: string | null;
  recipe: string | null;
  /** What kind of mail it is, such as `receipt` or `newsletter`: recipients opt out of categories. */
  category: string | null;
  /** Batch that made it. */
  batchId: string | null;
  /** Who goes first within an inbox's limits: 1 (first) to 5 (last). */
  priority: number;
  schedule: Schedule;
  holdMs: number;
  reviewTimeoutMs: number;
  createdAtMs: number;
}

/** One immutable revision. `snapshot` is AgentMail's draft as read back right after the write; null when it was never written there. */
export interface RevisionRecord {
  draftId: string;
  revision: number;
  digest: string;
  content: EmailContent;
  snapshot: ProviderSnapshot | null;
  warnings: CheckFinding[];
  authorId: string;
  /** What made it: composition, an edit by a person, the agent's revise, a capture from outside, recipients left out. */
  origin: 'composed' | 'edited' | 'revised' | 'captured' | 'restored' | 'dropped';
  createdAtMs: number;
}

export interface CheckFinding {
  level: 'error' | 'warning';
  code: string;
  message: string;
  /** Pieces of the mail it is about, as they stand there: where to look. */
  quotes?: string[];
}

/** What preflight compares: content, attachments' ids and sizes; never labels, preview or `updated_at`. */
export interface ProviderSnapshot {
  providerDraftId: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  text: string;
  html: string;
  attachments: {
    attachmentId: string;
    size: number;
    filename: string | null;
    contentType: string | null;
    disposition: 'attachment' | 'inline' | null;
    contentId: string | null;
  }[];
  inReplyTo: string | null;
  forwardOf: string | null;
  sendAt: string | null;
  sendStatus: string | null;
}

/** An authenticated request, recorded before its Update is sent: the proof the Update itself cannot carry. */
export interface CommandRecord {
  commandId: string;
  draftId: string;
  name: CommandName;
  /** `via`: the door the person came through; absent for keys. */
  actor: Actor & { name: string; via?: 'session' | ReviewDoor };
  /** SHA-256 of the Update's facts: an Update with other facts is not this command. */
  factsDigest: string;
  commentRef: string | null;
  createdAtMs: number;
}

export interface InboxSettings {
  inboxId: string;
  mode: InboxMode;
  /** In mode `monitor`: how long people may stop a draft before it goes, in ms. */
  monitorHoldMs: number;
  acceptUnverifiedSignals: boolean;
  /** Delete an adopted AgentMail draft when its draft ends unsent. */
  deleteAdopted: boolean;
  /** Text the provider appends to every message (a plan's footer): not a difference. */
  declaredFooter: string | null;
  /** Approvals older than this at the moment of sending go back to review, in ms. */
  maxApprovalAgeMs: number;
  /** Drafts whose newest revision is older than this at the moment of sending are stale, in ms; null: never. */
  maxDraftAgeMs: number | null;
  /** What a failed check does here, where that differs from its default. */
  checks: CheckChoices;
  /** Send requests of one revision before a person is asked, whatever they were answered. */
  maxAttempts: number;
  /** How long AgentMail may be out of reach for a send before a person is asked, in ms. */
  sendPatienceMs: number;
  /** Whoever wrote a revision may also approve it. */
  editorMayApprove: boolean;
  /** Whoever asked for a draft, or owns the agent that did, may also approve it. */
  creatorMayApprove: boolean;
  /** Who its drafts go to where no rule says; null: nobody in particular. */
  assignTo: ReviewRoute | null;
  /** Answers to the mail that asks for a review decide, where the server lets them at all. */
  replyApproval: boolean;
  /** The least time between an approval and the send, where no rule says: room for undo, in ms. */
  holdMs: number;
  /** Where no rule says, in ms from when a revision is there to be read: reviewers are reminded; null: never. */
  remindAfterMs: number | null;
  /** The people of `escalateTo` are asked as well; null: never. */
  escalateAfterMs: number | null;
  escalateTo: string | null;
  /** The longest a review may take before its draft expires, whatever its agent gave it; null: as long as that. */
  expireAfterMs: number | null;
  /** What happens to drafts that others make in AgentMail. */
  foreignDrafts: 'ignore' | 'adopt' | 'alert';
  /** Puts suppressions of this inbox on AgentMail's own send block list, too. */
  mirrorSuppressions: boolean;
}

export interface DraftRow extends DraftCreation {
  /** Run that claimed the id; null while only asked for. */
  firstRunId: string | null;
  providerDraftId: string | null;
  projection: DraftProjection | null;
  subject: string;
  recipients: string[];
  warningCount: number;
  updatedAtMs: number;
}

export interface DraftListQuery {
  /** A draft only asked for counts as composing. */
  statuses?: DraftStatus[];
  inboxId?: string;
  /** Only drafts of these inboxes; of all when absent. */
  inboxIds?: readonly string[];
  recipe?: string;
  creatorId?: string;
  category?: string;
  batchId?: string;
  /** Only drafts that this fleet operation was carried out on. */
  operationId?: string;
  /** Only drafts that are paused one by one, or only those that are not. */
  paused?: boolean;
  /** Only drafts that this person has at `nowMs`; with null those nobody has. */
  assignee?: { personId: string | null; nowMs: number };
  /** Due before this instant, exclusive; drafts without a due time are left out. */
  dueBeforeMs?: number;
  /** Due at this instant or later. */
  dueAfterMs?: number;
  /**
   * With a time to keep before `beforeMs`: the one they were asked to go at, the end of their review, or, approved, when
   * they may leave. What goes as soon as it is approved has the end of its review alone.
   */
  deadline?: { beforeMs: number; nowMs: number };
  /** In review, and an approval of this person would count. */
  needs?: { personId: string; groups: readonly string[] };
  /** In review, and given to this group, escalated to it, or in want of its approval. */
  group?: string;
  /** Others were asked about them as well, because nobody decided in time; or only the others. */
  escalated?: boolean;
  /** Approved and past their time, or their appointed time passed while people had them; or only the others. */
  overdue?: { is: boolean; nowMs: number };
  /** Words looked for in subject and recipients (prefix match, any order, case ignored); parts of an address are words. */
  text?: string;
  order?: DraftOrder;
  /** 1 to 1000. */
  limit: number;
  /** Opaque; from the previous page of the same order, else StoreInvalid. */
  cursor?: string;
}
export interface DraftPage {
  items: DraftRow[];
  nextCursor: string | null;
}

/** An audit row with its place in the whole log; `id` orders all drafts' events and resumes a stream. */
export interface AuditRow extends AuditEntry {
  id: string;
  draftId: string;
}

/**
 * The app database. Every write is idempotent: repeating it after a lost answer changes nothing. Errors of the
 * database itself pass through; `StoreConflict` marks a write that contradicts what is stored.
 */
export interface Store
  extends AccountStore,
    BatchStore,
    ChannelStore,
    DeskStore,
    LimitsStore,
    OperationStore,
    PolicyStore,
    RecipientStore,
    RoutingStore,
    WatchStore {
  /** Writes the creation unless the id is taken; answers the stored one. */
  createDraft(creation: DraftCreation): Promise<{ created: boolean; stored: DraftCreation }>;
  /** Claims the id for a first run: `duplicate` when another run holds it. */
  claimDraft(draftId: string, firstRunId: string): Promise<'claimed' | 'duplicate' | 'missing'>;
  getDraft(draftId: string): Promise<DraftRow | null>;
  listDrafts(query: DraftListQuery): Promise<DraftPage>;
  /** Drafts per status, filtered as the list is (without status). */
  countDrafts(query: Omit<DraftListQuery, 'statuses' | 'limit' | 'cursor' | 'order'>): Promise<Record<string, number>>;
  /** How many drafts fall due between each two of these instants, which ascend; the later one is exclusive. */
  countDue(query: Omit<DraftListQuery, 'limit' | 'cursor' | 'order'>, edgesMs: readonly number[]): Promise<number[]>;
  setProviderDraftId(draftId: string, providerDraftId: string): Promise<void>;
  /** The draft, not over yet, that this AgentMail draft belongs to or was handed over to. */
  ownerOf(providerDraftId: string): Promise<string | null>;

  /** Appends entries (doubles ignored) and moves the projection forward, in one transaction. */
  record(draftId: string, entries: AuditEntry[], projection: DraftProjection | null): Promise<void>;
  /** Appends one entry unless its place is taken; false when it was. */
  recordOnce(draftId: string, entry: AuditEntry): Promise<boolean>;
  listEvents(draftId: string): Promise<AuditRow[]>;
  /** Events of all drafts after `afterId` in commit order, oldest first; never skips one that commits late. */
  eventsAfter(afterId: string | null, limit: number, draftId?: string): Promise<AuditRow[]>;
  /** Id of the newest event visible to `eventsAfter`; '0' in an empty log. */
  latestEventId(): Promise<string>;
  /** Calls back (coalesced) whenever events were appended by any process. Returns the unsubscribe. */
  onEvents(listener: () => void): Promise<() => Promise<void>>;

  /** Writes a revision; the same number again must have the same digest, else StoreConflict. Sets the row's subject, recipients, warnings. */
  saveRevision(revision: RevisionRecord): Promise<void>;
  getRevision(draftId: string, revision: number): Promise<RevisionRecord | null>;
  listRevisions(draftId: string): Promise<RevisionRecord[]>;

  /** JSON documents by reference: contents, comments, recipe inputs, plans, source results. Content-addressed within a draft. */
  putDocument(draftId: string, value: unknown): Promise<string>;
  /** Throws StoreMissing when unknown. The caller parses. */
  getDocument(draftId: string, ref: string): Promise<unknown>;
  /** Named step results of a composition (idempotent by name, the last write wins): survive retries of later steps. */
  putStep(draftId: string, name: string, value: unknown): Promise<void>;
  getStep(draftId: string, name: string): Promise<unknown>;

  putBlob(bytes: Uint8Array): Promise<string>;
  getBlob(sha256: string): Promise<Uint8Array | null>;
  /** Grants a draft's readers its blobs: the API serves only blobs linked to the draft. */
  blobSize(sha256: string): Promise<number | null>;

  /** Records a command unless its id is taken; answers the stored one. */
  putCommand(command: CommandRecord): Promise<CommandRecord>;
  getCommand(commandId: string): Promise<CommandRecord | null>;
  listCommands(draftId: string): Promise<CommandRecord[]>;

  /** Settings with defaults applied for an inbox never configured. */
  getInbox(inboxId: string): Promise<InboxSettings>;
  putInbox(inboxId: string, change: Partial<Omit<InboxSettings, 'inboxId'>>): Promise<InboxSettings>;
  listInboxes(): Promise<InboxSettings[]>;

  ping(): Promise<void>;
  close(): Promise<void>;
}
