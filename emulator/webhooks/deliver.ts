import { Webhook } from 'standardwebhooks';
import type { DeliveryRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';

const TIMEOUT_MS = 10_000;
/** Finished deliveries kept for inspection. */
const KEEP_FINISHED = 500;

export interface Deliverer {
  /** Takes up every pending delivery that is not yet under way. */
  wake(): void;
  stop(): void;
}

/** Delivers signed events, at least once each and always under the same id, until a 2xx or the last retry. */
export function createDeliverer(state: State): Deliverer {
  const underWay = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  const later = (delayMs: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timer.unref();
    timers.add(timer);
  };

  const attempt = async (id: string): Promise<void> => {
    const delivery = state.deliveries.get(id);
    if (stopped || !delivery) return void underWay.delete(id);
    const outcome = await post(state, delivery);
    // A reset may have emptied the state while the receiver took its time.
    if (stopped || !state.deliveries.get(id)) return void underWay.delete(id);
    const attempts = delivery.attempts + 1;
    const waitMs = state.settings.switches.webhookRetryMs[attempts - 1];
    const status = outcome.ok ? 'delivered' : waitMs === undefined ? 'failed' : 'pending';
    const { lastStatus, lastError } = outcome;
    state.commit([
      state.deliveries.put(id, { ...delivery, attempts, status, lastStatus, lastError }),
      ...(status === 'pending' ? [] : outdated(state)),
    ]);
    if (status === 'pending' && waitMs !== undefined) later(waitMs, () => void attempt(id));
    else underWay.delete(id);
  };

  return {
    wake: () => {
      const pending = state.deliveries.values().filter(({ status }) => status === 'pending');
      for (const { delivery_id: id } of pending) {
        if (underWay.has(id)) continue;
        underWay.add(id);
        // Not at once: the answer to the request that caused the event goes first.
        later(0, () => void attempt(id));
      }
    },
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

interface Outcome {
  ok: boolean;
  lastStatus?: number;
  lastError?: string;
}

async function post(state: State, delivery: DeliveryRecord): Promise<Outcome> {
  const webhook = state.webhooks.get(delivery.webhook_id);
  if (!webhook) return { ok: false, lastError: 'the webhook was deleted' };
  // Receivers check the timestamp against their own clock, so it is real time, not the emulator's.
  const timestamp = new Date();
  const headers = {
    ...webhook.headers,
    'content-type': 'application/json',
    'svix-id': delivery.delivery_id,
    'svix-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
    'svix-signature': new Webhook(webhook.secret).sign(delivery.delivery_id, timestamp, delivery.body),
  };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(webhook.url, { method: 'POST', headers, body: delivery.body, signal });
    await response.arrayBuffer();
    return { ok: response.ok, lastStatus: response.status };
  } catch (error) {
    return { ok: false, lastError: error instanceof Error ? error.message : String(error) };
  }
}

function outdated(state: State) {
  const finished = state.deliveries.values().filter(({ status }) => status !== 'pending');
  return finished
    .slice(0, Math.max(0, finished.length - KEEP_FINISHED))
    .map((d) => state.deliveries.remove(d.delivery_id));
}
