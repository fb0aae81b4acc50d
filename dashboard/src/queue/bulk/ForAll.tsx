import { useQueries } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { Draft } from '../../../../src/api/schemas/index.ts';
import { CommentForm } from '../../act/CommentForm.tsx';
import { RejectForm } from '../../act/RejectForm.tsx';
import { queries } from '../../api/queries.ts';
import { subjectLine } from '../../lib/words.ts';
import { Button } from '../../ui/controls.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import type { BulkAct } from '../selection.ts';
import type { Task } from './Carry.tsx';

const Reschedule = lazy(async () => ({ default: (await import('../../act/Reschedule.tsx')).Reschedule }));

const TITLES = { reject: 'Reject', reschedule: 'Reschedule', pause: 'Pause' } as const;

/** One reason, or one time, for all of them; they are named before it happens. */
export function ForAll(props: {
  ids: readonly string[];
  act: Exclude<BulkAct, 'approve'>;
  onLeave: () => void;
  onDone: (task: Task) => void;
}) {
  const { ids, act, onLeave, onDone } = props;
  const found = useQueries({ queries: ids.map((id) => queries.draft(id)) });
  if (found.some(({ isPending }) => isPending)) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/3']} />;
  const all = found.flatMap(({ data }) => (data ? [data] : []));
  const drafts = all.filter(({ actions }) => actions.includes(act));
  const [first] = drafts;
  if (!first) {
    return (
      <Empty title="None of them can be changed so any more.">
        <Button onClick={onLeave}>Back</Button>
      </Empty>
    );
  }
  return (
    <section aria-label="Several drafts" className="mx-auto w-full max-w-3xl overflow-y-auto p-4 tablet:p-8">
      <h1 className="mb-3 text-lg font-semibold">
        {TITLES[act]} {drafts.length} of {ids.length} chosen
      </h1>
      <Names drafts={drafts} />
      {act === 'reject' ? (
        <RejectForm onSend={(rejection) => onDone({ act, ...rejection, drafts })} onClose={onLeave} stay />
      ) : act === 'pause' ? (
        <CommentForm
          title="Why are they paused?"
          hint="Optional. Others read this."
          send="Pause"
          stay
          onSend={(reason) => onDone({ act, reason, drafts })}
          onClose={onLeave}
        />
      ) : (
        <Suspense fallback={<p className="text-muted">Loading…</p>}>
          <Reschedule
            draft={first}
            several={drafts.length > 1}
            onClose={() => undefined}
            onSend={async (schedule) => {
              onDone({ act, schedule, drafts });
              return true;
            }}
          />
          <Button look="quiet" onClick={onLeave}>
            Back to the queue
          </Button>
        </Suspense>
      )}
    </section>
  );
}

function Names({ drafts }: { drafts: readonly Draft[] }) {
  return (
    <ul className="mb-4 divide-y divide-line rounded-xl border border-line">
      {drafts.map((draft) => (
        <li key={draft.id} className="px-4 py-2">
          {subjectLine(draft)}
          <span className="block text-xs break-words text-muted">to {draft.recipients.join(', ')}</span>
        </li>
      ))}
    </ul>
  );
}
