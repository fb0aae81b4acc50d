import { setTimeout as pause } from 'node:timers/promises';
import type { EmulatorClock } from '../clock.ts';
import { createDueQueue } from '../due-queue.ts';
import { chance } from '../faults/chance.ts';
import type { DeliveryAttempt, DeliveryRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';
import { post } from './post.ts';

/** Finished deliveries kept for inspection. */
const KEEP_FINISHED = 500;

export interface Deliverer {
  /** Takes up every pending delivery whose time has come. */
  wake(): void;
  /** Another attempt at once, under the same id, also of a delivery that was done or given up. */
  resend(id: string): void;
  stop(): void;
}

/**
 * Delivers signed events at least once each, always under the same id: an attempt at once, then one after each wait of
 * `webhookRetryMs` by the emulator's clock until a 2xx. After the last it is given up.
 */
export function createDeliverer(state: State, clock: EmulatorClock): Deliverer {
  const waiting = () =>
    [...state.pendingDeliveryIds].flatMap((id) => {
      const delivery = state.deliveries.get(id);
      return delivery ? [{ id, dueAtMs: delivery.nextAttemptAtMs ?? 0 }] : [];
    });

  const attempt = async (id: string): Promise<void> => {
    const delivery = state.deliveries.get(id);
    if (!delivery) return;
    const { webhookDisorder: disorder } = state.settings.switches;
    if (disorder && delivery.attempts === 0) {
      const delayMs = chance(disorder.seed, 'delay', delivery.seq) * disorder.maxDelayMs;
      await pause(delayMs, undefined, { ref: false });
    }
    const first = await post(state, clock, delivery);
    if (queue.stopped || !state.deliveries.get(id)) return;
    settle(id, first);
    const twice = disorder && first.ok && chance(disorder.seed, 'twice', delivery.seq) < disorder.duplicates;
    if (!twice) return;
    const second = await post(state, clock, delivery);
    const done = state.deliveries.get(id);
    if (!queue.stopped && done) state.commit([state.deliveries.put(id, withAttempt(done, second.attempt))]);
  };

  const settle = (id: string, { ok, attempt: made }: { ok: boolean; attempt: DeliveryAttempt }) => {
    const current = state.deliveries.get(id);
    if (!current) return;
    const next = withAttempt(current, made);
    const gone = !state.webhooks.get(current.webhook_id);
    const waitMs = gone ? undefined : state.settings.switches.webhookRetryMs[next.attempts - 1];
    const status = ok ? 'delivered' : waitMs === undefined ? 'failed' : 'pending';
    const nextAttemptAtMs = status === 'pending' && waitMs !== undefined ? clock.nowMs() + waitMs : undefined;
    state.commit([
      state.deliveries.put(id, { ...next, status, nextAttemptAtMs }),
      ...(status === 'pending' ? [] : outdated(state)),
    ]);
  };

  const queue = createDueQueue(clock, waiting, attempt);
  return {
    wake: queue.wake,
    stop: queue.stop,
    resend: (id) => {
      const delivery = state.deliveries.get(id);
      if (!delivery) return;
      state.commit([state.deliveries.put(id, { ...delivery, status: 'pending', nextAttemptAtMs: clock.nowMs() })]);
      queue.wake();
    },
  };
}

function withAttempt(delivery: DeliveryRecord, made: DeliveryAttempt): DeliveryRecord {
  const { status: lastStatus, error: lastError } = made;
  const attempts = delivery.attempts + 1;
  return { ...delivery, attempts, lastStatus, lastError, history: [...delivery.history, made] };
}

function outdated(state: State) {
  const finished = state.deliveries.values().filter(({ status }) => status !== 'pending');
  return finished
    .slice(0, Math.max(0, finished.length - KEEP_FINISHED))
    .map((d) => state.deliveries.remove(d.delivery_id));
}
