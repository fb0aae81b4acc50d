import { Webhook } from 'standardwebhooks';
import type { EmulatorClock } from '../clock.ts';
import type { DeliveryAttempt, DeliveryRecord } from '../state/records.ts';
import type { State } from '../state/state.ts';

const TIMEOUT_MS = 10_000;

/** One signed request; `ok` when the receiver answered 2xx in time. */
export async function post(
  state: State,
  clock: EmulatorClock,
  delivery: DeliveryRecord,
): Promise<{ ok: boolean; attempt: DeliveryAttempt }> {
  const at = clock.nowIso();
  const webhook = state.webhooks.get(delivery.webhook_id);
  if (!webhook) return { ok: false, attempt: { at, error: 'the webhook was deleted' } };
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
    return { ok: response.ok, attempt: { at, status: response.status } };
  } catch (error) {
    return { ok: false, attempt: { at, error: error instanceof Error ? error.message : String(error) } };
  }
}
