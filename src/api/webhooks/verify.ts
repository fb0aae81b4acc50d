import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/** What a signature proves: which delivery this is, and when this attempt of it was sent. */
export interface Verified {
  deliveryId: string;
  signedAtMs: number;
}

/** Why a request is not believed; none of it comes from its content. */
export type Unverified = 'headers_missing' | 'signature_wrong' | 'timestamp_off';

/**
 * Checks a delivery signed in the way of Svix: one of `secrets` (several while they are changed) signed id, time and
 * body, and the time is within five minutes of now.
 */
export function verifyDelivery(body: string, headers: Headers, secrets: readonly string[]): Verified | Unverified {
  const read = (name: string) => headers.get(`svix-${name}`) ?? headers.get(`webhook-${name}`);
  const [id, timestamp, signature] = [read('id'), read('timestamp'), read('signature')];
  if (!id || !timestamp || !signature || id.length > 255 || !/^\d{1,12}$/.test(timestamp)) return 'headers_missing';
  const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  let reason: Unverified = 'signature_wrong';
  for (const secret of secrets) {
    try {
      new Webhook(secret).verify(body, signed, { jsonParse: false });
      return { deliveryId: id, signedAtMs: Number(timestamp) * 1_000 };
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      if (/timestamp/i.test(error.message)) reason = 'timestamp_off';
    }
  }
  return reason;
}
