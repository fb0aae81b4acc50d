import { ActivityFailure, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { ChannelActivities } from '../activities/types-channels.ts';
import type { NoticeRef } from '../domain/review-notice.ts';

/** Our own database: for as long as it takes. */
const own = proxyLocalActivities<Pick<ChannelActivities, 'giveUpNotice'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Somebody else's service: tried for a day, each time under the same key, so that a repeat is the same message. */
const outside = proxyActivities<Pick<ChannelActivities, 'deliverNotice'>>({
  startToCloseTimeout: '60s',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** Tells one person, over one channel, of reviews. No draft waits for it. */
export async function reviewNotice(ref: NoticeRef): Promise<'told' | 'failed'> {
  try {
    await outside.deliverNotice(ref);
    return 'told';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await own.giveUpNotice(ref);
    return 'failed';
  }
}
