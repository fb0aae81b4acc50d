import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue } from 'react';
import type { RecipientNotes as Notes } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { useMay } from '../settings/may.ts';

type Note = Notes['items'][number];

const REASONS: Record<NonNullable<Note['suppression']>['reason'], string> = {
  complaint: 'reported a mail as spam',
  unsubscribed: 'unsubscribed',
  hard_bounce: 'does not exist: a mail bounced',
  manual: 'is on the suppression list',
  imported: 'is on the suppression list',
};
const MOST = 100;

/** Who of the recipients must not be written to, said before somebody approves it. */
export function RecipientNotes({ id, addresses }: { id: string; addresses: readonly string[] }) {
  const { data: me } = useQuery(queries.me());
  const may = useMay();
  const asked = useDeferredValue(addresses.slice(0, MOST));
  const enabled = asked.length > 0 && me !== undefined && me.kind === 'person';
  const { data } = useQuery({ ...reviewQueries.recipientNotes(id, asked), enabled, placeholderData: (last) => last });
  // A zone alone is nothing to be warned of.
  const items =
    data?.items.filter((note) => note.suppression || note.stopAsked || note.optedOut || note.quietHours) ?? [];
  return (
    <ul role="status" className="mt-2 space-y-1 empty:hidden">
      {items.map((note) => (
        <li key={note.address} className={`break-words ${isBarred(note) ? 'font-semibold text-bad' : 'text-warn'}`}>
          {note.address} {sentenceOf(note)}
          {!note.suppression && note.stopAsked && may('suppress') && (
            <>
              {' '}
              <Link to="/settings/suppressions" className="underline" aria-label={`Decide about ${note.address}`}>
                Decide
              </Link>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

const isBarred = ({ suppression, stopAsked }: Note): boolean => suppression !== null || stopAsked !== null;

function sentenceOf({ suppression, stopAsked, optedOut, quietHours, timeZone }: Note): string {
  if (suppression) {
    const where = suppression.scope === 'organization' ? '' : ', for this inbox';
    const entry = suppression.entry.includes('@') ? '' : ` (${suppression.entry})`;
    return `${REASONS[suppression.reason]}${entry}${where}. It will not be sent.`;
  }
  if (stopAsked) return 'wrote to get no more mail. It will not be sent before somebody decides.';
  if (optedOut) return 'opted out of such mail. It will not be sent.';
  const { from, to } = quietHours ?? { from: '', to: '' };
  return `wants no mail from ${from} to ${to}${timeZone ? ` (${timeZone})` : ''}.`;
}
