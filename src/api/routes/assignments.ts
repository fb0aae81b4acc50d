import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import type { Assignment } from '../../store/types.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { assertReviewer, reviewersOf } from '../reviewers.ts';
import { assigneeSchema, assignSchema, claimSchema, draftParams, peopleSchema } from '../schemas/index.ts';
import { assignmentView } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

/** A claim that nobody renews ends: whoever closed the page does not keep the draft. */
const LEASE_MS = 15 * 60_000;

const claim = createRoute({
  operationId: 'claimDraft',
  ...guard(['reviewer']),
  method: 'post',
  path: '/v1/drafts/{id}/claim',
  summary: 'Take a draft for the next 15 minutes, or renew that',
  description: 'A claim tells others; it keeps nobody from deciding.',
  request: { params: draftParams, body: jsonBody(claimSchema) },
  responses: { 200: json(assigneeSchema, 'Who has it now.'), ...PROBLEMS },
});
const release = createRoute({
  operationId: 'releaseDraft',
  ...guard(['reviewer', 'operator']),
  method: 'delete',
  path: '/v1/drafts/{id}/claim',
  summary: 'Let go of a draft, or take it from whoever has it',
  request: { params: draftParams },
  responses: { 200: json(assigneeSchema, 'Nobody has it.'), ...PROBLEMS },
});
const assign = createRoute({
  operationId: 'assignDraft',
  ...guard(['reviewer', 'operator']),
  method: 'put',
  path: '/v1/drafts/{id}/assignee',
  summary: 'Hand a draft to a person',
  request: { params: draftParams, body: jsonBody(assignSchema) },
  responses: { 200: json(assigneeSchema, 'It is theirs until somebody changes that.'), ...PROBLEMS },
});
const people = createRoute({
  operationId: 'listReviewers',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/reviewers',
  summary: 'People a draft can be handed to',
  responses: { 200: json(peopleSchema, 'By name.'), ...PROBLEMS },
});

export function assignmentRoutes(api: Api) {
  return newRouter()
    .openapi(claim, async (c) => {
      const { id: personId } = callerOf(c);
      const { draftId } = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
      const { takeOver } = c.req.valid('json');
      const nowMs = api.now();
      const held = (await api.store.assignmentsOf([draftId], nowMs)).get(draftId);
      // What was handed over for good does not become a claim by being opened.
      const mine = held?.personId === personId && held.leaseUntilMs === null;
      if (mine) return c.json({ draftId, assignee: assignmentView(held, api.names) }, 200);
      const wanted = { draftId, personId, assignedBy: personId, atMs: nowMs, leaseUntilMs: nowMs + LEASE_MS };
      const { before, now } = await api.store.assign(wanted, { onlyIfFree: !takeOver });
      if (now.personId === personId && before?.personId !== personId) await tell('assigned', personId, now);
      return c.json({ draftId, assignee: assignmentView(now, api.names) }, 200);
    })
    .openapi(release, async (c) => {
      const caller = callerOf(c);
      const { draftId } = await visibleDraft(api, caller, c.req.valid('param').id);
      const released = await api.store.release(draftId);
      if (released !== null) await tell('released', caller.id, released);
      return c.json({ draftId, assignee: null }, 200);
    })
    .openapi(assign, async (c) => {
      const caller = callerOf(c);
      const { draftId } = await visibleDraft(api, caller, c.req.valid('param').id);
      const { person } = c.req.valid('json');
      await assertReviewer(api, person);
      const wanted = { draftId, personId: person, assignedBy: caller.id, atMs: api.now(), leaseUntilMs: null };
      const { now } = await api.store.assign(wanted, { onlyIfFree: false });
      await tell('assigned', caller.id, now);
      return c.json({ draftId, assignee: assignmentView(now, api.names) }, 200);
    })
    .openapi(people, async (c) => c.json({ items: await reviewersOf(api) }, 200));

  /** On the draft's record, which is also how every open desk learns of it. */
  async function tell(type: 'assigned' | 'released', actorId: string, assignment: Assignment): Promise<void> {
    const { draftId, personId, leaseUntilMs } = assignment;
    const row = await api.store.getDraft(draftId);
    const data = { person: personId, ...(type === 'assigned' && leaseUntilMs !== null && { untilMs: leaseUntilMs }) };
    const place = { revision: row?.projection?.revision ?? 0, digest: row?.projection?.digest ?? null };
    const entry = { origin: `desk:${randomUUID()}`, sequence: 0, commandId: null, atMs: api.now() };
    await api.store.record(draftId, [{ ...entry, ...place, type, actorId, data }], null);
  }
}
