import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Core } from '../core.ts';
import { ApiError, notFound } from '../errors.ts';
import type { AttachmentRecord } from '../state/records.ts';

export const DOWNLOAD_PATH = '/_download';

export interface Download {
  bytes: Uint8Array;
  contentType: string;
  filename: string | undefined;
}

interface LinkTarget {
  sha256: string;
  contentType: string;
  filename?: string;
}

/** A link that carries its own proof and expiry, like the service's presigned ones: no key is needed to follow it. */
export function downloadLink(core: Core, origin: string, target: LinkTarget) {
  const expiresMs = core.clock.nowMs() + core.state.settings.switches.downloadUrlMs;
  const query = new URLSearchParams({ type: target.contentType, expires: String(expiresMs) });
  if (target.filename !== undefined) query.set('name', target.filename);
  query.set('signature', sign(core, target.sha256, query));
  return {
    download_url: `${origin}${DOWNLOAD_PATH}/${target.sha256}?${query}`,
    expires_at: new Date(expiresMs).toISOString(),
  };
}

export function attachmentView(attachment: AttachmentRecord) {
  const { sha256: _sha256, ...view } = attachment;
  return view;
}

export function attachmentResponse(core: Core, origin: string, attachments: AttachmentRecord[], id: string) {
  const attachment = attachments.find(({ attachment_id }) => attachment_id === id);
  if (!attachment) throw notFound(`Attachment ${id}`);
  const { sha256, filename, content_type: contentType = 'application/octet-stream' } = attachment;
  return { ...attachmentView(attachment), ...downloadLink(core, origin, { sha256, filename, contentType }) };
}

/** @throws ApiError 403 when the link was altered or has expired */
export function followLink(core: Core, sha256: string, query: URLSearchParams): Download {
  const given = Buffer.from(query.get('signature') ?? '');
  const unsigned = new URLSearchParams(query);
  unsigned.delete('signature');
  const wanted = Buffer.from(sign(core, sha256, unsigned));
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw denied('The signature does not match');
  if (core.clock.nowMs() >= Number(query.get('expires'))) throw denied('This link has expired');
  const bytes = core.state.blobs.get(sha256);
  if (!bytes) throw notFound('File');
  const contentType = query.get('type') ?? 'application/octet-stream';
  return { bytes, contentType, filename: query.get('name') ?? undefined };
}

function sign(core: Core, sha256: string, query: URLSearchParams): string {
  const claims = [sha256, query.get('type'), query.get('expires'), query.get('name')];
  return createHmac('sha256', core.state.settings.downloadSecret).update(JSON.stringify(claims)).digest('hex');
}

function denied(message: string): ApiError {
  return new ApiError(403, { name: 'ForbiddenError', code: 'link_denied', message, fix: 'Get the attachment again' });
}
