import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AbsenceView, PutAbsence } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts } from '../api/accounts.ts';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { isNow } from '../lib/away.ts';
import { absolute, inBothZones, ownZone, useNow } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Choice, Line, Pill, Text } from './parts/fields.tsx';
import { Loaded, Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const REFRESH = [['absences'], ['reviewers'], ['account-log'], ['list'], ['draft'], ['counts']];

/** Who is away, and who gets meanwhile what would be theirs. */
export function Absences() {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const query = useQuery({ ...accountQueries.absences(), enabled: may('seePeople') });
  const [asking, setAsking] = useState(false);
  // What was said a moment ago has begun, though the minute has not moved on here.
  const nowMs = Math.max(useNow(), query.dataUpdatedAt);
  const end = useChange((one: AbsenceView) => accounts.removeAbsence(one.person.id), {
    done: (_, one) => `${one.person.name} is not away.`,
    refresh: REFRESH,
    loud: 'Still away',
  });
  const mayOf = (person: string) => person === me?.id || may('absenceOfOthers');
  return (
    <Section
      title="Away"
      lead="Who is away gets no turn and is not told of drafts. What they have goes to whoever stands in, to the next of the group, or back to nobody."
      actions={
        (may('beAway') || may('absenceOfOthers')) && <Button onClick={() => setAsking(true)}>Say who is away</Button>
      }
      flush
    >
      <Loaded query={query}>
        {({ items }) => (
          <>
            {items.length === 0 && <Empty title="Nobody is away.">Drafts reach everybody who may review.</Empty>}
            <ul aria-label="Away">
              {items.map((one) => (
                <Line
                  key={one.person.id}
                  end={
                    mayOf(one.person.id) && (
                      <Button
                        look="quiet"
                        disabled={end.busy}
                        onClick={() => end.go(one)}
                        aria-label={`${one.person.name} is back`}
                      >
                        {isNow(one, nowMs) ? 'Back' : 'Call it off'}
                      </Button>
                    )
                  }
                >
                  <p className="flex flex-wrap items-center gap-2">
                    <span className="font-semibold break-words">{one.person.name}</span>
                    {isNow(one, nowMs) ? <Pill tone="warn">Away</Pill> : <Pill tone="muted">Planned</Pill>}
                  </p>
                  <p className="break-words text-muted" title={`${absolute(one.from)} – ${absolute(one.until)}`}>
                    {times(one, nowMs)} · {one.standIn ? `${one.standIn.name} stands in` : 'nobody stands in'}
                  </p>
                </Line>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {asking && <AwayDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

function times({ from, until }: AbsenceView, nowMs: number): string {
  const back = `back ${inBothZones(until, ownZone, nowMs)}`;
  return isNow({ from }, nowMs) ? `Is ${back}` : `From ${inBothZones(from, ownZone, nowMs)}, ${back}`;
}

/** The beginning of a day here. */
const dayStart = (date: string): string | null => {
  const at = new Date(`${date}T00:00`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
};

function AwayDialog({ onClose }: { onClose: () => void }) {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const known = useQuery({ ...reviewQueries.reviewers(), enabled: may('suppress') });
  const people = known.data?.items ?? [];
  const own = people.find(({ id }) => id === me?.id);
  const [chosen, setChosen] = useState('');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const [standIn, setStandIn] = useState('');
  const who = chosen || own?.id || '';
  const names = people.map(({ id, name }) => [id, id === me?.id ? `${name} (you)` : name] as const);
  const save = useChange(
    ({ person, body }: { person: string; body: PutAbsence }) => accounts.putAbsence(person, body),
    {
      done: (made) => `${made.person.name} is away until ${inBothZones(made.until, ownZone, Date.now())}.`,
      refresh: REFRESH,
    },
  );
  const back = dayStart(until);
  const begins = from === '' ? null : dayStart(from);
  const go = () => {
    if (back === null) return;
    const body = { until: back, standIn: standIn || null, ...(begins !== null && { from: begins }) };
    save.go({ person: who, body }, onClose);
  };
  return (
    <Dialog
      title="Away"
      action="Save"
      ready={who !== '' && back !== null && who !== standIn && (from === '' || begins !== null)}
      onAction={go}
      onClose={onClose}
      busy={save.busy}
      error={save.error}
    >
      {may('absenceOfOthers') && (
        <Choice
          label="Who"
          value={who}
          set={setChosen}
          options={who === '' ? [['', 'Choose a person'], ...names] : names}
        />
      )}
      <div className="grid gap-4 tablet:grid-cols-2">
        <Text label="From (empty: now)" type="date" value={from} set={setFrom} />
        <Text label="Back on" type="date" value={until} set={setUntil} required />
      </div>
      <Choice
        label="Who stands in"
        hint="Gets what they have now, and what would go to them meanwhile."
        value={standIn}
        set={setStandIn}
        options={[['', 'Nobody'], ...names.filter(([id]) => id !== who)]}
      />
    </Dialog>
  );
}
