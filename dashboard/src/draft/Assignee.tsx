import type { Draft } from '../../../src/api/schemas/index.ts';
import { useClaim } from '../act/use-claim.ts';
import { absolute } from '../lib/time.ts';

const link = 'rounded px-1 font-semibold text-accent hover:underline';

/** Who looks after the draft, and the way to change that. */
export function Assignee({ draft }: { draft: Draft }) {
  const claim = useClaim(draft);
  const { assignee } = draft;
  const until = assignee?.until ? `Until ${absolute(assignee.until)}, if it is not renewed` : undefined;
  return (
    <span title={until}>
      {claim.mine ? 'Yours' : claim.other === null ? 'Nobody has it' : `${claim.other} has it`}
      {claim.mine ? (
        <button type="button" aria-keyshortcuts="O" className={`ml-1 ${link}`} onClick={claim.letGo}>
          Let go
        </button>
      ) : (
        <button type="button" aria-keyshortcuts="O" className={`ml-1 ${link}`} onClick={claim.take}>
          {claim.other === null ? 'Take it' : 'Take over'}
        </button>
      )}
    </span>
  );
}
