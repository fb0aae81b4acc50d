import { and, count, eq, inArray, lte } from 'drizzle-orm';
import type { Database } from './database.ts';
import { draftPauses } from './schema-operations.ts';
import type { OperationStore } from './types-operations.ts';

type DraftPauses = Pick<OperationStore, 'pauseDraft' | 'resumeDraft' | 'draftPausesOf' | 'countDraftPauses'>;

export function createDraftPauses({ orm, adhoc }: Database): DraftPauses {
  const { draftId } = draftPauses;
  return {
    async pauseDraft(pause) {
      const made = await orm.insert(draftPauses).values(pause).onConflictDoNothing().returning({ draftId });
      return made.length > 0;
    },
    async resumeDraft(id, notAfterMs) {
      const ended = await orm
        .delete(draftPauses)
        .where(and(eq(draftId, id), lte(draftPauses.atMs, notAfterMs)))
        .returning({ draftId });
      return ended.length > 0;
    },
    async draftPausesOf(ids) {
      if (ids.length === 0) return new Map();
      const found = await adhoc
        .select()
        .from(draftPauses)
        .where(inArray(draftId, [...ids]));
      return new Map(found.map((pause) => [pause.draftId, pause]));
    },
    async countDraftPauses() {
      const [found] = await orm.select({ count: count() }).from(draftPauses);
      return found?.count ?? 0;
    },
  };
}
