import { asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { OPEN_STATUSES } from '../domain/state.ts';
import type { Database } from './database.ts';
import { EVENTS_CHANNEL } from './events.ts';
import { drafts } from './schema.ts';
import { absences, assignments, routings } from './schema-desk.ts';
import type { Routing, RoutingStore } from './types-routings.ts';

/**
 * One statement, hence one transaction: the routing, the assignment and, where asked for, the audit row are all there or
 * none. Whose turn it is comes from the group's numbered turns. Whoever read them before another took the next number
 * finds that number taken, changes nothing at all, and looks again: no turn is given twice and none is lost. A place that
 * is there already (the same activity once more) changes nothing either.
 */
const ROUTE = `
with current as (
  select person_id, at_ms, lease_until_ms from assignments where draft_id = $1 for update
), kept as (
  select person_id from current where lease_until_ms is null
), familiar as (
  select person_id from current where lease_until_ms > $8::bigint
  union
  (select person_id from routings where draft_id = $1 and person_id is not null
   order by revision desc, round desc limit 1)
), pool as (
  select person_id, 0::bigint as place from kept
  union all
  select id, place from unnest($6::text[]) with ordinality as named (id, place)
  union all
  select member_id, 1000 from group_members where $5::boolean and group_name = $4::text
), able as (
  select person_id, min(place) as place from pool p
  where person_id <> all ($7::text[])
    and (person_id = any ($9::text[]) or exists (select from users u
      where u.user_id = p.person_id and u.disabled_at_ms is null and u.roles ? 'reviewer'))
    and not exists (select from absences a
      where a.person_id = p.person_id and a.from_ms <= $8::bigint and a.until_ms > $8::bigint)
  group by person_id
), chosen as (
  select person_id, place, person_id in (select person_id from familiar) as again from able a
  order by place, again desc,
    (select max(turn) from routings r where r.group_name = $4::text and r.person_id = a.person_id) nulls first, person_id
  limit 1
), routed as (
  insert into routings (draft_id, revision, round, group_name, person_id, outcome, turn, at_ms)
  select $1, $2::integer, $3::integer, $4::text, c.person_id,
    case when c.person_id is null then $10::text when c.place = 0 then 'kept' when c.place < 1000 then $11::text
      when c.again then 'again' else 'turn' end,
    case when c.place = 1000 and not c.again
      then coalesce((select max(turn) from routings where group_name = $4::text), 0) + 1 end,
    $8::bigint
  from (select 1) one left join chosen c on true
  where $13::text is null or exists (select from current where person_id = $13::text)
  on conflict do nothing
  returning draft_id, revision, round, group_name, person_id, outcome, turn, at_ms
), given as (
  insert into assignments (draft_id, person_id, assigned_by, at_ms, lease_until_ms, cause)
  select draft_id, person_id, 'system', at_ms, null,
    case when outcome in ('named', 'stand_in') then $12::jsonb
      else jsonb_build_object('kind', 'turn', 'group', group_name) end
  from routed where person_id is not null and outcome <> 'kept'
  on conflict (draft_id) do update
    set person_id = excluded.person_id, assigned_by = excluded.assigned_by, at_ms = excluded.at_ms,
        lease_until_ms = null, cause = excluded.cause
    where (assignments.person_id, assignments.at_ms) = (select person_id, at_ms from current)
), let_go as (
  delete from assignments
  where exists (select from routed where person_id is null) and draft_id = $1 and lease_until_ms is null
    and (person_id, at_ms) = (select person_id, at_ms from current)
), told as (
  insert into events (epoch, draft_id, origin, sequence, type, at_ms, actor_id, command_id, revision, digest, data)
  select (select epoch from event_log), draft_id, 'route:' || revision || ':' || round, 0,
    case when person_id is null then 'released' else 'assigned' end, at_ms, 'system', null, revision, $14::text,
    jsonb_strip_nulls(jsonb_build_object('person', coalesce(person_id, $13::text), 'group', group_name,
      'code', outcome))::text::json
  from routed where $13::text is not null
  on conflict (draft_id, origin, sequence) do nothing
  returning 1
)
select draft_id, revision, round, group_name, person_id, outcome, turn, at_ms,
       (select pg_notify('${EVENTS_CHANNEL}', '') where exists (select from told))
from routed`;

type Routings = Pick<RoutingStore, 'route' | 'routingsOf' | 'heldByAbsent'>;

export function createRoutings({ engine, orm, adhoc }: Database): Routings {
  const place = sql`(${routings.draftId}, ${routings.revision}, ${routings.round})`;
  async function there(draftId: string, revision: number, round: number): Promise<Routing | null> {
    const wanted = sql`${place} = (${draftId}::text, ${revision}::integer, ${round}::integer)`;
    const [row] = await orm.select().from(routings).where(wanted);
    return row ?? null;
  }
  async function hasIt(draftId: string, personId: string): Promise<boolean> {
    const [row] = await orm.select().from(assignments).where(eq(assignments.draftId, draftId));
    return row?.personId === personId;
  }
  return {
    async route(ask) {
      const { draftId, revision, round, group, inTurn, named, excluded, keys, otherwise, nowMs, from } = ask;
      const values = [
        ...[draftId, revision, round, group, inTurn, named.people, excluded, nowMs, keys, otherwise],
        ...[named.outcome, JSON.stringify(named.cause), from?.personId ?? null, from?.digest ?? null],
      ];
      for (;;) {
        const before = await there(draftId, revision, round);
        if (before !== null) return before;
        const [row] = await engine.rows(ROUTE, values, 'route');
        if (row !== undefined) return there(draftId, revision, round);
        // Taken by the same work elsewhere, or by another draft of the group; or there is nothing to do any more.
        if (from !== undefined && !(await hasIt(draftId, from.personId))) return there(draftId, revision, round);
      }
    },
    async routingsOf(draftIds) {
      if (draftIds.length === 0) return new Map();
      const rows = await adhoc
        .selectDistinctOn([routings.draftId])
        .from(routings)
        .where(inArray(routings.draftId, [...draftIds]))
        .orderBy(asc(routings.draftId), desc(routings.revision), desc(routings.round));
      return new Map(rows.map((row) => [row.draftId, row]));
    },
    async heldByAbsent(nowMs, limit) {
      const rows = await adhoc
        .select({ draftId: assignments.draftId, absence: absences })
        .from(assignments)
        .innerJoin(absences, eq(absences.personId, assignments.personId))
        .innerJoin(drafts, eq(drafts.draftId, assignments.draftId))
        .where(
          sql`${assignments.leaseUntilMs} is null and ${inArray(drafts.status, [...OPEN_STATUSES])}
            and ${absences.fromMs} <= ${nowMs}::bigint and ${absences.untilMs} > ${nowMs}::bigint`,
        )
        .orderBy(asc(assignments.atMs), asc(assignments.draftId))
        .limit(limit);
      return rows;
    },
  };
}
