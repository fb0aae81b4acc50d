import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { NumbersView } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { plain } from '../lib/plain.ts';
import { ownZone } from '../lib/time.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { Breakdown } from './Breakdown.tsx';
import { DayChart, DECIDED, LEFT } from './DayChart.tsx';
import { Rejections } from './Rejections.tsx';
import { daysOr, SPANS, USUAL_DAYS } from './spans.ts';
import { decisionsOf, lasting, share } from './words.ts';

const DAY_MS = 86_400_000;
const select = 'h-9 min-w-0 rounded-lg border border-line bg-panel px-2 text-base tablet:h-8 tablet:text-sm';

/** How reviewing goes: what waits, how long it takes, and how it is decided. */
export function NumbersPage() {
  const { days = USUAL_DAYS, inbox = '' } = useSearch({ from: '/numbers' });
  const navigate = useNavigate({ from: '/numbers' });
  const refine = (change: { days?: number | undefined; inbox?: string | undefined }) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const { data: inboxes } = useQuery(queries.inboxes());
  // Whole days, so that the same question is asked again and not another one each moment.
  const toMs = new Date(Date.now()).setHours(24, 0, 0, 0);
  const at = (ms: number) => new Date(ms).toISOString();
  const query = { from: at(toMs - days * DAY_MS), to: at(toMs), timeZone: ownZone, ...(inbox && { inbox }) };
  const { data, error, refetch } = useQuery({ ...reviewQueries.numbers(query), placeholderData: keepPreviousData });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <title>Numbers · Countersign</title>
      <div className="mx-auto max-w-5xl px-4 py-6 tablet:px-8">
        <header className="mb-6 flex flex-wrap items-center gap-2">
          <h1 className="mr-auto text-xl font-semibold max-tablet:w-full">Numbers</h1>
          <select
            aria-label="Inbox"
            value={inbox}
            onChange={(event) => refine({ inbox: event.target.value || undefined })}
            className={`${select} max-tablet:flex-1 tablet:w-56`}
          >
            <option value="">All inboxes</option>
            {inbox !== '' && !inboxes?.items.some(({ id }) => id === inbox) && <option value={inbox}>{inbox}</option>}
            {inboxes?.items.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </select>
          <select
            aria-label="Span"
            value={days}
            onChange={(event) => refine({ days: daysOr(Number(event.target.value)) })}
            className={select}
          >
            {SPANS.map(([length, word]) => (
              <option key={length} value={length}>
                {word}
              </option>
            ))}
          </select>
        </header>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {!error && (data ? <Found numbers={data} /> : <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/3']} />)}
      </div>
    </div>
  );
}

function Found({ numbers }: { numbers: NumbersView }) {
  const { waiting, all, days, agents, recipes, reviewers, rejections } = numbers;
  const decisions = decisionsOf(all);
  const count = (type: 'sent' | 'bounced' | 'complained') =>
    days.reduce((sum, { counts }) => sum + (counts[type] ?? 0), 0);
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 tablet:grid-cols-5">
        <Tile
          name="Waiting now"
          value={String(waiting.count)}
          note={`oldest ${lasting(waiting.oldestMs)}, half for ${lasting(waiting.medianMs)}`}
        />
        <Tile name="Time to a decision" value={lasting(all.medianMs)} note={`9 of 10 within ${lasting(all.p90Ms)}`} />
        <Tile
          name="Approved"
          value={share(all.approved, decisions)}
          note={`of ${decisions} decisions, ${all.edited} edits`}
        />
        <Tile
          name="Bounced"
          value={share(count('bounced'), count('sent'))}
          note={`of ${count('sent')} sent, ${count('complained')} complaints`}
        />
        <Tile
          name="Too fast to read"
          value={share(all.quick, all.timed)}
          note={`of ${all.timed} decisions in the desk`}
        />
      </dl>
      {decisions === 0 ? (
        <Empty title="Nobody decided anything in this time." />
      ) : (
        <section aria-label="Decisions by day" className="mt-8">
          <h2 className="mb-2 font-semibold">Decisions by day</h2>
          <DayChart days={everyDay(numbers)} series={DECIDED} />
        </section>
      )}
      {count('sent') + count('bounced') > 0 && (
        <section aria-label="Mail by day" className="mt-8">
          <h2 className="mb-2 font-semibold">Mail by day</h2>
          <DayChart days={everyDay(numbers)} series={LEFT} />
        </section>
      )}
      <Breakdown
        title="Reviewers"
        quick
        lines={reviewers.map(({ reviewer, ...counts }) => ({ ...counts, key: reviewer.id, name: reviewer.name }))}
      />
      {all.timed > 0 && (
        <p className="mt-2 text-xs text-muted">
          “Too fast to read” counts decisions given sooner after opening the draft than its words can be read (8 a
          second). It is known for decisions made in this desk only.
        </p>
      )}
      <Rejections rejections={rejections} />
      <Breakdown
        title="Agents"
        lines={agents.map(({ agent, ...counts }) => ({ ...counts, key: agent.id, name: plain(agent.name) }))}
      />
      <Breakdown
        title="Recipes"
        lines={recipes.map(({ recipe, ...counts }) => ({
          ...counts,
          key: recipe ?? '',
          name: recipe ?? 'Content written by agents',
        }))}
      />
    </>
  );
}

/** A day on which nothing happened has its place, too. */
function everyDay({ from, to, days }: NumbersView): NumbersView['days'] {
  const known = new Map(days.map((day) => [day.day, day]));
  const all: NumbersView['days'] = [];
  // From noon to noon: where clocks change, midnights are not 24 hours apart.
  for (let ms = Date.parse(from) + DAY_MS / 2; ms < Date.parse(to); ms += DAY_MS) {
    const day = new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: ownZone }).format(ms);
    all.push(known.get(day) ?? { day, counts: {} });
  }
  return all;
}

function Tile({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div className="rounded-xl border border-line bg-panel p-4">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-1 text-2xl font-semibold tabular-nums">{value}</dd>
      <dd className="text-xs text-muted">{note}</dd>
    </div>
  );
}
