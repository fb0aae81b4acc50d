import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import { isWaiting } from '../../domain/operations.ts';
import { isEnd } from '../../domain/state.ts';
import type { DraftRow } from '../../store/types.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import type { Caller } from '../deps.ts';
import { refusal } from '../problems.ts';
import { draftParams, draftPauseSchema, pauseDraftSchema } from '../schemas/index.ts';
import { draftPauseView } from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const pause = createRoute({
  operationId: 'pauseDraft',
  ...guard(['reviewer', 'operator']),
  method: 'put',
  path: '/v1/drafts/{id}/pause',
  summary: 'Keep this draft from leaving',
  description: 'Its time, its review and its approvals stay as they are. It leaves once it is resumed.',
  request: { params: draftParams, body: jsonBody(pauseDraftSchema) },
  responses: { 200: json(draftPauseSchema, 'Paused. One that was paused before stays as it is.'), ...PROBLEMS },
});
const resume = createRoute({
  operationId: 'resumeDraft',
  ...guard(['operator']),
  method: 'delete',
  path: '/v1/drafts/{id}/pause',
  summary: 'End the pause of this draft',
  request: { params: draftParams },
  responses: { 200: json(draftPauseSchema, 'Resumed. It is checked again before it leaves.'), ...PROBLEMS },
});

export function draftPauseRoutes(api: Api) {
  return newRouter()
    .openapi(pause, async (c) => {
      const caller = callerOf(c);
      const row = await visibleDraft(api, caller, c.req.valid('param').id);
      const { draftId } = row;
      const status = row.projection?.status ?? 'composing';
      if (!isWaiting(status)) throw refusal(isEnd(status) ? 'already_ended' : 'locked_sending');
      const { reason } = c.req.valid('json');
      const wanted = { draftId, reason, by: caller.id, atMs: api.now(), operationId: null };
      if (await api.store.pauseDraft(wanted)) await tell(row, caller, 'paused', reason);
      const held = (await api.store.draftPausesOf([draftId])).get(draftId);
      return c.json({ draftId, paused: held ? draftPauseView(held, api.names) : null }, 200);
    })
    .openapi(resume, async (c) => {
      const caller = callerOf(c);
      const row = await visibleDraft(api, caller, c.req.valid('param').id);
      const { draftId } = row;
      const resumed = await api.store.resumeDraft(draftId, api.now());
      if (resumed) {
        await tell(row, caller, 'resumed', '');
        // One that cannot be told now is found by the watchdog.
        await api.engine.notice(draftId, 'resume').catch((error: unknown) => {
          api.log?.error({ err: error, draftId }, 'a draft could not be told of its resume');
        });
      }
      return c.json({ draftId, paused: null }, 200);
    });

  async function tell(row: DraftRow, caller: Caller, type: 'paused' | 'resumed', reason: string): Promise<void> {
    const { draftId, projection } = row;
    const commentRef = reason === '' ? undefined : await api.store.putDocument(draftId, reason);
    const entry = { origin: `desk:${randomUUID()}`, sequence: 0, type, atMs: api.now(), actorId: caller.id };
    const place = { commandId: null, revision: projection?.revision ?? 0, digest: projection?.digest ?? null };
    await api.store.record(draftId, [{ ...entry, ...place, data: { ...(commentRef && { commentRef }) } }], null);
  }
}
