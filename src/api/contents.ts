import type { z } from 'zod';
import type { Attachment, EmailContent } from '../domain/content.ts';
import { sha256Hex } from '../domain/digest.ts';
import type { Store } from '../store/types.ts';
import { ApiProblem } from './problems.ts';
import type { newAttachmentSchema, ParsedContentChanges, ParsedContentInput } from './schemas/index.ts';

type NewAttachment = z.infer<typeof newAttachmentSchema>;

/** Content with its attachments named by hash, and the bytes that are not stored yet. */
export interface PreparedContent {
  content: EmailContent;
  blobs: Uint8Array[];
}

export function prepareContent(input: ParsedContentInput): PreparedContent {
  const blobs: Uint8Array[] = [];
  return { content: { ...input, attachments: input.attachments.map((one) => take(one, blobs)) }, blobs };
}

/** Moves an attachment's bytes into `blobs` and leaves its description. */
function take({ contentBase64, ...described }: NewAttachment, blobs: Uint8Array[]): Attachment {
  const bytes = Buffer.from(contentBase64, 'base64');
  blobs.push(bytes);
  return { ...described, sha256: sha256Hex(bytes), size: bytes.length };
}

export async function storeBlobs(store: Store, blobs: readonly Uint8Array[]): Promise<void> {
  for (const bytes of blobs) await store.putBlob(bytes);
}

/**
 * The whole content of a new revision: `base` with `changes` over it.
 * @throws ApiProblem when text and HTML would say different things, or an attachment is not one of the base's
 */
export function applyChanges(base: EmailContent, changes: ParsedContentChanges): PreparedContent {
  const { attachments, ...fields } = changes;
  assertBothBodies(base, changes);
  const blobs: Uint8Array[] = [];
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    content: {
      ...base,
      ...given,
      attachments:
        attachments?.map((one) => ('sha256' in one ? kept(base, one.sha256) : take(one, blobs))) ?? base.attachments,
    },
    blobs,
  };
}

/** Most mail programs show only one of the two bodies: changing one alone would send two different letters. */
function assertBothBodies(base: EmailContent, changes: ParsedContentChanges): void {
  const oneSided = (changed: 'text' | 'html', other: 'text' | 'html') =>
    changes[changed] !== undefined &&
    changes[changed] !== base[changed] &&
    changes[other] === undefined &&
    base[other] !== '';
  const other = oneSided('text', 'html') ? 'html' : oneSided('html', 'text') ? 'text' : null;
  if (other === null) return;
  const path = `content.${other}`;
  const message = `the email also has a ${other} body, which would still say the old: give it too, or "" to drop it`;
  throw new ApiProblem('invalid_request', `${path}: ${message}`, { extra: { fields: [{ path, message }] } });
}

/** Only hashes of the draft's own base revision count: a hash alone must not open another draft's attachment. */
function kept(base: EmailContent, sha256: string): Attachment {
  const found = base.attachments.find((attachment) => attachment.sha256 === sha256);
  if (found) return found;
  const message = `the base revision has no attachment ${sha256}`;
  const fields = [{ path: 'content.attachments', message }];
  throw new ApiProblem('invalid_request', `content.attachments: ${message}`, { extra: { fields } });
}
