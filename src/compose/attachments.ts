import { z } from 'zod';
import type { Attachment } from '../domain/content.ts';
import { ComposeError } from './errors.ts';

const filename = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !/[\r\n\0/\\]/.test(name), 'must be a file name without path or line breaks');
const contentType = z
  .string()
  .max(255)
  .regex(/^[\w.+-]+\/[\w.+-]+$/, 'expected a media type such as application/pdf');

/** A file as recipes take it: with its bytes, or by the hash under which they are stored already. */
export const attachmentInputSchema = z.union([
  z.strictObject({ filename, contentType, base64: z.base64().min(1) }),
  z.strictObject({
    filename,
    contentType,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Size in bytes. */
    size: z.int().positive(),
  }),
]);
export type AttachmentInput = z.infer<typeof attachmentInputSchema>;

/**
 * Stores the bytes inside a recipe's input and answers the same input with hashes in their place, so that neither the
 * stored input nor the plan carries bytes. Run it before `Recipe.plan`. An attachment is any object with exactly the
 * shape of `attachmentInputSchema`; everything else is answered as it came.
 * @throws ComposeError `recipe_input` when the base64 is not valid
 */
export async function splitAttachments(
  input: unknown,
  putBlob: (bytes: Uint8Array) => Promise<string>,
): Promise<unknown> {
  if (Array.isArray(input)) return Promise.all(input.map((item) => splitAttachments(item, putBlob)));
  if (typeof input !== 'object' || input === null) return input;
  if ('base64' in input && 'filename' in input) {
    const parsed = attachmentInputSchema.safeParse(input);
    if (!parsed.success) {
      throw new ComposeError('recipe_input', `an attachment is not usable: ${z.prettifyError(parsed.error)}`);
    }
    return storeBytes(parsed.data, putBlob);
  }
  const entries = Object.entries(input).map(async ([key, value]) => [key, await splitAttachments(value, putBlob)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function storeBytes(attachment: AttachmentInput, putBlob: (bytes: Uint8Array) => Promise<string>) {
  if (!('base64' in attachment)) return attachment;
  const bytes = Buffer.from(attachment.base64, 'base64');
  const { filename, contentType } = attachment;
  return { filename, contentType, sha256: await putBlob(bytes), size: bytes.length };
}

/** The plan's attachment of a stored file. @throws ComposeError `recipe_input` when the bytes were not stored first */
export function toAttachment(attachment: AttachmentInput): Attachment {
  if ('base64' in attachment) {
    throw new ComposeError('recipe_input', `${attachment.filename}: store the bytes first (splitAttachments)`);
  }
  const { filename, contentType, sha256, size } = attachment;
  return { filename, contentType, sha256, size, disposition: 'attachment' };
}
