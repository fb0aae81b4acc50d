import type { SuppressionMatch, SuppressionReason } from '../domain/suppression.ts';
import type { DraftRow } from './types.ts';

/** One reason why nothing is sent to an address or a domain. Several may hold for the same entry. */
export interface Suppression {
  /** As `normalizeEntry` makes it. */
  entry: string;
  /** `organization`, or the id of the inbox it holds for. */
  scope: string;
  reason: SuppressionReason;
  /** A person's words. */
  note: string | null;
  /** Where it comes from: `event:<id>`, `import:<file>`, `optout:<draft>`, `proposal:<id>`; null for a person. */
  source: string | null;
  createdBy: string;
  createdAtMs: number;
  /** Null: for ever. */
  expiresAtMs: number | null;
}

export interface SuppressionQuery {
  /** Part of an entry, case ignored. */
  text?: string;
  scope?: string;
  reason?: SuppressionReason;
  /** Leaves out those that expired before this instant. */
  liveAtMs?: number;
  limit: number;
  cursor?: string;
}

/** Who did what, and why, in the record of recipients. */
export interface RecipientAct {
  by: string;
  atMs: number;
  source?: string | null;
}

export interface RecipientPreference {
  /** As it was asked for. */
  address: string;
  /** IANA name. */
  timeZone: string | null;
  /** `HH:MM` in that zone; both or none. */
  quietFrom: string | null;
  quietTo: string | null;
  /** Categories; `*` is every one. */
  optedOut: string[];
  /** BCP 47. */
  language: string | null;
  updatedAtMs: number;
  updatedBy: string;
}
export type PreferenceChange = Partial<
  Pick<RecipientPreference, 'timeZone' | 'quietFrom' | 'quietTo' | 'optedOut' | 'language'>
>;

/** Whose an entry on AgentMail's list is: ours when Countersign put it there. */
export type MirrorOwner = 'ours' | 'theirs';

/** An entry that has to be put on, or taken off, AgentMail's own send block list. */
export interface PendingMirror {
  entry: string;
  scope: string;
  wanted: 'block' | 'unblock';
  reason: SuppressionReason | null;
  attempts: number;
  /** Whose it is at AgentMail; what is theirs stays there. Null: not known. */
  owner: MirrorOwner | null;
  /** Goes up with each change of what is wanted: a late answer to an older wish settles nothing. */
  version: number;
}

/** Open drafts that would go to an entry, and are still to be told that something about it changed. */
export interface RecipientNotice {
  entry: string;
  scope: string;
  /** Something `changed`, or time ended what held for that reason. */
  because: 'changed' | SuppressionReason;
  /** Goes up with each change: whoever told of an older one has not told of this. */
  version: number;
  /** Draft up to which they were told, by id; null: none was. */
  after: string | null;
}

/** What happened to one recipient of a sent message, by webhook. */
export interface MessageEvent {
  eventId: string;
  type: 'sent' | 'delivered' | 'bounced' | 'complained' | 'rejected' | 'opened';
  inboxId: string;
  messageId: string;
  /** Empty where the event names none. */
  recipient: string;
  /** A bounce's type such as `Permanent`; a rejection's reason. */
  detail: string | null;
  atMs: number;
}

export interface WebhookDelivery {
  eventId: string;
  deliveryId: string;
  type: string;
  /** The sender's time of this attempt. */
  signedAtMs: number;
  processedAtMs: number;
}

export type ProposalStatus = 'open' | 'accepted' | 'dismissed';

/** A received message that asks to stop: a person decides whether that is meant. */
export interface SuppressionProposal {
  proposalId: string;
  address: string;
  inboxId: string;
  messageId: string;
  threadId: string | null;
  /** Language of the phrase that was recognised. */
  language: string;
  /** Where it stood. */
  foundIn: 'subject' | 'text';
  status: ProposalStatus;
  createdAtMs: number;
  decidedBy: string | null;
  decidedAtMs: number | null;
}

/** An address that a received message asks to write to no more, undecided. */
export interface StopAsked {
  /** As it was asked for. */
  address: string;
  proposalId: string;
  createdAtMs: number;
}

/** One row of the record of everything that was done about a recipient; never changed. */
export interface RecipientEvent {
  id: number;
  atMs: number;
  /** Address or entry. */
  subject: string;
  action:
    | 'suppressed'
    | 'suppression_removed'
    | 'preferences_set'
    | 'preferences_removed'
    | 'opted_out'
    | 'opt_out_undone'
    | 'proposal_accepted'
    | 'proposal_dismissed';
  by: string;
  source: string | null;
  /** Small facts: a reason, a scope, categories. */
  data: Record<string, string | number | null | string[]>;
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/**
 * The recipients' side of the app database. Whatever changes there also keeps, in the same statement, that open drafts
 * have to be told (`noticeAbout`).
 */
export interface RecipientStore {
  /**
   * Suppresses an entry. Of two tellings with the same entry, scope and reason the one that holds longer is kept, of
   * equals the first. With `mirror`, the wish to have it on AgentMail's list is kept in the same transaction, and
   * with an end that open drafts are to be told then.
   * @throws StoreInvalid when the entry is neither an address nor a domain
   */
  addSuppression(
    suppression: Suppression,
    options?: { mirror?: boolean },
  ): Promise<{ entry: string; changed: boolean }>;
  /** Lifts an entry in one scope, for every reason or one, or only what came from a source that begins so. Answers how many rows went. */
  removeSuppression(
    entry: string,
    act: RecipientAct & { scope: string; reason?: SuppressionReason; onlySource?: string },
  ): Promise<number>;
  getSuppression(of: Pick<Suppression, 'entry' | 'scope' | 'reason'>): Promise<Suppression | null>;
  listSuppressions(query: SuppressionQuery): Promise<Page<Suppression>>;
  /** Those of `addresses` that are suppressed for the inbox at that time, each once, by the weightiest reason. */
  suppressedAmong(addresses: string[], at: { inboxId: string; nowMs: number }): Promise<SuppressionMatch[]>;

  /** What changed about an entry and is still to be told. */
  noticeAbout(entry: string, scope: string): Promise<RecipientNotice | null>;
  /** Those that whoever changed something should have told of by now, and ends by time, the most overdue first. */
  dueNotices(at: { nowMs: number; limit: number }): Promise<RecipientNotice[]>;
  /** How far it was told, or when it is tried again. Nothing when the entry has changed since. */
  keepNotice(notice: RecipientNotice, change: { after?: string; nextAtMs?: number }): Promise<void>;
  /** All were told. Nothing when the entry has changed since. */
  settleNotice(notice: RecipientNotice): Promise<void>;

  /** Mirrors whose time has come, the most overdue first. Wishes of entries that expired since are turned first. */
  pendingMirrors(at: { nowMs: number; limit: number }): Promise<PendingMirror[]>;
  /**
   * Wishes for what is suppressed where mirroring was switched on since: entries of the inboxes that say so, and with
   * `organization` those of all. Answers how many were made; at most `limit`.
   */
  addMissingMirrors(of: { organization: boolean; nowMs: number; limit: number }): Promise<number>;
  /** Done (`owner` of the entry now; null: there is none), or to be tried again. Of a wish that has changed only the owner is kept. */
  settleMirror(
    mirror: PendingMirror,
    outcome: { kind: 'done'; owner: MirrorOwner | null } | { kind: 'failed'; retryAtMs: number; code: string },
  ): Promise<void>;

  /**
   * Preferences of those of `addresses` that have any. A plus address without its own takes those of its mailbox; what
   * either opted out of counts.
   */
  preferencesOf(addresses: string[]): Promise<RecipientPreference[]>;
  /** What is kept for this very address. */
  getPreference(address: string): Promise<RecipientPreference | null>;
  /** Changes what is named and keeps the rest. @throws StoreInvalid when it is no address */
  putPreference(address: string, change: PreferenceChange, act: RecipientAct): Promise<RecipientPreference>;
  removePreference(address: string, act: RecipientAct): Promise<boolean>;
  /** Opts out of a category, or all (`*`), or back in. False when it was so already. */
  optOut(address: string, category: string, out: boolean, act: RecipientAct): Promise<boolean>;
  recipientEvents(subject: string): Promise<RecipientEvent[]>;

  /** A webhook's event that was dealt with, by its own id or by that of its delivery. */
  findWebhook(ids: { eventId: string; deliveryId: string }): Promise<WebhookDelivery | null>;
  /** Marks an event as dealt with; a later delivery of it moves `signedAtMs` forward. */
  markWebhook(delivery: WebhookDelivery): Promise<void>;
  /** Writes what is not there yet. */
  addMessageEvents(events: MessageEvent[]): Promise<void>;
  /**
   * Writes events whose message a draft of ours sent into that draft's audit log, each once, and answers them with the
   * draft. Those that arrived before the send was recorded are found by a later call.
   */
  attachMessageEvents(of: { limit: number; sinceMs: number }): Promise<{ eventId: string; draftId: string }[]>;
  draftOfMessage(inboxId: string, messageId: string): Promise<DraftRow | null>;
  /** Open drafts that would go to an address the entry covers, by id. */
  openDraftsTo(entry: string, page: { limit: number; after?: string; inboxId?: string }): Promise<string[]>;
  /** Open replies of an inbox and what they answer. */
  openReplies(inboxId: string): Promise<{ draftId: string; inReplyTo: string }[]>;

  /** False when the message was proposed already. */
  addProposal(proposal: SuppressionProposal): Promise<boolean>;
  /** Those of `addresses` whose wish to get no more mail is open, each once, the oldest. A tag counts as its mailbox. */
  stopsAskedAmong(addresses: string[]): Promise<StopAsked[]>;
  getProposal(proposalId: string): Promise<SuppressionProposal | null>;
  listProposals(query: { status?: ProposalStatus; limit: number; cursor?: string }): Promise<Page<SuppressionProposal>>;
  /** Decides an open proposal; answers it as it then is, whoever decided first. */
  decideProposal(
    proposalId: string,
    decision: { status: 'accepted' | 'dismissed'; by: string; atMs: number },
  ): Promise<SuppressionProposal | null>;
}
