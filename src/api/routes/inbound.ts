import { createRoute, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { callerFor } from '../channels/decide.ts';
import { giveCommand } from '../commands.ts';
import { type Api, visibleDraft } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { commandResultSchema, decideSchema } from '../schemas/index.ts';
import { verifyDelivery } from '../webhooks/verify.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const PATH = '/v1/webhooks/decisions';
const MAX_BYTES = 64 * 1024;

const draftIdSchema = z.string().min(1).max(500);
const receive = createRoute({
  operationId: 'receiveDecision',
  ...guard('public'),
  method: 'post',
  path: PATH,
  summary: 'A decision by webhook, signed with a configured key, of the person that key belongs to',
  // Read as text: the signature is over the very bytes.
  request: { body: { required: true, content: { 'text/plain': { schema: z.string() } } } },
  responses: { 200: json(commandResultSchema, 'Done; the same delivery again is answered the same.'), ...PROBLEMS },
});

/** Decisions that another program passes on for a person: signed as Standard Webhooks says. */
export function decisionWebhookRoutes(api: Api) {
  const router = newRouter();
  router.use(
    PATH,
    bodyLimit({
      maxSize: MAX_BYTES,
      onError: () => {
        throw new ApiProblem('payload_too_large', `A decision is not larger than ${MAX_BYTES} bytes.`);
      },
    }),
  );
  return router.openapi(receive, async (c) => {
    const keys = api.channels?.decisionKeys ?? [];
    if (keys.length === 0) throw new ApiProblem('not_found', 'No key for decisions by webhook is configured here.');
    const text = await c.req.text();
    const { headers } = c.req.raw;
    const known = keys.flatMap((key) => {
      const verified = verifyDelivery(text, headers, [key.secret]);
      return typeof verified === 'string' ? [] : [{ key, verified }];
    })[0];
    if (known === undefined) {
      api.log?.info({}, 'a decision by webhook was refused');
      throw new ApiProblem(
        'unauthenticated',
        'The request is not signed, or not rightly, or more than five minutes off.',
      );
    }
    const { key, verified } = known;
    const caller = callerFor(await api.store.findUser(key.person.toLowerCase()), 'webhook');
    if (caller === null) throw new ApiProblem('forbidden', `The person of the key ${key.id} may not review here.`);
    const { draftId: id, ...decision } = parse(text);
    const draftId = draftIdSchema.safeParse(id);
    const parsed = decideSchema.safeParse(decision);
    if (!parsed.success || !draftId.success) {
      const issues = [
        ...(parsed.error?.issues ?? []),
        ...(draftId.error ? [{ path: ['draftId'], message: 'is missing' }] : []),
      ];
      const fields = issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      throw new ApiProblem('invalid_request', 'The body is not a decision.', { extra: { fields } });
    }
    const { comment, decisionId: _own, ...facts } = parsed.data;
    const row = await visibleDraft(api, caller, draftId.data);
    const decisionId = `webhook-${key.id}-${verified.deliveryId}`;
    return c.json(await giveCommand(api, { name: 'decide', facts, row, caller, decisionId, comment }), 200);
  });
}

function parse(text: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiProblem('malformed_json', 'The body is not a JSON object.', { cause });
  }
}
