import { createRoute } from '@hono/zod-openapi';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { draftParams, sendEvidenceSchema } from '../schemas/index.ts';
import { sendEvidence } from '../send-evidence.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const evidence = createRoute({
  operationId: 'getSendEvidence',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/drafts/{id}/send-evidence',
  summary: 'What is known about a send: what was asked, what AgentMail answered, what the mailbox shows',
  description: 'For whoever settles an unknown outcome. The mailbox is looked at now.',
  request: { params: draftParams },
  responses: { 200: json(sendEvidenceSchema, 'The evidence.'), ...PROBLEMS },
});

export function sendEvidenceRoutes(api: Api) {
  return newRouter().openapi(evidence, async (c) => {
    const row = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
    return c.json(await sendEvidence(api, row), 200);
  });
}
