import type { AlertTransition } from '../domain/alert.ts';
import type { AlertRow } from '../store/types-watch.ts';

/** One telling of an alert. */
export interface AlertNotice {
  alert: AlertRow;
  transition: AlertTransition;
  /** The same for every attempt at this telling: receivers that know it drop the second. */
  noticeId: string;
  /** Address of the review desk, without a slash at the end, when it is known. */
  deskUrl?: string;
}

/** One way to reach operators. */
export interface AlertChannel {
  /** Unique, and the same in every process: deliveries are kept under it. */
  name: string;
  /** @throws ChannelError */
  send(notice: AlertNotice): Promise<void>;
}

/** A channel did not take a notice. `code` is kept and shown: no URL, no address, no secret is in it. */
export class ChannelError extends Error {
  override name = 'ChannelError';
  readonly code: string;
  /** When the receiver asked to be left alone for a while, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(`the notice was not taken: ${code}`, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
