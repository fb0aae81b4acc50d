import { createRoute, z } from '@hono/zod-openapi';
import { type Api, callerOf, visibleDraft } from '../context.ts';
import { ApiProblem } from '../problems.ts';
import { attachmentParams, draftParams, revisionListSchema, revisionParams, revisionSchema } from '../schemas/index.ts';
import { revisionView } from '../views.ts';
import { guard, json, newRouter, PROBLEMS } from './shared.ts';

const list = createRoute({
  operationId: 'listRevisions',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/revisions',
  summary: 'All revisions, without their bodies',
  request: { params: draftParams },
  responses: { 200: json(revisionListSchema, 'Oldest first.'), ...PROBLEMS },
});
const get = createRoute({
  operationId: 'getRevision',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/revisions/{revision}',
  summary: 'One revision with its content',
  request: { params: revisionParams },
  responses: { 200: json(revisionSchema, 'The revision; it never changes.'), ...PROBLEMS },
});
const attachment = createRoute({
  operationId: 'downloadAttachment',
  ...guard('any'),
  method: 'get',
  path: '/v1/drafts/{id}/revisions/{revision}/attachments/{index}',
  summary: 'Download an attachment',
  request: { params: attachmentParams },
  responses: {
    200: {
      description: 'The bytes. Untrusted: always served as a download.',
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...PROBLEMS,
  },
});

export function revisionRoutes(api: Api) {
  const find = async (draftId: string, revision: number) => {
    const record = await api.store.getRevision(draftId, revision);
    if (record) return record;
    throw new ApiProblem('not_found', `The draft has no revision ${revision}.`);
  };
  return newRouter()
    .openapi(list, async (c) => {
      const row = await visibleDraft(api, callerOf(c), c.req.valid('param').id);
      const records = await api.store.listRevisions(row.draftId);
      const items = records.map((record) => {
        const { content, ...rest } = revisionView(record, api.names);
        return { ...rest, subject: content.subject };
      });
      return c.json({ items }, 200);
    })
    .openapi(get, async (c) => {
      const { id, revision } = c.req.valid('param');
      await visibleDraft(api, callerOf(c), id);
      return c.json(revisionView(await find(id, revision), api.names), 200);
    })
    .openapi(attachment, async (c) => {
      const { id, revision, index } = c.req.valid('param');
      await visibleDraft(api, callerOf(c), id);
      const described = (await find(id, revision)).content.attachments[index];
      const bytes = described && (await api.store.getBlob(described.sha256));
      if (!bytes) throw new ApiProblem('not_found', `Revision ${revision} has no attachment ${index}.`);
      return c.body(Uint8Array.from(bytes), 200, {
        // Never the declared type: an HTML attachment must not run on this origin.
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': disposition(described.filename ?? `attachment-${index}`),
        'Content-Security-Policy': "default-src 'none'; sandbox",
        'Cache-Control': 'private, max-age=31536000, immutable',
        ETag: `"${described.sha256}"`,
      });
    });
}

/** RFC 6266: an ASCII fallback, and the real name encoded. */
function disposition(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(filename.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
