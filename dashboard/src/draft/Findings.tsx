import { useMemo } from 'react';
import type { Revision } from '../../../src/api/schemas/index.ts';
import { plain } from '../lib/plain.ts';
import { placesOf } from './places.ts';

type Finding = Revision['warnings'][number];

/** What the checks found, each with the place it is about. */
export function Findings({ revision }: { revision: Revision }) {
  return (
    <ul className="divide-y divide-line">
      {revision.warnings.map((finding) => (
        <li key={`${finding.code} ${finding.message}`} className="flex gap-3 px-4 py-2">
          <span className={`shrink-0 font-semibold ${finding.level === 'error' ? 'text-bad' : 'text-warn'}`}>
            {finding.level === 'error' ? 'Error' : 'Warning'}
          </span>
          <div className="min-w-0 break-words">
            {plain(finding.message)}
            <Places finding={finding} content={revision.content} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Places({ finding, content }: { finding: Finding; content: Revision['content'] }) {
  const places = useMemo(() => placesOf(finding.quotes ?? [], content), [finding.quotes, content]);
  return places.map(({ part, before, quote, after }) => (
    <p key={`${part} ${quote}`} className="mt-0.5 text-xs text-muted">
      {part}: {plain(before)}
      <mark className="rounded-sm bg-warn-soft text-warn">{plain(quote)}</mark>
      {plain(after)}
    </p>
  ));
}
