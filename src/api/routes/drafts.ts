import { createRoute } from '@hono/zod-openapi';
import { allRecipients } from '../../domain/content.ts';
import { isEnd } from '../../domain/state.ts';
import type { DraftRow } from '../../store/types.ts';
import { type Api, asides, callerOf, liveView, visibleDraft, visibleOnly } from '../context.ts';
import { createDraft } from '../creation.ts';
import type { Caller } from '../deps.ts';
import { needsOf, wantedDrafts, whoseDrafts } from '../draft-query.ts';
import { reasonInFull } from '../failures.ts';
import { foundOf } from '../found.ts';
import { waitForEnd } from '../outcome.ts';
import { draftNotFound } from '../problems.ts';
import { rejectionOf } from '../rejection.ts';
import {
  countDraftsQuery,
  createDraftSchema,
  type Draft,
  type DraftCounts,
  draftCountsSchema,
  draftListSchema,
  draftParams,
  draftSchema,
  idempotencyHeader,
  listDraftsQuery,
  type OperationFilter,
  outcomeQuery,
  outcomeSchema,
  threadSchema,
} from '../schemas/index.ts';
import {
  actionsOf,
  approvalRefusal,
  approvalsView,
  iso,
  isoOrNull,
  liveSummary,
  revisionView,
  routingView,
  summaryView,
} from '../views.ts';
import { guard, json, jsonBody, newRouter, PROBLEMS } from './shared.ts';

const create = createRoute({
  operationId: 'createDraft',
  ...guard(['agent']),
  method: 'post',
  path: '/v1/drafts',
  summary: 'Ask for an email',
  description: 'Give exactly one of content, recipe and adopt. Idempotent by the Idempotency-Key header or requestId.',
  request: { headers: idempotencyHeader, body: jsonBody(createDraftSchema) },
  responses: {
    200: json(draftSchema, 'The draft this request id already made.'),
    201: json(draftSchema, 'The new draft.'),
    ...PROBLEMS,
  },
});
const list = createRoute({
  operationId: 'listDrafts',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts',
  summary: 'List drafts',
  request: { query: listDraftsQuery },
  responses: { 200: json(draftListSchema, 'A page; agents get their own drafts only.'), ...PROBLEMS },
});
const counts = createRoute({
  operationId: 'countDrafts',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/counts',
  summary: 'Count drafts by status',
  request: { query: countDraftsQuery },
  responses: { 200: json(draftCountsSchema, 'Statuses without drafts are left out.'), ...PROBLEMS },
});
const get = createRoute({
  operationId: 'getDraft',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}',
  summary: 'One draft with its current revision',
  request: { params: draftParams },
  responses: { 200: json(draftSchema, 'The draft.'), ...PROBLEMS },
});
const outcome = createRoute({
  operationId: 'getOutcome',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/outcome',
  summary: 'How a draft ended; waits for it',
  request: { params: draftParams, query: outcomeQuery },
  responses: { 200: json(outcomeSchema, 'The outcome, or `ended: false` after the wait.'), ...PROBLEMS },
});
const thread = createRoute({
  operationId: 'getThread',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/thread',
  summary: 'The messages a reply answers',
  request: { params: draftParams },
  responses: { 200: json(threadSchema, 'Oldest first; empty for an email that is no reply.'), ...PROBLEMS },
});

export function draftRoutes(api: Api) {
  /** What is asked for, within what the caller may see. */
  function wanted(caller: Caller, { assignee, needsMe, ...asked }: OperationFilter & { needsMe?: true }) {
    const nowMs = api.now();
    const needs = needsMe ? needsOf(caller) : undefined;
    return {
      ...wantedDrafts(asked, nowMs),
      ...visibleOnly(caller, asked.createdBy),
      assignee: whoseDrafts(assignee, caller.id, nowMs),
      ...(needs === null ? { statuses: [] } : { needs }),
    };
  }
  return newRouter()
    .openapi(create, async (c) => {
      const caller = callerOf(c);
      const made = await createDraft(api, caller, c.req.valid('json'), c.req.valid('header')['idempotency-key']);
      const row = await visibleDraft(api, caller, made.draftId);
      const draft = await detail(api, caller, row);
      c.header('Location', `/v1/drafts/${encodeURIComponent(made.draftId)}`);
      return made.created ? c.json(draft, 201) : c.json(draft, 200);
    })
    .openapi(list, async (c) => {
      const { order, limit, cursor, ...asked } = c.req.valid('query');
      const { items, nextCursor } = await api.store.listDrafts({
        ...wanted(callerOf(c), asked),
        ...{ order, limit, cursor },
      });
      const ids = items.map(({ draftId }) => draftId);
      const asideOf = await asides(api, ids);
      const views = items.map((row) => summaryView(row, api.names, asideOf(row.draftId)));
      return c.json({ items: views, nextCursor }, 200);
    })
    .openapi(counts, async (c) => {
      const stored = await api.store.countDrafts(wanted(callerOf(c), c.req.valid('query')));
      const total = Object.values(stored).reduce((sum, count) => sum + count, 0);
      const answer: DraftCounts = { counts: stored, total };
      return c.json(answer, 200);
    })
    .openapi(get, async (c) => {
      const caller = callerOf(c);
      const row = await visibleDraft(api, caller, c.req.valid('param').id);
      return c.json(await detail(api, caller, row), 200);
    })
    .openapi(outcome, async (c) => {
      const caller = callerOf(c);
      const { id } = c.req.valid('param');
      await visibleDraft(api, caller, id);
      // HEAD runs this too; nobody waits for a body it throws away.
      const waitMs = c.req.method === 'HEAD' ? 0 : c.req.valid('query').waitMs;
      const row = await waitForEnd(api.store, id, waitMs, c.req.raw.signal);
      if (row === null) throw draftNotFound(id);
      const { status, reason, revision, digest, messageId, threadId } = summaryView(row, api.names);
      const rejection = await rejectionOf(api.store, id, status);
      const ended = isEnd(status);
      return c.json({ draftId: id, ended, status, reason, revision, digest, rejection, messageId, threadId }, 200);
    })
    .openapi(thread, async (c) => {
      const row = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
      return c.json({ messages: await threadOf(api, row) }, 200);
    });
}

async function detail(api: Api, caller: Caller, row: DraftRow): Promise<Draft> {
  const view = await liveView(api, row);
  const asideOf = await asides(api, [row.draftId]);
  const routing = (await api.store.routingsOf([row.draftId])).get(row.draftId);
  const summary = liveSummary(row, view, api.names, asideOf(row.draftId));
  const cannotApprove = approvalRefusal(view, caller, row.creator);
  const actions = actionsOf(summary, caller, row.creator, view);
  const current = summary.revision === 0 ? null : await api.store.getRevision(row.draftId, summary.revision);
  const ui = api.temporalUiUrl;
  const workflow = `namespaces/${encodeURIComponent(api.namespace)}/workflows/${encodeURIComponent(row.draftId)}`;
  return {
    ...summary,
    reason: await reasonInFull(api.store, row.draftId, summary.reason),
    // The row may be older than the engine's answer; the revision it names is the mail.
    ...(current && {
      subject: current.content.subject,
      recipients: allRecipients(current.content),
      warningCount: current.warnings.length,
    }),
    details: view?.details ?? null,
    engine: view === null ? 'recorded' : 'live',
    current: current && revisionView(current, api.names),
    ...approvalsView(view, api.names),
    routing: routing ? routingView(routing, api.names) : null,
    approvalsMissing: view?.status === 'in_review' ? view.missing : [],
    found: await foundOf(api, caller, row, summary.reason?.code ?? null),
    rejection: await rejectionOf(api.store, row.draftId, summary.status),
    notBefore: isoOrNull(view?.notBeforeMs ?? null),
    cannotApprove,
    actions: cannotApprove ? actions.filter((action) => action !== 'approve') : actions,
    holdMs: row.holdMs,
    reviewTimeoutMs: row.reviewTimeoutMs,
    providerDraftId: row.providerDraftId,
    temporalUrl: ui === undefined ? null : `${ui}/${workflow}`,
  };
}

async function threadOf(api: Api, row: DraftRow) {
  const revision = row.projection?.revision ?? 0;
  const current = revision === 0 ? null : await api.store.getRevision(row.draftId, revision);
  const answered = current?.content.reply?.inReplyTo ?? current?.snapshot?.inReplyTo;
  const messages = answered ? await api.mail.threadOf(row.inboxId, answered) : null;
  return (messages ?? []).map(({ messageId, from, to, cc, subject, text, html, timestampMs, attachments }) => ({
    ...{ messageId, from, to, cc, subject, text, html },
    at: iso(timestampMs),
    attachments: attachments.map(({ filename, contentType, size }) => ({ filename, contentType, size })),
  }));
}
