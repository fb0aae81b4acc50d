import type { Draft } from '../../../src/api/schemas/index.ts';
import { useClaim } from '../act/use-claim.ts';
import { singleKeys } from '../lib/single-keys.ts';
import { useStore } from '../lib/store.ts';
import { absolute } from '../lib/time.ts';
import { useMay } from '../settings/may.ts';

const link = 'rounded px-1 font-semibold text-accent hover:underline';

/** Who looks after the draft, and the way to change that. */
export function Assignee({ draft }: { draft: Draft }) {
  const claim = useClaim(draft);
  const may = useMay();
  const told = useStore(singleKeys) ? 'O' : undefined;
  const { assignee } = draft;
  const cause = assignee ? causeWords(assignee.cause) : null;
  const until = assignee?.until ? `Until ${absolute(assignee.until)}, if it is not renewed` : undefined;
  return (
    <span title={until}>
      {claim.mine ? 'Yours' : claim.other === null ? 'Nobody has it' : `${claim.other} has it`}
      {cause && `, ${cause}`}
      {claim.mine ? (
        <button type="button" aria-keyshortcuts={told} className={`ml-1 ${link}`} onClick={claim.letGo}>
          Let go
        </button>
      ) : may('take') ? (
        <button type="button" aria-keyshortcuts={told} className={`ml-1 ${link}`} onClick={claim.take}>
          {claim.other === null ? 'Take it' : 'Take over'}
        </button>
      ) : null}
    </span>
  );
}

function causeWords(cause: NonNullable<Draft['assignee']>['cause']): string | null {
  if (cause?.kind === 'turn') return `in turn of ${cause.group}`;
  if (cause?.kind === 'stand_in') return `for ${cause.person.name}, who is away`;
  return cause === null ? null : 'named by policy';
}
