import type { NoticeRef } from '../domain/review-notice.ts';

/** Activities of the workflow that tells people of reviews. */
export interface ChannelActivities {
  /** One attempt at everything of a bundle that is still to be told. */
  deliverNotice(ref: NoticeRef): Promise<void>;
  /** Keeps that the channel did not take it in all the time there was. */
  giveUpNotice(ref: NoticeRef): Promise<void>;
}
