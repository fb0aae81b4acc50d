import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { commandIdFor } from '../../domain/ids.ts';
import type { RevisionRecord } from '../../store/types.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import {
  addCommentSchema,
  addLookSchema,
  commentAddedSchema,
  draftParams,
  idempotencyHeader,
  lastLookSchema,
} from '../schemas/index.ts';
import { iso } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const PEOPLE = ['reviewer', 'operator'] as const;

const comment = createRoute({
  operationId: 'commentOnDraft',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/drafts/{id}/comments',
  summary: 'Say something about a draft without deciding',
  description: 'It is on the record of the draft, which its agent can read, too.',
  request: { params: draftParams, headers: idempotencyHeader, body: jsonBody(addCommentSchema) },
  responses: { 201: json(commentAddedSchema, 'Written.'), ...PROBLEMS },
});
const lastLook = createRoute({
  operationId: 'getLastLook',
  ...guard(PEOPLE),
  method: 'get',
  path: '/v1/drafts/{id}/looks',
  summary: 'What the caller last had on screen of a draft',
  request: { params: draftParams },
  responses: { 200: json(lastLookSchema, 'Null: nothing yet.'), ...PROBLEMS },
});
const look = createRoute({
  operationId: 'noteLook',
  ...guard(PEOPLE),
  method: 'post',
  path: '/v1/drafts/{id}/looks',
  summary: 'Note what the caller has on screen now',
  request: { params: draftParams, body: jsonBody(addLookSchema) },
  responses: { 204: { description: 'Noted.' }, ...PROBLEMS },
});

export function commentRoutes(api: Api) {
  return newRouter()
    .openapi(comment, async (c) => {
      const caller = callerOf(c);
      const { draftId, projection } = await visibleDraft(api, caller, c.req.valid('param').id);
      const body = c.req.valid('json');
      const commentId = body.commentId ?? c.req.valid('header')['idempotency-key'] ?? randomUUID();
      const origin = `desk:${commandIdFor(caller.id, commentId)}`;
      const commentRef = await api.store.putDocument(draftId, body.comment);
      const known = (await api.store.listEvents(draftId)).find((event) => event.origin === origin);
      if (known && known.data.commentRef !== commentRef) {
        throw new ApiProblem(
          'idempotency_conflict',
          'This id was used for another comment. Give every comment its own.',
        );
      }
      const place = { revision: projection?.revision ?? 0, digest: projection?.digest ?? null };
      const entry = { origin, sequence: 0, type: 'commented' as const, atMs: api.now(), commandId: null };
      if (!known)
        await api.store.record(draftId, [{ ...entry, ...place, actorId: caller.id, data: { commentRef } }], null);
      return c.json({ draftId, commentId }, 201);
    })
    .openapi(lastLook, async (c) => {
      const caller = callerOf(c);
      const { draftId } = await visibleDraft(api, caller, c.req.valid('param').id);
      const found = await api.store.lastLook(caller.id, draftId);
      if (found === null) return c.json({ look: null }, 200);
      const { revision, eventId, messageId, policy, openedAtMs, seenAtMs } = found;
      const times = { openedAt: iso(openedAtMs), seenAt: iso(seenAtMs) };
      return c.json({ look: { revision, eventId, messageId, policy, ...times } }, 200);
    })
    .openapi(look, async (c) => {
      const caller = callerOf(c);
      const { draftId } = await visibleDraft(api, caller, c.req.valid('param').id);
      const { revision, eventId = null, messageId = null, policy = null } = c.req.valid('json');
      const record = await api.store.getRevision(draftId, revision);
      if (record === null) throw new ApiProblem('not_found', `The draft has no revision ${revision}.`);
      const at = { openedAtMs: api.now(), seenAtMs: api.now() };
      const words = wordsOf(record);
      await api.store.look({ personId: caller.id, draftId, revision, words, eventId, messageId, policy, ...at });
      return c.body(null, 204);
    });
}

/** Every revision has a text; the HTML says the same. */
const wordsOf = ({ content }: RevisionRecord) => content.text.split(/\s+/).filter((word) => word !== '').length;
