import { createRoute, z } from '@hono/zod-openapi';
import { takeReply } from '../channels/reply.ts';
import type { Api } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { parseEvent } from '../webhooks/events.ts';
import { takeOutcome } from '../webhooks/outcome.ts';
import { takeReceived } from '../webhooks/received.ts';
import { verifyDelivery } from '../webhooks/verify.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

/** Larger than any event; what is larger is refused before it is read. */
export const MAX_WEBHOOK_BYTES = 1024 * 1024;
export const WEBHOOK_PATH = '/v1/webhooks/agentmail';

const REFUSED = {
  headers_missing: 'The request carries no signature: svix-id, svix-timestamp and svix-signature are needed.',
  signature_wrong: 'The signature is not right for this body.',
  timestamp_off: 'The signature is older, or newer, than five minutes: send the event again.',
  replayed: 'This very delivery was taken already.',
};

const answerSchema = z.object({ received: z.literal(true) }).openapi('WebhookAnswer');
const receive = createRoute({
  operationId: 'receiveAgentMailEvent',
  ...guard('public'),
  method: 'post',
  path: WEBHOOK_PATH,
  summary: "AgentMail's webhook: signed events",
  // Read as text: the signature is over the very bytes.
  request: { body: { required: true, content: { 'text/plain': { schema: z.string() } } } },
  responses: { 200: json(answerSchema, 'Taken, or taken before, or of no concern.'), ...PROBLEMS },
});

/** Refuses what is larger than any event, and says so in the log. */
export const oversizeWebhook =
  ({ log }: Pick<Api, 'log'>) =>
  (): never => {
    log?.info({ reason: 'too_large' }, 'webhook refused');
    throw new ApiProblem('payload_too_large', `An event is not larger than ${MAX_WEBHOOK_BYTES} bytes.`);
  };

export function webhookRoutes(api: Api) {
  const refuse = (reason: keyof typeof REFUSED): never => {
    // Nothing of what it says: a stranger may have written it.
    api.log?.info({ reason }, 'webhook refused');
    throw new ApiProblem('unauthenticated', REFUSED[reason]);
  };
  return newRouter().openapi(receive, async (c) => {
    const secrets = api.webhookSecrets?.() ?? [];
    if (secrets.length === 0) throw new ApiProblem('not_found', 'No webhook is set up here.');
    const body = await c.req.text();
    const verified = verifyDelivery(body, c.req.raw.headers, secrets);
    if (typeof verified === 'string') return refuse(verified);
    const event = parseEvent(body);
    if (event === null) {
      api.log?.info({ deliveryId: verified.deliveryId }, 'webhook refused: not an event');
      throw new ApiProblem('malformed_json', 'The body is not an event of AgentMail.');
    }
    const nowMs = api.now();
    const { eventId, type } = event;
    const delivery = { eventId, type, ...verified, processedAtMs: nowMs };
    const known = await api.store.findWebhook(delivery);
    // A sender that heard no answer signs again with a later time; the same signature twice is somebody else's.
    if (known?.deliveryId === verified.deliveryId && known.signedAtMs >= verified.signedAtMs) return refuse('replayed');
    if (known === null) {
      if (event.kind === 'outcome') await takeOutcome(api, event.rows, nowMs);
      if (event.kind === 'received' && !(await takeReply(api, event.message, nowMs))) {
        await takeReceived(api, event.message, nowMs);
      }
    }
    // Only now: what was cut off is done again when the sender tries again.
    await api.store.markWebhook(delivery);
    return c.json({ received: true as const }, 200);
  });
}
