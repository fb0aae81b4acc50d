import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { z } from 'zod';
import type { Role } from '../../domain/actor.ts';
import { type CommandFacts, giveCommand } from '../commands.ts';
import { applyChanges, storeBlobs } from '../contents.ts';
import { type Api, callerOf, currentState, visibleDraft } from '../context.ts';
import type { ApiEnv } from '../deps.ts';
import { ApiProblem, refusal } from '../problems.ts';
import {
  commandResultSchema,
  decideSchema,
  draftParams,
  editSchema,
  endSchema,
  idempotencyHeader,
  type ParsedEdit,
  recomposeSchema,
  rescheduleSchema,
  resolveSchema,
  revokeSchema,
} from '../schemas/index.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const common = (access: readonly Role[], summary: string) => ({
  ...guard(access),
  method: 'post' as const,
  summary,
  responses: { 200: json(commandResultSchema, 'Done; the state right after it.'), ...PROBLEMS },
});
const request = <B extends z.ZodType>(body: B) => ({
  params: draftParams,
  headers: idempotencyHeader,
  body: jsonBody(body),
});

// Agents are let in where the answer should say why not: the permission table refuses them by its own code.
const PEOPLE_AND_AGENTS: readonly Role[] = ['agent', 'reviewer', 'operator'];
const decide = createRoute({
  operationId: 'decide',
  ...common(PEOPLE_AND_AGENTS, 'Approve, reject or ask for changes'),
  path: '/v1/drafts/{id}/decisions',
  request: request(decideSchema),
});
const revoke = createRoute({
  operationId: 'revokeApproval',
  ...common(['reviewer', 'operator'], 'Take an approval back before the send'),
  path: '/v1/drafts/{id}/revoke',
  request: request(revokeSchema),
});
const edit = createRoute({
  operationId: 'editDraft',
  ...common(['reviewer'], 'Write a new revision as a reviewer'),
  path: '/v1/drafts/{id}/edit',
  request: request(editSchema),
});
const revise = createRoute({
  operationId: 'reviseDraft',
  ...common(['agent'], 'Write a new revision as the agent that asked'),
  path: '/v1/drafts/{id}/revisions',
  request: request(editSchema),
});
const reschedule = createRoute({
  operationId: 'rescheduleDraft',
  ...common(PEOPLE_AND_AGENTS, 'Change when it may leave'),
  path: '/v1/drafts/{id}/reschedule',
  request: request(rescheduleSchema),
});
const recompose = createRoute({
  operationId: 'recomposeDraft',
  ...common(['reviewer', 'operator'], 'Compose it anew from its inputs'),
  path: '/v1/drafts/{id}/recompose',
  description: 'By its recipe as it is now. Not over what is approved, nor over what somebody wrote by hand.',
  request: request(recomposeSchema),
});
const recheck = createRoute({
  operationId: 'recheckDraft',
  ...common(['reviewer', 'operator'], 'Ask policy and checks again'),
  path: '/v1/drafts/{id}/recheck',
  request: request(endSchema),
});
const withdraw = createRoute({
  operationId: 'withdrawDraft',
  ...common(['agent', 'operator'], 'Take the draft back'),
  path: '/v1/drafts/{id}/withdraw',
  request: request(endSchema),
});
const cancel = createRoute({
  operationId: 'cancelDraft',
  ...common(['operator'], 'End the draft as an operator'),
  path: '/v1/drafts/{id}/cancel',
  request: request(endSchema),
});
const resolve = createRoute({
  operationId: 'resolveOutcome',
  ...common(['reviewer', 'operator'], 'Settle an unknown outcome'),
  path: '/v1/drafts/{id}/resolve',
  request: request(resolveSchema),
});

export function commandRoutes(api: Api) {
  return newRouter()
    .openapi(decide, async (c) => {
      const { comment, decisionId, ...facts } = c.req.valid('json');
      return c.json(await give(c, { name: 'decide', facts }, { comment, decisionId }), 200);
    })
    .openapi(revoke, async (c) => {
      const { comment, decisionId, ...facts } = c.req.valid('json');
      return c.json(await give(c, { name: 'revoke', facts }, { comment, decisionId }), 200);
    })
    .openapi(edit, async (c) => {
      const { facts, body } = await newRevision(c, c.req.valid('json'));
      return c.json(await give(c, { name: 'edit', facts }, body), 200);
    })
    .openapi(revise, async (c) => {
      const { facts, body } = await newRevision(c, c.req.valid('json'));
      return c.json(await give(c, { name: 'revise', facts }, body), 200);
    })
    .openapi(reschedule, async (c) => {
      const { comment, decisionId, ...facts } = c.req.valid('json');
      return c.json(await give(c, { name: 'reschedule', facts }, { comment, decisionId }), 200);
    })
    .openapi(recompose, async (c) => {
      const { comment, decisionId, ...facts } = c.req.valid('json');
      return c.json(await give(c, { name: 'recompose', facts }, { comment, decisionId }), 200);
    })
    .openapi(recheck, async (c) => c.json(await give(c, { name: 'recheck', facts: {} }, c.req.valid('json')), 200))
    .openapi(withdraw, async (c) => c.json(await give(c, { name: 'withdraw', facts: {} }, c.req.valid('json')), 200))
    .openapi(cancel, async (c) => c.json(await give(c, { name: 'cancel', facts: {} }, c.req.valid('json')), 200))
    .openapi(resolve, async (c) => {
      const { comment, decisionId, ...facts } = c.req.valid('json');
      return c.json(await give(c, { name: 'resolve', facts }, { comment, decisionId }), 200);
    });

  async function give(
    c: Context<ApiEnv>,
    command: CommandFacts,
    { comment, decisionId }: { comment?: string; decisionId?: string },
  ) {
    const caller = callerOf(c);
    const row = await visibleDraft(api, caller, idOf(c));
    return giveCommand(api, { ...command, row, caller, comment, decisionId: decisionIdOf(c, decisionId) });
  }

  /** Stores the content of the revision asked for; the command carries its reference. */
  async function newRevision(c: Context<ApiEnv>, { baseRevision, content, comment, decisionId }: ParsedEdit) {
    const row = await visibleDraft(api, callerOf(c), idOf(c));
    const base = await api.store.getRevision(row.draftId, baseRevision);
    if (base === null) throw refusal('stale_revision', { current: await currentState(api, row.draftId) });
    const prepared = applyChanges(base.content, content);
    await storeBlobs(api.store, prepared.blobs);
    const contentRef = await api.store.putDocument(row.draftId, prepared.content);
    return { facts: { baseRevision, contentRef }, body: { comment, decisionId } };
  }
}

const idOf = (c: Context<ApiEnv>) => draftParams.parse(c.req.param()).id;

/** The header and the body field are the same thing; naming two different ids is a mistake. */
function decisionIdOf(c: Context<ApiEnv>, inBody: string | undefined): string | undefined {
  const header = c.req.header('Idempotency-Key');
  if (inBody === undefined || header === undefined || inBody === header) return inBody ?? header;
  const message = 'differs from the Idempotency-Key header; send one of them';
  const fields = [{ path: 'decisionId', message }];
  throw new ApiProblem('invalid_request', `decisionId: ${message}`, { extra: { fields } });
}
