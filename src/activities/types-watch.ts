import type { AlertRef } from '../domain/alert.ts';

/** What the watchdog looks for, in this order. */
export const WATCH_CHECKS = [
  'unclaimed',
  'batches',
  'overdue',
  'stuck',
  'held',
  'engine',
  'rates',
  'quota',
  'paused',
  'away',
  'told',
  'proposals',
  'mirrors',
  'unheard',
  'alerts',
] as const;
export type WatchCheck = (typeof WATCH_CHECKS)[number];

/** What one check did. */
export interface WatchSummary {
  /** Drafts, inboxes or alerts looked at. */
  looked: number;
  /** Workflows asked to look again. */
  noticed: number;
  /** Records put right, workflows started. */
  repaired: number;
  /** What is wrong and was not put right. */
  found: number;
}

/** One step over AgentMail's drafts; `pass` is null where a pass begins. */
export interface DiscoverInput {
  pass: DiscoveryPass | null;
}
export interface DiscoveryPass {
  /** Every draft, to learn which of ours are gone; otherwise those updated since the last pass. */
  full: boolean;
  startedAtMs: number;
  afterMs: number | null;
  /** The next page; null when all are read. */
  pageToken: string | null;
  /** From where the next pass has to look again. */
  markMs: number;
  looked: number;
  adopted: number;
}
export interface MissingSummary {
  looked: number;
  noticed: number;
  sentOutside: number;
}

/** Activities of the workflows that watch over drafts and tell operators. */
export interface WatchActivities {
  /** The channels on which this telling still waits. */
  planAlert(ref: AlertRef): Promise<string[]>;
  /** One attempt on one channel. */
  deliverAlert(input: AlertRef & { channel: string }): Promise<void>;
  /** Keeps that a channel did not take it in all the time there was. */
  giveUpDelivery(input: AlertRef & { channel: string }): Promise<void>;

  watch(input: { check: WatchCheck; run: string }): Promise<WatchSummary>;

  discover(input: DiscoverInput): Promise<DiscoveryPass>;
  /** Ends a pass: its mark is kept, alerts are raised or resolved. */
  concludeDiscovery(pass: DiscoveryPass): Promise<void>;
  /** Looks for drafts of ours that a full pass did not see. */
  findMissing(pass: DiscoveryPass): Promise<MissingSummary>;
}
