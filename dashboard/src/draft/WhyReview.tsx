import { useQuery } from '@tanstack/react-query';
import type { Draft } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { reviewWords } from './review-words.ts';

/**
 * What the rules and the mode of the inbox said of this revision; as they are now, or of an ended draft as they were.
 * It stands at the end of a line that is there already: it comes late, and must push nothing away.
 */
export function WhyReview({ draft, revision }: { draft: Draft; revision: number }) {
  const { data: me } = useQuery(queries.me());
  const { data } = useQuery({ ...reviewQueries.policy(draft.id), enabled: me?.kind === 'person' });
  const said = data?.revision === revision ? (data.now ?? data.recorded) : null;
  const words = said && reviewWords(said, draft);
  if (!words) return null;
  return (
    <details className="open:basis-full">
      <summary className="cursor-pointer rounded px-1 font-semibold text-accent hover:underline">{words.title}</summary>
      <div className="mt-2 rounded-xl border border-line px-4 py-3 text-ink">
        <p className="break-words">{words.why}</p>
        <dl className="mt-2 grid gap-x-4 gap-y-1 tablet:grid-cols-[8rem_1fr]">
          {words.facts.map(({ name, lines }) => (
            <div key={name} className="contents">
              <dt className="text-muted max-tablet:mt-1">{name}</dt>
              <dd className="min-w-0 break-words">
                {lines.map((line) => (
                  <span key={line} className="block">
                    {line}
                  </span>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
