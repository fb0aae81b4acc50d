import type { Context } from 'hono';
import type { z } from 'zod';
import { type FieldIssue, invalid, invalidFields, tooLarge } from '../errors.ts';

export const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** The parsed JSON body. No body at all counts as `{}`, as SDKs send none for empty requests. */
export async function readJson<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  return parseWith(schema, parseJson(await readText(c)));
}

/** The body as text, refused over 6 MB; a declared length is believed, so a huge upload is not even read. */
export async function readText(c: Context): Promise<string> {
  return Buffer.from(await readBytes(c)).toString('utf8');
}

export async function readBytes(c: Context, limitBytes = MAX_BODY_BYTES): Promise<Uint8Array> {
  if (Number(c.req.header('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length > limitBytes) throw tooLarge(limitBytes);
  return bytes;
}

export function parseWith<T>(schema: z.ZodType<T>, raw: unknown): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw invalidFields(result.error.issues.map(toIssue));
}

function toIssue(issue: z.core.$ZodIssue): FieldIssue {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  return { path, message: issue.message };
}

function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('The body is not valid JSON', [], 'invalid_json');
  }
}
