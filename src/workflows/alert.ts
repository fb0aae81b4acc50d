import {
  ActivityFailure,
  type ActivityInterfaceFor,
  type LocalActivityInterfaceFor,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { WatchActivities } from '../activities/types-watch.ts';
import type { AlertRef } from '../domain/alert.ts';

/** Our own database: for as long as it takes. */
const own: Pick<
  LocalActivityInterfaceFor<WatchActivities>,
  'planAlert' | 'giveUpDelivery'
> = proxyLocalActivities<WatchActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

/** Somebody else's service: tried for a day. A repeat carries the same id, so a receiver can drop it. */
const outside: Pick<ActivityInterfaceFor<WatchActivities>, 'deliverAlert'> = proxyActivities<WatchActivities>({
  startToCloseTimeout: '30s',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** How each channel took it. */
export type AlertTold = Record<string, 'told' | 'failed'>;

/** Tells one turn of an alert on every channel. None waits for another. */
export async function alert(ref: AlertRef): Promise<AlertTold> {
  const channels = await own.planAlert(ref);
  const told = await Promise.all(channels.map((channel) => tell(ref, channel)));
  return Object.fromEntries(told);
}

async function tell(ref: AlertRef, channel: string): Promise<[string, 'told' | 'failed']> {
  try {
    await outside.deliverAlert({ ...ref, channel });
    return [channel, 'told'];
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    await own.giveUpDelivery({ ...ref, channel });
    return [channel, 'failed'];
  }
}
