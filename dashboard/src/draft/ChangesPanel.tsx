import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Draft, Revision, RevisionList } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { compare, type Part } from '../lib/compare.ts';
import { relative, useNow } from '../lib/time.ts';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';

/** What the machine wrote; everything else people did to it. */
const AGENTS_OWN: ReadonlySet<string> = new Set(['composed', 'revised']);

type Listed = RevisionList['items'][number];

/** Any two revisions, word by word. It begins with what is new to the reader, else with what people made of the agent's text. */
export function ChangesPanel({ draft, revision, seen }: { draft: Draft; revision: Revision; seen: number | null }) {
  const [picked, setPicked] = useState<{ from?: number; to?: number }>({});
  const list = useQuery(queries.revisions(draft.id));
  const items = list.data?.items ?? [];
  const upTo = picked.to ?? revision.revision;
  const agents = items.findLast((item) => item.revision < upTo && AGENTS_OWN.has(item.origin));
  const edited = !AGENTS_OWN.has(items.find((item) => item.revision === upTo)?.origin ?? revision.origin);
  const first = seen !== null && seen < upTo ? seen : edited && agents ? agents.revision : upTo - 1;
  const from = picked.from ?? first;
  const before = useQuery({
    ...queries.revision(draft.id, from),
    enabled: from > 0 && (list.isSuccess || seen !== null),
  });
  const other = useQuery({ ...queries.revision(draft.id, upTo), enabled: upTo !== revision.revision });
  const after = upTo === revision.revision ? revision : other.data;
  if (draft.revision === 1) return <Empty title="This is the first revision." />;
  const note = (item: Listed) =>
    [item.revision === seen && ' (you read it last)', item === agents && edited && ' (as the agent wrote it)']
      .filter((one) => one !== false)
      .join('');
  const failed = before.error ?? other.error;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-2 text-muted">
        <Pick
          label="Compare"
          value={from}
          items={items}
          note={note}
          onPick={(at) => setPicked({ ...picked, from: at })}
        />
        <Pick label="with" value={upTo} items={items} note={note} onPick={(at) => setPicked({ ...picked, to: at })} />
      </div>
      {failed && <Failure error={failed} retry={() => void Promise.all([before.refetch(), other.refetch()])} />}
      {!failed && !(before.data && after) && from > 0 && <Skeleton lines={['w-3/4', 'w-2/3', 'w-1/2']} />}
      {from === 0 && <Empty title="Nothing came before it." />}
      {before.data && after && <Differences before={before.data} after={after} />}
    </>
  );
}

function Pick(props: {
  label: string;
  value: number;
  items: readonly Listed[];
  note: (item: Listed) => string;
  onPick: (revision: number) => void;
}) {
  const { label, value, items, note, onPick } = props;
  const nowMs = useNow();
  return (
    <label className="flex min-w-0 items-center gap-2">
      {label}
      <select
        value={value}
        onChange={(event) => onPick(Number(event.target.value))}
        className="h-9 min-w-0 rounded-lg border border-line bg-panel px-2 text-ink tablet:h-8"
      >
        {!items.some((item) => item.revision === value) && (
          <option value={value}>{value === 0 ? 'nothing' : `revision ${value}`}</option>
        )}
        {items.toReversed().map((item) => (
          <option key={item.revision} value={item.revision}>
            revision {item.revision} by {item.author.name}, {relative(item.createdAt, nowMs)}
            {note(item)}
          </option>
        ))}
      </select>
    </label>
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
