import { AUDIT_TYPES } from '../domain/audit.ts';
import { isRejectionReason } from '../domain/rejection.ts';
import type { Database } from './database.ts';
import type { DecisionCounts, DeskStore, Numbers } from './types-desk.ts';

/** Hardly anybody reads faster than this. */
export const FASTEST_WORDS_PER_SECOND = 8;

const WAITING = `
select count(*), max(age), percentile_cont(0.5) within group (order by age)
from (
  select $1::bigint - coalesce((projection ->> 'waitingSinceMs')::bigint,
    (projection ->> 'reviewDeadlineMs')::bigint - review_timeout_ms, created_at_ms) as age
  from drafts where status = 'in_review' and ($2::text is null or inbox_id = $2)
) waiting`;

/**
 * What people decided, in one pass over the audit log: in all, by agent, by recipe and by person. What policy did by
 * itself follows no command and is not in here.
 */
const DECISIONS = `
with decided as (
  select e.type, e.actor_id, d.creator_id, d.recipe,
    case when e.type <> 'edited' then e.at_ms - (
      select max(r.at_ms) from events r
      where r.draft_id = e.draft_id and r.type = 'revision_written' and r.revision = e.revision and r.at_ms <= e.at_ms
    ) end as took_ms,
    case when e.type <> 'edited' then e.at_ms - l.opened_at_ms end as read_ms,
    l.words
  from events e
  join drafts d on d.draft_id = e.draft_id
  left join looks l on l.draft_id = e.draft_id and l.person_id = e.actor_id and l.revision = e.revision
    and l.opened_at_ms <= e.at_ms
  where e.type in ('approved', 'rejected', 'changes_requested', 'edited') and e.command_id is not null
    and e.at_ms >= $1::bigint and e.at_ms < $2::bigint and ($3::text is null or d.inbox_id = $3)
)
select grouping(creator_id), grouping(recipe), grouping(actor_id), creator_id, recipe, actor_id,
  count(*) filter (where type = 'approved'), count(*) filter (where type = 'rejected'),
  count(*) filter (where type = 'changes_requested'), count(*) filter (where type = 'edited'),
  percentile_cont(0.5) within group (order by took_ms), percentile_cont(0.9) within group (order by took_ms),
  count(read_ms),
  count(*) filter (where read_ms * ${FASTEST_WORDS_PER_SECOND} < words * 1000)
from decided
group by grouping sets ((), (creator_id), (recipe), (actor_id))
order by 7 desc, creator_id, recipe, actor_id`;

const DAYS = `
select to_char(to_timestamp(e.at_ms / 1000.0) at time zone $4, 'YYYY-MM-DD'), e.type, count(*)
from events e join drafts d on d.draft_id = e.draft_id
where (e.type in ('sent', 'bounced', 'complained')
    or e.type in ('approved', 'rejected', 'changes_requested', 'edited') and e.command_id is not null)
  and e.at_ms >= $1::bigint and e.at_ms < $2::bigint and ($3::text is null or d.inbox_id = $3)
group by 1, 2 order by 1, 2`;

const REJECTIONS = `
select e.data ->> 'reasonCode', count(*)
from events e join drafts d on d.draft_id = e.draft_id
where e.type = 'rejected' and e.command_id is not null
  and e.at_ms >= $1::bigint and e.at_ms < $2::bigint and ($3::text is null or d.inbox_id = $3)
group by 1 order by 2 desc, 1`;

const NOTHING: DecisionCounts = {
  ...{ approved: 0, rejected: 0, changesRequested: 0, edited: 0 },
  ...{ medianMs: null, p90Ms: null, timed: 0, quick: 0 },
};

export function createNumbers({ engine }: Database): Pick<DeskStore, 'numbers'> {
  return {
    async numbers({ fromMs, toMs, nowMs, inboxId = null, timeZone }) {
      const [[waiting = []], decided, days, rejections] = await Promise.all([
        engine.rows(WAITING, [nowMs, inboxId], 'numbers_waiting'),
        engine.rows(DECISIONS, [fromMs, toMs, inboxId], 'numbers_decisions'),
        engine.rows(DAYS, [fromMs, toMs, inboxId, timeZone], 'numbers_days'),
        engine.rows(REJECTIONS, [fromMs, toMs, inboxId], 'numbers_rejections'),
      ]);
      const numbers: Numbers = {
        waiting: { count: Number(waiting[0] ?? 0), oldestMs: msOrNull(waiting[1]), medianMs: msOrNull(waiting[2]) },
        ...{ all: NOTHING, agents: [], recipes: [], reviewers: [] },
        rejections: rejections.map(([code, count]) => ({
          code: typeof code === 'string' && isRejectionReason(code) ? code : null,
          count: Number(count),
        })),
        days: days.flatMap(([day, type, count]) => {
          const known = AUDIT_TYPES.find((name) => name === type);
          return known === undefined ? [] : [{ day: String(day), type: known, count: Number(count) }];
        }),
      };
      for (const row of decided) place(numbers, row);
      return numbers;
    },
  };
}

/** `grouping` is 0 for the column a row is grouped by. */
function place(numbers: Numbers, row: readonly unknown[]): void {
  const [allAgents, allRecipes, allPeople, agent, recipe, person, ...values] = row;
  const counts = countsOf(values);
  if (Number(allAgents) === 0) numbers.agents.push({ ...counts, id: String(agent) });
  else if (Number(allRecipes) === 0) numbers.recipes.push({ ...counts, id: recipe === null ? null : String(recipe) });
  else if (Number(allPeople) === 0) numbers.reviewers.push({ ...counts, id: String(person) });
  else numbers.all = counts;
}

function countsOf(values: readonly unknown[]): DecisionCounts {
  const [approved, rejected, changesRequested, edited, medianMs, p90Ms, timed, quick] = values;
  return {
    ...{ approved: Number(approved), rejected: Number(rejected) },
    ...{ changesRequested: Number(changesRequested), edited: Number(edited) },
    ...{ medianMs: msOrNull(medianMs), p90Ms: msOrNull(p90Ms) },
    ...{ timed: Number(timed), quick: Number(quick) },
  };
}

const msOrNull = (value: unknown) => (value === null || value === undefined ? null : Math.round(Number(value)));
