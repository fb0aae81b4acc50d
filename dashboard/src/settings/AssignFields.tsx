import { useQuery } from '@tanstack/react-query';
import type { Inbox } from '../../../src/api/schemas/index.ts';
import { accountQueries } from '../api/accounts.ts';
import { reviewQueries } from '../api/review.ts';
import type { InboxEdit } from './InboxPage.tsx';
import { useMay } from './may.ts';
import { Choice } from './parts/fields.tsx';

type Route = Inbox['assignTo'];
type Kind = 'nobody' | 'turn' | 'group' | 'person';

const KINDS: readonly (readonly [Kind, string])[] = [
  ['nobody', 'Nobody in particular'],
  ['turn', 'People of a group in turn'],
  ['group', 'A whole group'],
  ['person', 'One person'],
];
const SAYS: Record<Kind, string> = {
  nobody: 'Whoever may approve is asked, and takes it.',
  turn: 'Each draft goes to whoever waited longest. Who is away, or whose own work it is, is passed over.',
  group: 'Its people are told; one of them takes it.',
  person: 'While they are away it goes to whoever stands in.',
};

/** Who an inbox's drafts go to. */
export function AssignFields({ inbox, set, disabled }: InboxEdit) {
  const may = useMay();
  const groups = useQuery({ ...accountQueries.groups(), enabled: may('seePeople') }).data?.items ?? [];
  const people = useQuery({ ...reviewQueries.reviewers(), enabled: may('suppress') }).data?.items ?? [];
  const route = inbox.assignTo;
  const kind = kindOf(route);
  const names = groups.map(({ name }) => name);
  const choose = (next: Kind) =>
    set({
      assignTo: first(
        next,
        names,
        people.map(({ id }) => id),
      ),
    });
  // Without a group, or a person that may be named, there is nothing to choose.
  const kinds = KINDS.filter(([one]) => {
    return one === 'nobody' || one === kind || (one === 'person' ? people.length > 0 : names.length > 0);
  });
  return (
    <div className="grid gap-5 tablet:grid-cols-2">
      <Choice label="Drafts go to" hint={SAYS[kind]} value={kind} set={choose} options={kinds} disabled={disabled} />
      {route && 'person' in route && (
        <Choice
          label="Person"
          value={route.person}
          set={(person) => set({ assignTo: { person } })}
          options={withOwn(
            people.map(({ id, name }) => [id, name] as const),
            route.person,
          )}
          disabled={disabled}
        />
      )}
      {route && !('person' in route) && (
        <Choice
          label="Group"
          value={nameOf(route)}
          set={(name) => set({ assignTo: 'inTurn' in route ? { inTurn: name } : { group: name } })}
          options={withOwn(
            names.map((name) => [name, name] as const),
            nameOf(route),
          )}
          disabled={disabled}
        />
      )}
    </div>
  );
}

const nameOf = (route: { group: string } | { inTurn: string }) => ('inTurn' in route ? route.inTurn : route.group);

function kindOf(route: Route): Kind {
  if (route === null) return 'nobody';
  return 'person' in route ? 'person' : 'inTurn' in route ? 'turn' : 'group';
}

function first(kind: Kind, groups: readonly string[], people: readonly string[]): Route {
  const [group, person] = [groups[0], people[0]];
  if (kind === 'person' && person !== undefined) return { person };
  if (kind === 'turn' && group !== undefined) return { inTurn: group };
  return kind === 'group' && group !== undefined ? { group } : null;
}

/** What is chosen stays to be seen, also when it is there no longer. */
function withOwn(options: (readonly [string, string])[], own: string): (readonly [string, string])[] {
  return options.some(([id]) => id === own) ? options : [[own, `${own} (not there)`], ...options];
}
