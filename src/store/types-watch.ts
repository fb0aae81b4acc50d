import type { AlertRaise, AlertRef } from '../domain/alert.ts';
import type { DraftStatus } from '../domain/state.ts';

export interface AlertRow extends Required<Pick<AlertRaise, 'key' | 'kind' | 'severity' | 'title' | 'facts'>> {
  alertId: string;
  draftId: string | null;
  inboxId: string | null;
  openedAtMs: number;
  lastSeenAtMs: number;
  /** How often it was raised while it was open. */
  count: number;
  /** Null while it is open. */
  resolvedAtMs: number | null;
  acknowledgedBy: string | null;
  acknowledgedAtMs: number | null;
  reminders: number;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'skipped';
/** One telling of an alert over one channel. */
export interface AlertDelivery extends AlertRef {
  channel: string;
  state: DeliveryState;
  attempts: number;
  /** Code of the last failure. */
  lastError: string | null;
  updatedAtMs: number;
}

/** Alerts and what became of telling them. */
export interface AlertStore {
  /**
   * Opens an alert, or counts it up when one with this key is open. `momentary`: it is over as soon as it is told.
   * An opened one has its first delivery waiting, in the same transaction.
   */
  raiseAlert(
    raise: AlertRaise,
    options: { alertId: string; atMs: number; momentary?: boolean },
  ): Promise<{ alert: AlertRow; opened: boolean }>;
  /** Closes the open alert with this key, with its delivery waiting. Null when none is open. */
  resolveAlert(key: string, atMs: number): Promise<AlertRow | null>;
  acknowledgeAlert(alertId: string, by: string, atMs: number): Promise<AlertRow | null>;
  getAlert(alertId: string): Promise<AlertRow | null>;
  /** Newest first. */
  listAlerts(query: {
    open?: boolean;
    limit: number;
    cursor?: string;
  }): Promise<{ items: AlertRow[]; nextCursor: string | null }>;
  /** Open alerts whose key begins with `prefix`. */
  openAlertKeys(prefix: string): Promise<string[]>;
  /** Adds a reminder to open critical ones nobody acknowledged, when they were last told before `beforeMs`. */
  remindAlerts(beforeMs: number, atMs: number): Promise<AlertRef[]>;

  /** Makes a telling wait on each of `channels`; answers those that still wait. */
  planDeliveries(ref: AlertRef, channels: string[], atMs: number): Promise<string[]>;
  settleDelivery(
    ref: AlertRef & { channel: string },
    result: { state: DeliveryState; attempts: number; lastError: string | null; atMs: number },
  ): Promise<void>;
  listDeliveries(alertId: string): Promise<AlertDelivery[]>;
  /** Tellings nobody has tried and that wait since before `beforeMs`. */
  waitingDeliveries(beforeMs: number, limit: number): Promise<AlertRef[]>;
  /** Gives up tellings that nobody has touched since `beforeMs`; answers how many. */
  expireDeliveries(beforeMs: number, atMs: number): Promise<number>;
}

/** A place in the open drafts of one status, in the order in which they were made. */
export interface DraftPlace {
  draftId: string;
  createdAtMs: number;
}

/** A foreign draft that waits for somebody to take it over. */
export interface ForeignDraft {
  providerDraftId: string;
  inboxId: string;
  /** AgentMail itself will send it then, whoever approves. */
  sendAt: string | null;
}

/** An open draft of ours and its counterpart in AgentMail. */
export interface DraftCounterpart {
  draftId: string;
  inboxId: string;
  providerDraftId: string;
}

/** What those who watch over drafts read and keep. */
export interface WatchStore extends AlertStore {
  /** Undefined when nothing was kept under this name. The caller parses. */
  getMark(name: string): Promise<unknown>;
  putMark(name: string, value: unknown): Promise<void>;

  /** Ids of approved drafts, held back by nothing, that could have left before `beforeMs`; the longest overdue first. */
  overdueDrafts(beforeMs: number, limit: number): Promise<string[]>;
  /** Ids of drafts whose review should have ended before `beforeMs`, the longest first. */
  overdueReviews(beforeMs: number, limit: number): Promise<string[]>;
  /** Ids of drafts in `status` of which nothing was told since `beforeMs`, oldest first. */
  silentDrafts(status: DraftStatus, beforeMs: number, limit: number): Promise<string[]>;
  /** Ids of drafts that were asked for before `beforeMs` and that no workflow has claimed. */
  unclaimedDrafts(beforeMs: number, limit: number): Promise<string[]>;
  draftsInStatus(status: DraftStatus, after: DraftPlace | null, limit: number): Promise<DraftPlace[]>;
  /** Keeps what one look of a check found, and forgets what it found before and no more. */
  keepFindings(check: string, draftIds: string[], atMs: number): Promise<{ draftId: string; firstSeenAtMs: number }[]>;

  /** Drafts in review that others were asked about as well, by the group asked; `draftId` is the oldest. */
  escalations(): Promise<{ group: string; drafts: number; draftId: string }[]>;
  /**
   * What became of the messages of inboxes that sent at least `minMessages` since `sinceMs`: how many messages bounced
   * for good, and how many were complained about, as far as webhooks told.
   */
  sendRates(
    sinceMs: number,
    minMessages: number,
  ): Promise<{ inboxId: string; sent: number; bounced: number; complained: number }[]>;

  /** Of AgentMail's draft ids, those that belong or belonged to a draft of ours, with that draft where it is open. */
  knownCounterparts(providerDraftIds: string[]): Promise<{ providerDraftId: string; openDraftId: string | null }[]>;
  /** Drafts of an inbox whose AgentMail draft may exist under an id that is not kept yet: claimed, and open or without one. */
  unsettledCreations(inboxId: string): Promise<{ draftId: string; firstRunId: string }[]>;
  keepSightings(draftIds: string[], atMs: number): Promise<void>;
  /** Open drafts, unchanged since `passMs`, that the full pass which began then did not see. */
  unseenDrafts(passMs: number, limit: number): Promise<DraftCounterpart[]>;
  /** Forgets sightings of drafts that are over. */
  forgetSightings(): Promise<void>;

  keepForeignDrafts(drafts: ForeignDraft[], atMs: number): Promise<void>;
  /** Forgets foreign drafts last seen before `beforeMs`, and those with these ids. */
  forgetForeignDrafts(beforeMs: number, providerDraftIds: string[]): Promise<void>;
  /** Waiting foreign drafts per inbox. */
  countForeignDrafts(): Promise<{ inboxId: string; drafts: number; scheduled: number }[]>;
}
