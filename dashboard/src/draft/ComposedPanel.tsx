import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DraftSources, SourceView } from '../../../src/api/schemas/index.ts';
import { reviewQueries } from '../api/review.ts';
import { plain } from '../lib/plain.ts';
import { absolute, relative, useNow } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';

const KINDS: Record<SourceView['kind'], string> = {
  thread: 'Thread in AgentMail',
  http: 'Fetched over HTTP',
  inline: 'Given with the request',
  activity: 'Function of the worker',
};

/** What the agent knew: every source of the newest composition, as text. */
export function ComposedPanel({ id }: { id: string }) {
  const [whole, setWhole] = useState(false);
  const { data, error, isPending, refetch } = useQuery({
    ...reviewQueries.sources(id, whole),
    placeholderData: (last) => last,
  });
  if (isPending) return <Skeleton lines={['w-1/3', 'w-5/6', 'w-3/4']} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data.recipe === null) {
    return (
      <Empty title="This email came as it is.">
        Its agent wrote it without a recipe: what it knew is not known here.
      </Empty>
    );
  }
  return (
    <>
      <p className="mb-4 text-muted">
        Recipe {data.recipe.name}, version {data.recipe.version}
        {writer(data)}
      </p>
      {data.items.length === 0 && <Empty title="The recipe has no sources.">Everything is in its template.</Empty>}
      <ul aria-label="Sources" className="space-y-3">
        {data.items.map((source) => (
          <Source key={source.id} source={source} whole={whole} onWhole={() => setWhole(true)} />
        ))}
      </ul>
    </>
  );
}

function writer({ writtenBy, model }: DraftSources): string {
  if (writtenBy === null) return '. Its text is not written yet.';
  if (writtenBy === 'template') return '. Written by the template.';
  return model === null ? '. Written by a model.' : `. Written by the model ${model}.`;
}

function Source({ source, whole, onWhole }: { source: SourceView; whole: boolean; onWhole: () => void }) {
  const nowMs = useNow();
  const { id, kind, asked, fetchedAt, answer, length, truncated } = source;
  return (
    <li className="overflow-hidden rounded-xl border border-line">
      <div className="flex flex-wrap items-baseline gap-x-3 px-4 py-2.5">
        <h2 className="font-semibold">{id}</h2>
        <span className="text-muted">{KINDS[kind]}</span>
        <span className="ml-auto text-xs text-muted tabular-nums">
          {fetchedAt && (
            <time dateTime={fetchedAt} title={absolute(fetchedAt)}>
              {relative(fetchedAt, nowMs)},{' '}
            </time>
          )}
          {length.toLocaleString('en')} characters
        </span>
        {asked !== null && <p className="w-full font-mono text-xs break-all text-muted">{plain(asked)}</p>}
      </div>
      {answer === null ? (
        <p className="border-t border-line px-4 py-2.5 text-muted">It has not answered yet.</p>
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
          tabIndex={0}
          className="max-h-96 overflow-auto border-t border-line bg-sunken px-4 py-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap -outline-offset-2"
        >
          {plain(answer)}
        </pre>
      )}
      {truncated && (
        <p className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2 text-xs text-muted">
          {whole ? 'It is longer than can be shown here.' : 'Only its beginning is shown.'}
          {!whole && <Button onClick={onWhole}>Show all of it</Button>}
        </p>
      )}
    </li>
  );
}
