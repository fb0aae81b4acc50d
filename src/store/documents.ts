import { createHash } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { StoreInvalid, StoreMissing } from './errors.ts';
import { blobs, documents, steps } from './schema.ts';
import type { Store } from './types.ts';

/** Characters of JSON; what bodies, plans and source results need, with room. */
export const MAX_DOCUMENT_LENGTH = 10_000_000;
export const MAX_BLOB_BYTES = 30_000_000;

type Documents = Pick<
  Store,
  'putDocument' | 'getDocument' | 'putStep' | 'getStep' | 'putBlob' | 'getBlob' | 'blobSize'
>;

export function createDocuments({ engine, orm }: Database): Documents {
  const putDocument = `insert into documents (draft_id, ref, value) values ($1, $2, $3::json) on conflict do nothing`;
  const putStep = `insert into steps (draft_id, name, value) values ($1, $2, $3::json)
    on conflict (draft_id, name) do update set value = excluded.value`;
  const getDocument = orm
    .select({ value: documents.value })
    .from(documents)
    .where(and(eq(documents.draftId, sql.placeholder('draftId')), eq(documents.ref, sql.placeholder('ref'))))
    .prepare('get_document');
  const getStep = orm
    .select({ value: steps.value })
    .from(steps)
    .where(and(eq(steps.draftId, sql.placeholder('draftId')), eq(steps.name, sql.placeholder('name'))))
    .prepare('get_step');
  return {
    async putDocument(draftId, value) {
      const text = documentText(value);
      const ref = hash(text);
      await engine.rows(putDocument, [draftId, ref, text], 'put_document');
      return ref;
    },
    async getDocument(draftId, ref) {
      const [row] = await getDocument.execute({ draftId, ref });
      if (!row) throw new StoreMissing(`The draft ${draftId} has no document ${ref}.`);
      return row.value;
    },

    async putStep(draftId, name, value) {
      await engine.rows(putStep, [draftId, name, documentText(value)], 'put_step');
    },
    async getStep(draftId, name) {
      const [row] = await getStep.execute({ draftId, name });
      return row?.value;
    },

    async putBlob(bytes) {
      if (bytes.length > MAX_BLOB_BYTES) {
        throw new StoreInvalid(`An attachment has at most ${MAX_BLOB_BYTES} bytes; this one has ${bytes.length}.`);
      }
      const sha256 = hash(bytes);
      // Asked first: the same bytes are often there, and sending them again costs more than the question.
      const [known] = await orm.select({ size: blobs.size }).from(blobs).where(eq(blobs.sha256, sha256));
      if (!known) await orm.insert(blobs).values({ sha256, size: bytes.length, bytes }).onConflictDoNothing();
      return sha256;
    },
    async getBlob(sha256) {
      const [row] = await orm.select({ bytes: blobs.bytes }).from(blobs).where(eq(blobs.sha256, sha256));
      return row?.bytes ?? null;
    },
    async blobSize(sha256) {
      const [row] = await orm.select({ size: blobs.size }).from(blobs).where(eq(blobs.sha256, sha256));
      return row?.size ?? null;
    },
  };
}

const hash = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

/** JSON with its keys in order, so that equal values have one reference. Escapes what text columns refuse. */
function documentText(value: unknown): string {
  const text: string | undefined = JSON.stringify(sorted(value));
  if (text === undefined) throw new StoreInvalid('Only JSON values can be stored as documents; this one is undefined.');
  if (text.length <= MAX_DOCUMENT_LENGTH) return text;
  throw new StoreInvalid(`A document has at most ${MAX_DOCUMENT_LENGTH} characters as JSON; this has ${text.length}.`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
