import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { compare, type Part } from '../lib/compare.ts';
import { relative, useNow } from '../lib/time.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';

/** What this revision says that an earlier one did not. */
/** What the machine wrote; everything else people did to it. */
const AGENTS_OWN: ReadonlySet<string> = new Set(['composed', 'revised']);

export function ChangesPanel({ draft, revision, seen }: { draft: Draft; revision: Revision; seen: number | null }) {
  const [picked, setPicked] = useState<number | null>(null);
  const revisions = useQuery(queries.revisions(draft.id));
  const earlier = revisions.data?.items.filter((item) => item.revision < revision.revision) ?? [];
  const agents = earlier.findLast(({ origin }) => AGENTS_OWN.has(origin));
  const edited = !AGENTS_OWN.has(revision.origin);
  // First what is new to the reader, else what people made of the agent's text.
  const chosen = picked ?? seen ?? (edited && agents ? agents.revision : revision.revision - 1);
  const before = useQuery({
    ...queries.revision(draft.id, chosen),
    enabled: chosen > 0 && (revisions.isSuccess || seen !== null),
  });
  const nowMs = useNow();
  if (revision.revision === 1) return <Empty title="This is the first revision." />;
  return (
    <>
      <label className="mb-4 flex flex-wrap items-center gap-2 text-muted">
        Revision {revision.revision} by {revision.author.name}, compared with
        <select
          value={chosen}
          onChange={(event) => setPicked(Number(event.target.value))}
          className="h-8 rounded-lg border border-line bg-panel px-2 text-ink"
        >
          {earlier.length === 0 && <option value={chosen}>revision {chosen}</option>}
          {earlier.toReversed().map((item) => (
            <option key={item.revision} value={item.revision}>
              revision {item.revision} by {item.author.name}, {relative(item.createdAt, nowMs)}
              {item.revision === seen && ' (you read it last)'}
              {edited && item === agents && ' (as the agent wrote it)'}
            </option>
          ))}
        </select>
      </label>
      {before.isPending && <Skeleton lines={['w-3/4', 'w-2/3', 'w-1/2']} />}
      {before.error && <Failure error={before.error} retry={() => void before.refetch()} />}
      {before.data && <Differences before={before.data} after={revision} />}
    </>
  );
}

export function Differences({
  before,
  after,
}: {
  before: Pick<Revision, 'content'>;
  after: Pick<Revision, 'content'>;
}) {
  const changes = useMemo(() => compare(before.content, after.content), [before, after]);
  if (changes.length === 0) return <Empty title="They say the same." />;
  return (
    <dl className="space-y-5">
      {changes.map(({ field, parts }) => (
        <div key={field}>
          <dt className="mb-1 text-xs text-muted">{field}</dt>
          <dd className="text-[15px] leading-6 break-words whitespace-pre-wrap">
            <Parts parts={parts} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return parts.map(({ kind, text }, index) => {
    // biome-ignore-start lint/suspicious/noArrayIndexKey: parts have no identity but their place
    if (kind === 'added') {
      return (
        <ins key={index} className="rounded-sm bg-added no-underline">
          {text}
        </ins>
      );
    }
    if (kind === 'removed') {
      return (
        <del key={index} className="rounded-sm bg-removed">
          {text}
        </del>
      );
    }
    return <span key={index}>{text}</span>;
    // biome-ignore-end lint/suspicious/noArrayIndexKey: see above
  });
}
