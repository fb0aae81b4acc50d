import { ApplicationFailure, Context } from '@temporalio/activity';
import { type NoticeRef, noticeWorkflowId } from '../domain/review-notice.ts';
import { ChannelError } from '../notify/index.ts';
import type { Telling, TellingState } from '../store/types.ts';
import { failureType } from './context.ts';
import type { ActivityDeps } from './deps.ts';
import type { ChannelActivities } from './types-channels.ts';

type ChannelDeps = Pick<ActivityDeps, 'store' | 'reviewChannels' | 'clock' | 'log'>;

/** Telling people of reviews. A channel that fails holds up nobody but itself. */
export function channelActivities({ store, reviewChannels, clock, log }: ChannelDeps): ChannelActivities {
  const attempts = () => Context.current().info.attempt;
  const settle = (tellings: readonly Telling[], state: TellingState, lastError: string | null = null) =>
    store.settleTellings(tellings, { state, attempts: attempts(), lastError, atMs: clock() });

  async function deliverNotice(ref: NoticeRef): Promise<void> {
    const tellings = await store.pendingTellings(ref.bundle);
    const [first] = tellings;
    // Told already: an attempt whose answer was lost.
    if (first === undefined) return;
    const channel = reviewChannels?.[first.channel];
    if (channel === undefined) return settle(tellings, 'skipped', 'channel_closed');
    try {
      const { skipped } = await channel.tell({ noticeId: noticeWorkflowId(ref), tellings });
      await settle(skipped, 'skipped');
      const past = new Set(skipped.map(({ eventId }) => eventId));
      await settle(
        tellings.filter(({ eventId }) => !past.has(eventId)),
        'delivered',
      );
    } catch (error) {
      const code = error instanceof ChannelError ? error.code : (failureType(error) ?? 'internal');
      await settle(tellings, 'pending', code);
      log.warn({ err: error, bundle: ref.bundle, channel: first.channel, code }, 'a notice of a review was not taken');
      if (error instanceof ApplicationFailure) throw error;
      const nextRetryDelay = error instanceof ChannelError ? error.retryAfterMs : undefined;
      throw ApplicationFailure.create({
        message: `the channel ${first.channel} did not take the notice (${code})`,
        type: 'notice.not_taken',
        nonRetryable: false,
        ...(nextRetryDelay !== undefined && { nextRetryDelay }),
      });
    }
  }

  async function giveUpNotice({ bundle }: NoticeRef): Promise<void> {
    const tellings = await store.pendingTellings(bundle);
    const [first] = tellings;
    const { attempts: tried = 1, lastError = null } = first ?? {};
    await store.settleTellings(tellings, { state: 'failed', attempts: tried, lastError, atMs: clock() });
  }

  return { deliverNotice, giveUpNotice };
}
