import { and, asc, eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { deskViews } from './schema-desk.ts';
import type { DeskStore } from './types-desk.ts';

export const MOST_VIEWS = 50;

/** Saved in one statement, so that two tabs together do not get past the limit. */
const ADD = `
insert into desk_views (view_id, person_id, name, path, at_ms)
select $1, $2, $3, $4, $5 where (select count(*) from desk_views where person_id = $2) < ${MOST_VIEWS}
returning 1`;

export function createViews({ engine, orm }: Database): Pick<DeskStore, 'listViews' | 'addView' | 'removeView'> {
  return {
    listViews: (personId) =>
      orm
        .select()
        .from(deskViews)
        .where(eq(deskViews.personId, personId))
        .orderBy(asc(deskViews.atMs), asc(deskViews.viewId)),
    async addView({ viewId, personId, name, path, atMs }) {
      const added = await engine.rows(ADD, [viewId, personId, name, path, atMs], 'add_view');
      return added.length > 0;
    },
    async removeView(personId, viewId) {
      const removed = await orm
        .delete(deskViews)
        .where(and(eq(deskViews.viewId, viewId), eq(deskViews.personId, personId)))
        .returning({ viewId: deskViews.viewId });
      return removed.length > 0;
    },
  };
}
