import { z } from 'zod';
import { invalid } from '../errors.ts';
import { newUuid } from '../ids.ts';
import type { BlobStore } from '../state/blobs.ts';
import type { AttachmentRecord } from '../state/records.ts';

const MAX_URL_BYTES = 30 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 15_000;

export const sendAttachmentBody = z.object({
  filename: z.string().nullish(),
  content_type: z.string().nullish(),
  content_disposition: z.enum(['inline', 'attachment']).nullish(),
  content_id: z.string().nullish(),
  content: z.string().nullish(),
  url: z.string().nullish(),
});
export type SendAttachmentBody = z.infer<typeof sendAttachmentBody>;

/** Stores the bytes of each attachment, given inline or fetched from its URL, and answers their records. */
export async function storeAttachments(
  blobs: BlobStore,
  bodies: SendAttachmentBody[] | null | undefined,
  field = 'attachments',
): Promise<AttachmentRecord[]> {
  const records: AttachmentRecord[] = [];
  for (const [index, body] of (bodies ?? []).entries()) {
    const source = await bytesOf(body, [field, index]);
    records.push({
      attachment_id: newUuid(),
      filename: body.filename ?? undefined,
      size: source.bytes.length,
      content_type: body.content_type ?? source.contentType ?? 'application/octet-stream',
      content_disposition: body.content_disposition ?? 'attachment',
      content_id: body.content_id ?? undefined,
      sha256: blobs.put(source.bytes),
    });
  }
  const totalBytes = records.reduce((sum, record) => sum + record.size, 0);
  if (totalBytes > MAX_URL_BYTES) throw invalid(`are over ${MAX_URL_BYTES} bytes together`, [field]);
  return records;
}

interface Source {
  bytes: Uint8Array;
  contentType?: string;
}

async function bytesOf(body: SendAttachmentBody, path: (string | number)[]): Promise<Source> {
  const { content, url } = body;
  if (typeof content === 'string' && typeof url !== 'string') return { bytes: decodeBase64(content, path) };
  if (typeof url === 'string' && typeof content !== 'string') return download(url, path);
  throw invalid('needs either content or url', path);
}

function decodeBase64(content: string, path: (string | number)[]): Uint8Array {
  const compact = content.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) throw invalid('is not base64', [...path, 'content']);
  return new Uint8Array(Buffer.from(compact, 'base64'));
}

async function download(url: string, path: (string | number)[]): Promise<Source> {
  const problem = (message: string) => invalid(message, [...path, 'url'], 'attachment_download_failed');
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch((error: unknown) => {
    throw problem(`cannot be downloaded: ${error instanceof Error ? error.message : String(error)}`);
  });
  if (!response.ok) throw problem(`answered ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > MAX_URL_BYTES) throw problem(`is over ${MAX_URL_BYTES} bytes`);
  return { bytes, contentType: response.headers.get('content-type') ?? undefined };
}
