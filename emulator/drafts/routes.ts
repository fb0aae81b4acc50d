import { Hono } from 'hono';
import { attachmentResponse } from '../attachments/links.ts';
import type { Core } from '../core.ts';
import { readJson } from '../http/body.ts';
import { type ApiEnv, callerOf, checkPermission, originOf, requirePermission, seesInbox } from '../http/context.ts';
import { commonFilters, passesFilters } from '../http/query.ts';
import { idempotencyOf } from '../messages/idempotency.ts';
import { sendDraft } from '../messages/send-draft.ts';
import { paginate, parsePageRequest } from '../paging.ts';
import type { DraftRecord } from '../state/records.ts';
import { createDraftBody, sendDraftBody, updateDraftBody } from './body.ts';
import { createDraft, deleteDraft, readableDrafts, requireDraft, updateDraft } from './drafts.ts';
import { draftItemView, draftView } from './view.ts';

const byUpdate = { key: (draft: DraftRecord) => draft.updated_at, seq: (draft: DraftRecord) => draft.seq };

function listDrafts(drafts: DraftRecord[], query: URLSearchParams) {
  const filters = commonFilters(query);
  const kept = drafts.filter((draft) => passesFilters(filters, draft.labels, draft.updated_at));
  const page = paginate(kept, parsePageRequest(query, filters.ascending), byUpdate);
  return { ...page.envelope, drafts: page.rows.map(draftItemView) };
}

/** Mounted under /v0/inboxes/:inbox_id/drafts; the inbox is known to exist there. */
export function inboxDraftRoutes(core: Core) {
  const app = new Hono<ApiEnv>();
  app.get('/', requirePermission('draft_read'), (c) => {
    const drafts = readableDrafts(core).filter((draft) => draft.inbox_id === c.get('inboxId'));
    return c.json(listDrafts(drafts, new URL(c.req.url).searchParams));
  });
  app.post('/', requirePermission('draft_create'), async (c) => {
    const body = await readJson(c, createDraftBody);
    // Answering or forwarding shows parts of the message, so the key must be allowed to read it.
    if (body.in_reply_to || body.forward_of) checkPermission(c, 'message_read');
    return c.json(draftView(await createDraft(core, c.get('inboxId'), body)));
  });
  app.get('/:draft_id', requirePermission('draft_read'), (c) =>
    c.json(draftView(requireDraft(core, c.get('inboxId'), c.req.param('draft_id'), true))),
  );
  app.patch('/:draft_id', requirePermission('draft_update'), async (c) => {
    const body = await readJson(c, updateDraftBody);
    return c.json(draftView(await updateDraft(core, c.get('inboxId'), c.req.param('draft_id'), body)));
  });
  app.delete('/:draft_id', requirePermission('draft_delete'), (c) => {
    deleteDraft(core, c.get('inboxId'), c.req.param('draft_id'));
    return c.body(null, 204);
  });
  app.post('/:draft_id/send', requirePermission('draft_send'), async (c) => {
    const body = await readJson(c, sendDraftBody);
    const target = { inboxId: c.get('inboxId'), draftId: c.req.param('draft_id') };
    const idempotency = idempotencyOf(c, { ...target, ...body });
    return c.json(await sendDraft(core, { ...target, labels: body, idempotency, caller: callerOf(c) }));
  });
  app.get('/:draft_id/attachments/:attachment_id', requirePermission('draft_read'), (c) => {
    const draft = requireDraft(core, c.get('inboxId'), c.req.param('draft_id'), true);
    return c.json(attachmentResponse(core, originOf(c), draft.attachments ?? [], c.req.param('attachment_id')));
  });
  return app;
}

/** Mounted under /v0/drafts: all inboxes the key may see. */
export function orgDraftRoutes(core: Core) {
  const app = new Hono<ApiEnv>();
  app.get('/', requirePermission('draft_read'), (c) => {
    const drafts = readableDrafts(core).filter((draft) => seesInbox(c, draft.inbox_id));
    return c.json(listDrafts(drafts, new URL(c.req.url).searchParams));
  });
  app.get('/:draft_id', requirePermission('draft_read'), (c) =>
    c.json(draftView(requireDraft(core, callerOf(c).inboxId, c.req.param('draft_id'), true))),
  );
  app.get('/:draft_id/attachments/:attachment_id', requirePermission('draft_read'), (c) => {
    const draft = requireDraft(core, callerOf(c).inboxId, c.req.param('draft_id'), true);
    return c.json(attachmentResponse(core, originOf(c), draft.attachments ?? [], c.req.param('attachment_id')));
  });
  return app;
}
