import { and, asc, eq, gt, lte } from 'drizzle-orm';
import type { Database } from './database.ts';
import { absences } from './schema-desk.ts';
import type { Absence, RoutingStore } from './types-routings.ts';

/** What was there before is read in the same snapshot. */
const PUT = `
with before as (select from_ms, until_ms, stand_in_id, said_by, at_ms from absences where person_id = $1),
said as (
  insert into absences (person_id, from_ms, until_ms, stand_in_id, said_by, at_ms) values ($1, $2, $3, $4, $5, $6)
  on conflict (person_id) do update set from_ms = excluded.from_ms, until_ms = excluded.until_ms,
    stand_in_id = excluded.stand_in_id, said_by = excluded.said_by, at_ms = excluded.at_ms
)
select * from before`;

type Absences = Pick<RoutingStore, 'putAbsence' | 'removeAbsence' | 'listAbsences' | 'absentAt'>;

export function createAbsences({ engine, orm, adhoc }: Database): Absences {
  return {
    async putAbsence({ personId, fromMs, untilMs, standInId, saidBy, atMs }) {
      const [row] = await engine.rows(PUT, [personId, fromMs, untilMs, standInId, saidBy, atMs], 'put_absence');
      return row === undefined ? null : earlier(personId, row);
    },
    async removeAbsence(personId) {
      const [removed] = await orm.delete(absences).where(eq(absences.personId, personId)).returning();
      return removed ?? null;
    },
    listAbsences: (nowMs) =>
      adhoc
        .select()
        .from(absences)
        .where(gt(absences.untilMs, nowMs))
        .orderBy(asc(absences.fromMs), asc(absences.personId)),
    async absentAt(nowMs) {
      const rows = await adhoc
        .select()
        .from(absences)
        .where(and(lte(absences.fromMs, nowMs), gt(absences.untilMs, nowMs)));
      return new Map(rows.map((row) => [row.personId, row]));
    },
  };
}

function earlier(personId: string, [fromMs, untilMs, standIn, saidBy, atMs]: readonly unknown[]): Absence {
  const standInId = typeof standIn === 'string' ? standIn : null;
  return {
    ...{ personId, standInId, saidBy: String(saidBy) },
    ...{ fromMs: Number(fromMs), untilMs: Number(untilMs), atMs: Number(atMs) },
  };
}
