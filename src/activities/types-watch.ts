import type { AlertRef } from '../domain/alert.ts';

/** Activities of the workflows that watch over drafts and tell operators. */
export interface WatchActivities {
  /** The channels on which this telling still waits. */
  planAlert(ref: AlertRef): Promise<string[]>;
  /** One attempt on one channel. */
  deliverAlert(input: AlertRef & { channel: string }): Promise<void>;
  /** Keeps that a channel did not take it in all the time there was. */
  giveUpDelivery(input: AlertRef & { channel: string }): Promise<void>;
}
