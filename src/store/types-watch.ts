import type { AlertRaise, AlertRef } from '../domain/alert.ts';

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
  /** Tellings that wait since before `beforeMs`, oldest first. */
  waitingDeliveries(beforeMs: number, limit: number): Promise<AlertRef[]>;
}

export interface WatchStore extends AlertStore {}
