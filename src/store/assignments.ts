import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { drafts } from './schema.ts';
import { assignments } from './schema-desk.ts';
import type { Assignment, DeskStore } from './types-desk.ts';

/**
 * Takes the draft in one statement, so that of two who claim at once one is told of the other. What was there before is
 * read in the same snapshot; a claim that lost to one in flight changes no row, and the caller reads who won.
 */
const ASSIGN = `
with before as (select person_id, assigned_by, at_ms, lease_until_ms from assignments where draft_id = $1),
taken as (
  insert into assignments (draft_id, person_id, assigned_by, at_ms, lease_until_ms, cause)
  values ($1, $2, $3, $4, $5, $7::jsonb)
  on conflict (draft_id) do update
    set person_id = excluded.person_id, assigned_by = excluded.assigned_by, at_ms = excluded.at_ms,
        lease_until_ms = excluded.lease_until_ms, cause = excluded.cause
    where not $6::boolean or assignments.person_id = excluded.person_id or assignments.lease_until_ms <= $4::bigint
  returning 1
)
select exists (select from taken), before.* from (select 1) one left join before on true`;

type Assignments = Pick<DeskStore, 'assign' | 'release' | 'assignmentsOf'>;

export function createAssignments({ engine, orm, adhoc }: Database): Assignments {
  const standing = (nowMs: number) => or(isNull(assignments.leaseUntilMs), gt(assignments.leaseUntilMs, nowMs));
  const assign: Assignments['assign'] = async (wanted, { onlyIfFree }) => {
    const { draftId, personId, assignedBy, atMs, leaseUntilMs } = wanted;
    const cause = wanted.cause ? JSON.stringify(wanted.cause) : null;
    const values = [draftId, personId, assignedBy, atMs, leaseUntilMs, onlyIfFree, cause];
    const [row] = await engine.rows(ASSIGN, values, 'assign');
    const before = row === undefined ? null : earlier(draftId, row.slice(1), atMs);
    if (row?.[0] === true) return { before, now: wanted };
    const [held] = await orm.select().from(assignments).where(eq(assignments.draftId, draftId));
    // Let go of in this very moment: nothing is in the way any more.
    return held ? { before: held, now: held } : assign(wanted, { onlyIfFree });
  };
  return {
    assign,
    async release(draftId) {
      const [released] = await orm.delete(assignments).where(eq(assignments.draftId, draftId)).returning();
      return released ?? null;
    },
    async assignmentsOf(draftIds, nowMs) {
      if (draftIds.length === 0) return new Map();
      const rows = await adhoc
        .select()
        .from(assignments)
        .where(and(inArray(assignments.draftId, [...draftIds]), standing(nowMs)));
      return new Map(rows.map((row) => [row.draftId, row]));
    },
  };
}

/** Who had it, unless the lease had run out. */
function earlier(draftId: string, row: readonly unknown[], nowMs: number): Assignment | null {
  const [personId, assignedBy, atMs, until] = row;
  if (personId === null || personId === undefined) return null;
  const leaseUntilMs = until === null || until === undefined ? null : Number(until);
  if (leaseUntilMs !== null && leaseUntilMs <= nowMs) return null;
  return { draftId, personId: String(personId), assignedBy: String(assignedBy), atMs: Number(atMs), leaseUntilMs };
}

/** Drafts a person has, or with null those nobody has. */
export function assignedTo(personId: string | null, nowMs: number): SQL {
  const held = sql`select 1 from ${assignments} where ${assignments.draftId} = ${drafts.draftId}
    and (${assignments.leaseUntilMs} is null or ${assignments.leaseUntilMs} > ${nowMs}::bigint)`;
  return personId === null
    ? sql`not exists (${held})`
    : sql`exists (${held} and ${assignments.personId} = ${personId}::text)`;
}
