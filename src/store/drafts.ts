import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import { OPEN_STATUSES } from '../domain/state.ts';
import type { Database } from './database.ts';
import { StoreMissing } from './errors.ts';
import { drafts } from './schema.ts';
import type { DraftRow, Store } from './types.ts';

const creationColumns = {
  draftId: drafts.draftId,
  requestDigest: drafts.requestDigest,
  inboxId: drafts.inboxId,
  creator: drafts.creator,
  source: drafts.source,
  documentRef: drafts.documentRef,
  adoptDraftId: drafts.adoptDraftId,
  recipe: drafts.recipe,
  category: drafts.category,
  batchId: drafts.batchId,
  priority: drafts.priority,
  schedule: drafts.schedule,
  holdMs: drafts.holdMs,
  reviewTimeoutMs: drafts.reviewTimeoutMs,
  createdAtMs: drafts.createdAtMs,
};
/** A `DraftRow`, column by column. */
export const rowColumns = {
  ...creationColumns,
  firstRunId: drafts.firstRunId,
  providerDraftId: drafts.providerDraftId,
  projection: drafts.projection,
  subject: drafts.subject,
  recipients: drafts.recipients,
  warningCount: drafts.warningCount,
  updatedAtMs: drafts.updatedAtMs,
} satisfies Record<keyof DraftRow, unknown>;

type Drafts = Pick<Store, 'createDraft' | 'claimDraft' | 'getDraft' | 'setProviderDraftId' | 'ownerOf'>;

export function createDrafts({ engine, orm }: Database): Drafts {
  const draftId = sql.placeholder('draftId');
  const getRow = orm.select(rowColumns).from(drafts).where(eq(drafts.draftId, draftId)).prepare('get_draft');
  const getCreation = orm
    .select(creationColumns)
    .from(drafts)
    .where(eq(drafts.draftId, draftId))
    .prepare('get_creation');
  return {
    async createDraft(creation) {
      const [created] = await orm
        .insert(drafts)
        .values({ ...creation, creatorId: creation.creator.id, updatedAtMs: creation.createdAtMs })
        .onConflictDoNothing()
        .returning(creationColumns);
      if (created) return { created: true, stored: created };
      const [stored] = await getCreation.execute({ draftId: creation.draftId });
      if (!stored) throw new StoreMissing(`The draft ${creation.draftId} was deleted while it was created.`);
      return { created: false, stored };
    },

    async claimDraft(id, firstRunId) {
      // One update, which waits for another claim in flight and then sees it; a select beside it would not.
      const text = `update drafts set first_run_id = coalesce(first_run_id, $2) where draft_id = $1 returning first_run_id`;
      const [row] = await engine.rows(text, [id, firstRunId], 'claim_draft');
      if (!row) return 'missing';
      return row[0] === firstRunId ? 'claimed' : 'duplicate';
    },

    async getDraft(id) {
      const [row] = await getRow.execute({ draftId: id });
      return row ?? null;
    },

    async setProviderDraftId(id, providerDraftId) {
      const updated = await orm
        .update(drafts)
        .set({ providerDraftId })
        .where(eq(drafts.draftId, id))
        .returning({ id: drafts.draftId });
      if (updated.length === 0) throw new StoreMissing(`There is no draft ${id}.`);
    },

    async ownerOf(providerDraftId) {
      const names = or(eq(drafts.providerDraftId, providerDraftId), eq(drafts.adoptDraftId, providerDraftId));
      const [owner] = await orm
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(and(inArray(drafts.status, [...OPEN_STATUSES]), names))
        .orderBy(asc(drafts.createdAtMs))
        .limit(1);
      return owner?.draftId ?? null;
    },
  };
}
