import { and, asc, eq, gt, ne, or, type SQL, sql } from 'drizzle-orm';
import { PAUSE_KINDS } from '../domain/limits.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Database } from './database.ts';
import { assertLimit } from './draft-list.ts';
import { drafts } from './schema.ts';
import { pauses } from './schema-limits.ts';
import type { LimitsStore, Pause } from './types-limits.ts';

/** As the index `drafts_held` says it. */
const HELD = sql`${drafts.status} = 'scheduled' and ${drafts.projection} ->> 'reason' in ('paused', 'inbox_paused')`;

const APPLIES = `(p.kind = 'all' or p.kind = 'inbox' and p.id = d.inbox_id or p.kind = 'recipe' and p.id = d.recipe
  or p.kind = 'agent' and p.id = d.creator_id or p.kind = 'batch' and p.id = d.batch_id)`;

/** An inbox in mode `paused` is one, too; only it has no entry of its own. */
const ALL_PAUSES = `(select kind, id, reason, "by", at_ms from pauses
  union all select 'inbox', inbox_id, '', 'system', 0 from inboxes where settings ->> 'mode' = 'paused')`;

const PAUSES_ON = `
select kind, id, reason, "by", at_ms from (
  select p.kind, p.id, p.reason, p."by", p.at_ms
  from ${ALL_PAUSES} p, (select $1::text as inbox_id, $2::text as recipe, $3::text as creator_id, $4::text as batch_id) d
  where ${APPLIES}
  union all select 'draft', draft_id, reason, "by", at_ms from draft_pauses where draft_id = $5::text
) held order by array_position(array['all', 'inbox', 'recipe', 'agent', 'batch', 'draft'], kind)`;

const KINDS = [...PAUSE_KINDS, 'draft'] as const;

type Pauses = Pick<
  LimitsStore,
  'putPause' | 'removePause' | 'listPauses' | 'pausesOn' | 'heldDrafts' | 'countHeldDrafts' | 'heldWithoutPause'
>;

export function createPauses({ engine, orm, adhoc }: Database): Pauses {
  return {
    async putPause(pause) {
      const { reason, by, atMs } = pause;
      await orm
        .insert(pauses)
        .values(pause)
        // Our own pause must not hide a person's: whoever ends the one would end the other unseen.
        .onConflictDoUpdate({
          target: [pauses.kind, pauses.id],
          set: { reason, by, atMs },
          setWhere: or(eq(pauses.by, 'system'), ne(sql`excluded.by`, 'system')),
        });
    },
    async removePause(kind, id) {
      const removed = await orm
        .delete(pauses)
        .where(and(eq(pauses.kind, kind), eq(pauses.id, id)))
        .returning({ kind: pauses.kind });
      return removed.length > 0;
    },
    listPauses: () => orm.select().from(pauses).orderBy(asc(pauses.kind), asc(pauses.id)),
    async pausesOn({ draftId, inboxId, recipe, creatorId, batchId }) {
      const rows = await engine.rows(PAUSES_ON, [inboxId, recipe, creatorId, batchId, draftId], 'pauses_on');
      return rows.flatMap(([kind, id, reason, by, atMs]) => {
        const known = KINDS.find((one) => one === kind);
        return known
          ? [{ kind: known, id: String(id), reason: String(reason), by: String(by), atMs: Number(atMs) }]
          : [];
      });
    },

    async heldDrafts(target, { limit, cursor }) {
      assertLimit(limit);
      const [after] = cursor === undefined ? [] : decodeCursor('held', cursor, 'string');
      const rows = await adhoc
        .select({ draftId: drafts.draftId })
        .from(drafts)
        .where(and(HELD, aboutOf(target), after === undefined ? undefined : gt(drafts.draftId, after)))
        .orderBy(asc(drafts.draftId))
        .limit(limit + 1);
      const draftIds = rows.slice(0, limit).map((row) => row.draftId);
      const last = rows.length > limit ? draftIds.at(-1) : undefined;
      return { draftIds, nextCursor: last === undefined ? null : encodeCursor('held', [last]) };
    },
    async countHeldDrafts(target) {
      const [row] = await adhoc
        .select({ held: sql<number>`count(*)::integer` })
        .from(drafts)
        .where(and(HELD, aboutOf(target)));
      return row?.held ?? 0;
    },
    async heldWithoutPause(limit, after = '') {
      assertLimit(limit);
      const text = `select d.draft_id from drafts d
        where d.status = 'scheduled' and d.projection ->> 'reason' in ('paused', 'inbox_paused')
          and not exists (select from ${ALL_PAUSES} p where ${APPLIES})
          and not exists (select from draft_pauses own where own.draft_id = d.draft_id) and d.draft_id > $2
        order by d.draft_id limit $1`;
      return (await engine.rows(text, [limit, after], 'held_without_pause')).map(([draftId]) => String(draftId));
    },
  };
}

/** The drafts a pause is about. */
function aboutOf({ kind, id }: Pick<Pause, 'kind' | 'id'>): SQL | undefined {
  switch (kind) {
    case 'all':
      return undefined;
    case 'inbox':
      return eq(drafts.inboxId, id);
    case 'recipe':
      return eq(drafts.recipe, id);
    case 'agent':
      return eq(drafts.creatorId, id);
    case 'batch':
      return eq(drafts.batchId, id);
  }
}
