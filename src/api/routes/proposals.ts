import { createRoute } from '@hono/zod-openapi';
import { ORGANIZATION } from '../../domain/suppression.ts';
import type { SuppressionProposal } from '../../store/types.ts';
import { type Api, callerOf } from '../context.ts';
import { ApiProblem, refusal } from '../problems.ts';
import { keepSuppression, tellDraftsSoon } from '../recipients.ts';
import {
  listProposalsQuery,
  type ProposalView,
  proposalListSchema,
  proposalParams,
  proposalSchema,
} from '../schemas/index.ts';
import { iso, type Names } from '../views.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;
const list = createRoute({
  operationId: 'listSuppressionProposals',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/suppression-proposals',
  summary: 'Received messages that ask to get no more mail',
  request: { query: listProposalsQuery },
  responses: { 200: json(proposalListSchema, 'A page, newest first.'), ...PROBLEMS },
});
const decision = {
  ...guard(PEOPLE),
  method: 'post' as const,
  request: { params: proposalParams },
  responses: { 200: json(proposalSchema, 'Decided.'), ...PROBLEMS },
};
const accept = createRoute({
  operationId: 'acceptSuppressionProposal',
  ...decision,
  path: '/v1/suppression-proposals/{proposal}/accept',
  summary: 'Suppress who asked for it',
});
const dismiss = createRoute({
  operationId: 'dismissSuppressionProposal',
  ...decision,
  path: '/v1/suppression-proposals/{proposal}/dismiss',
  summary: 'It was not meant so',
});

export function proposalRoutes(api: Api) {
  async function decide(proposalId: string, by: string, status: 'accepted' | 'dismissed'): Promise<ProposalView> {
    const proposal = await api.store.getProposal(proposalId);
    if (proposal === null) throw new ApiProblem('not_found', 'There is no such proposal.');
    const atMs = api.now();
    // Kept first: a decision that is recorded has taken effect. Until then it may be given again.
    if (proposal.status === 'open' && status === 'accepted') await suppressSender(proposal, by, atMs);
    const decided = await api.store.decideProposal(proposalId, { status, by, atMs });
    tellDraftsSoon(api, proposal.address, ORGANIZATION);
    if (decided?.status !== status) throw refusal('already_decided');
    return proposalView(decided, api.names);
  }

  async function suppressSender({ address: entry, proposalId }: SuppressionProposal, by: string, atMs: number) {
    const origin = { source: `proposal:${proposalId}`, createdBy: by, createdAtMs: atMs };
    const reason = 'unsubscribed' as const;
    await keepSuppression(api, { entry, scope: ORGANIZATION, reason, note: null, ...origin, expiresAtMs: null });
  }

  return newRouter()
    .openapi(list, async (c) => {
      const { items, nextCursor } = await api.store.listProposals(c.req.valid('query'));
      return c.json({ items: items.map((item) => proposalView(item, api.names)), nextCursor }, 200);
    })
    .openapi(accept, async (c) => {
      return c.json(await decide(c.req.valid('param').proposal, callerOf(c).id, 'accepted'), 200);
    })
    .openapi(dismiss, async (c) => {
      return c.json(await decide(c.req.valid('param').proposal, callerOf(c).id, 'dismissed'), 200);
    });
}

function proposalView(proposal: SuppressionProposal, names: Names): ProposalView {
  const { proposalId: id, inboxId: inbox, createdAtMs, decidedBy, decidedAtMs, ...rest } = proposal;
  return {
    ...{ id, inbox, ...rest },
    createdAt: iso(createdAtMs),
    decidedBy: decidedBy === null ? null : names(decidedBy),
    decidedAt: decidedAtMs === null ? null : iso(decidedAtMs),
  };
}
