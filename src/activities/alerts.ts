import { ApplicationFailure, Context } from '@temporalio/activity';
import { type AlertRef, alertWorkflowId } from '../domain/alert.ts';
import { ChannelError } from '../notify/index.ts';
import type { AlertRow, DeliveryState } from '../store/types-watch.ts';
import type { ActivityDeps } from './deps.ts';
import type { WatchActivities } from './types-watch.ts';

/** An attempt this late means minutes of failures: operators learn over the other channels that this one is down. */
const FAILING_AFTER_ATTEMPTS = 6;

type Delivery = AlertRef & { channel: string };
type AlertDeps = Pick<ActivityDeps, 'store' | 'alerts' | 'channels' | 'clock' | 'log' | 'deskUrl'>;

export function alertActivities(
  deps: AlertDeps,
): Pick<WatchActivities, 'planAlert' | 'deliverAlert' | 'giveUpDelivery'> {
  const { store, alerts, channels, clock } = deps;

  async function planAlert(ref: AlertRef): Promise<string[]> {
    const alert = await load(ref);
    const names = channels.map(({ name }) => name).filter((name) => !isAbout(alert, name));
    return store.planDeliveries(ref, names, clock());
  }

  async function load({ alertId }: AlertRef): Promise<AlertRow> {
    const alert = await store.getAlert(alertId);
    if (!alert) throw ApplicationFailure.nonRetryable('the alert is not in the store', 'store.missing');
    return alert;
  }

  async function deliverAlert(delivery: Delivery): Promise<void> {
    const alert = await load(delivery);
    const { transition } = delivery;
    if (transition.startsWith('reminder') && alert.resolvedAtMs !== null) return settle(delivery, 'skipped');
    if (transition === 'resolved') {
      const opened = await openedOn(delivery);
      // First the alert, then that it is over; nobody is told of the end of what they never heard of.
      if (opened === 'pending') throw ApplicationFailure.retryable('the alert itself is not told yet', 'alert.order');
      if (opened !== 'delivered') return settle(delivery, 'skipped');
    }
    const channel = channels.find(({ name }) => name === delivery.channel);
    if (!channel) throw ApplicationFailure.nonRetryable('no such channel is configured', 'alert.channel_unknown');
    try {
      await channel.send({ alert, transition, noticeId: alertWorkflowId(delivery), deskUrl: deps.deskUrl });
    } catch (error) {
      await failed(delivery, error);
    }
    await settle(delivery, 'delivered');
    if (channelAlertsOf(channel.name) !== alert.key) await alerts.resolve(channelAlertsOf(channel.name));
  }

  async function openedOn({ alertId, channel }: Delivery): Promise<DeliveryState | undefined> {
    const deliveries = await store.listDeliveries(alertId);
    return deliveries.find((one) => one.transition === 'opened' && one.channel === channel)?.state;
  }

  async function failed(delivery: Delivery, error: unknown): Promise<never> {
    const code = error instanceof ChannelError ? error.code : 'internal';
    const retryAfterMs = error instanceof ChannelError ? error.retryAfterMs : undefined;
    const attempts = attempt();
    await settle(delivery, 'pending', code);
    deps.log.warn({ err: error, alertId: delivery.alertId, channel: delivery.channel, code }, 'an alert was not taken');
    if (attempts >= FAILING_AFTER_ATTEMPTS) {
      await alerts.raise({
        key: channelAlertsOf(delivery.channel),
        kind: 'channel_failing',
        severity: 'warning',
        title: 'Alerts cannot be delivered over one of the channels.',
        facts: { channel: delivery.channel, code },
      });
    }
    throw ApplicationFailure.create({
      message: `the channel ${delivery.channel} did not take the notice (${code})`,
      type: 'alert.not_taken',
      nonRetryable: false,
      ...(retryAfterMs !== undefined && { nextRetryDelay: retryAfterMs }),
    });
  }

  const settle = (delivery: Delivery, state: DeliveryState, lastError: string | null = null) =>
    store.settleDelivery(delivery, { state, attempts: attempt(), lastError, atMs: clock() });

  async function giveUpDelivery(delivery: Delivery): Promise<void> {
    const deliveries = await store.listDeliveries(delivery.alertId);
    const known = deliveries.find((one) => one.transition === delivery.transition && one.channel === delivery.channel);
    const { attempts = 0, lastError = null } = known ?? {};
    await store.settleDelivery(delivery, { state: 'failed', attempts, lastError, atMs: clock() });
  }

  return { planAlert, deliverAlert, giveUpDelivery };
}

const attempt = () => Context.current().info.attempt;

const channelAlertsOf = (channel: string) => `channel:${channel}`;

/** A channel is not told over itself that it fails. */
const isAbout = (alert: AlertRow, channel: string) => alert.key === channelAlertsOf(channel);
