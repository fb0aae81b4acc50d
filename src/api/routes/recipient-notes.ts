import { createRoute } from '@hono/zod-openapi';
import { EVERYTHING } from '../../domain/opt-out.ts';
import { normalizeAddress } from '../../domain/suppression.ts';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { draftParams, recipientNotesQuery, recipientNotesSchema } from '../schemas/index.ts';
import { iso } from '../views.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const notes = createRoute({
  operationId: 'getRecipientNotes',
  ...guard(['reviewer', 'operator']),
  method: 'get',
  path: '/v1/drafts/{id}/recipient-notes',
  summary: 'Which of these addresses this draft must not, or had better not, be sent to',
  request: { params: draftParams, query: recipientNotesQuery },
  responses: { 200: json(recipientNotesSchema, 'Only addresses of which there is something to say.'), ...PROBLEMS },
});

export function recipientNoteRoutes(api: Api) {
  return newRouter().openapi(notes, async (c) => {
    const { inboxId, category } = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
    const asked = c.req.valid('query').addresses.map((address) => normalizeAddress(address));
    const addresses = [...new Set(asked.filter((address) => address !== null))];
    const [suppressed, stopsAsked, preferences] = await Promise.all([
      api.store.suppressedAmong(addresses, { inboxId, nowMs: api.now() }),
      api.store.stopsAskedAmong(addresses),
      api.store.preferencesOf(addresses),
    ]);
    const items = addresses.flatMap((address) => {
      const match = suppressed.find((found) => found.address === address);
      const known = preferences.find((found) => found.address === address);
      const optedOut = known?.optedOut.some((name) => name === EVERYTHING || name === category) ?? false;
      const quiet = known && known.quietFrom !== null && known.quietTo !== null;
      const quietHours = quiet ? { from: known.quietFrom ?? '', to: known.quietTo ?? '' } : null;
      const suppression = match ? { entry: match.entry, scope: match.scope, reason: match.reason } : null;
      const stop = stopsAsked.find((found) => found.address === address);
      const stopAsked = stop ? { proposalId: stop.proposalId, at: iso(stop.createdAtMs) } : null;
      const timeZone = known?.timeZone ?? null;
      if (suppression === null && stopAsked === null && !optedOut && quietHours === null && timeZone === null)
        return [];
      return [{ address, suppression, stopAsked, optedOut, quietHours, timeZone }];
    });
    return c.json({ items }, 200);
  });
}
