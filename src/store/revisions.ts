import { and, asc, eq, sql } from 'drizzle-orm';
import { allRecipients } from '../domain/content.ts';
import { entriesCovering } from '../domain/suppression.ts';
import { type Database, storableText } from './database.ts';
import { StoreConflict } from './errors.ts';
import { revisions } from './schema.ts';
import { searchWords } from './search-text.ts';
import type { Store } from './types.ts';

/** Writes the revision and, unless a newer one is shown already, what lists show of it. */
const SAVE = `
with written as (
  insert into revisions (draft_id, revision, digest, content, snapshot, warnings, author_id, origin, created_at_ms)
  values ($1, $2, $3, $4::json, $5::json, $6::json, $7, $8, $9)
  on conflict (draft_id, revision) do nothing
  returning 1
), shown as (
  update drafts set subject = $10, recipients = $11::text[], search = array_to_tsvector($12::text[]), warning_count = $13,
         reach = $14::text[], in_reply_to = $15, shown_revision = $2, updated_at_ms = greatest(updated_at_ms, $9)
  where draft_id = $1 and shown_revision < $2 and exists (select from written)
)
select 1 from written`;

type Revisions = Pick<Store, 'saveRevision' | 'getRevision' | 'listRevisions'>;

export function createRevisions({ engine, orm }: Database): Revisions {
  const key = and(
    eq(revisions.draftId, sql.placeholder('draftId')),
    eq(revisions.revision, sql.placeholder('revision')),
  );
  const getOne = orm.select().from(revisions).where(key).prepare('get_revision');
  const getDigest = orm.select({ digest: revisions.digest }).from(revisions).where(key).prepare('get_digest');
  return {
    async saveRevision(record) {
      const { draftId, revision, digest, content, snapshot, warnings } = record;
      const subject = storableText(content.subject);
      const recipients = allRecipients(content).map(storableText);
      const written = await engine.rows(
        SAVE,
        [
          ...[draftId, revision, digest, JSON.stringify(content), snapshot && JSON.stringify(snapshot)],
          ...[JSON.stringify(warnings), record.authorId, record.origin, record.createdAtMs],
          ...[subject, recipients, searchWords(subject, ...recipients), warnings.length],
          ...[[...new Set(recipients.flatMap(entriesCovering))], content.reply?.inReplyTo ?? null],
        ],
        'save_revision',
      );
      if (written.length > 0) return;
      const [stored] = await getDigest.execute({ draftId, revision });
      if (stored?.digest === digest) return;
      throw new StoreConflict(`Revision ${revision} of the draft ${draftId} was already written with another digest.`);
    },

    async getRevision(draftId, revision) {
      const [stored] = await getOne.execute({ draftId, revision });
      return stored ?? null;
    },

    listRevisions: (draftId) =>
      orm.select().from(revisions).where(eq(revisions.draftId, draftId)).orderBy(asc(revisions.revision)),
  };
}
