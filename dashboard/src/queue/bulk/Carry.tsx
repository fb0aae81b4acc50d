import { useEffect, useRef, useState } from 'react';
import type { Draft } from '../../../../src/api/schemas/index.ts';
import type { ScheduleInput } from '../../../../src/domain/schedule.ts';
import { give } from '../../act/commands.ts';
import type { Rejection } from '../../act/RejectForm.tsx';
import { operations } from '../../api/operations.ts';
import { queryClient } from '../../api/queries.ts';
import { subjectLine } from '../../lib/words.ts';
import { Button } from '../../ui/controls.tsx';

/** What is done to each draft, as it was when it was read. */
export type Task = { drafts: readonly Draft[] } & (
  | { act: 'approve' }
  | ({ act: 'reject' } & Rejection)
  | { act: 'reschedule'; schedule: ScheduleInput }
  | { act: 'pause'; reason: string }
);
const DONE = { approve: 'approved', reject: 'rejected', reschedule: 'rescheduled', pause: 'paused' } as const;

/** Gives the commands one after the other, and says of each how it came out. */
export function Carry({ task, onDone }: { task: Task; onDone: () => void }) {
  const [results, setResults] = useState<ReadonlyMap<string, string | null>>(new Map());
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    void (async () => {
      for (const draft of task.drafts) {
        const problem = await one(task, draft).then(
          () => null,
          (error: unknown) => (error instanceof Error ? error.message : 'The reason is not known.'),
        );
        setResults((known) => new Map(known).set(draft.id, problem));
      }
    })();
  }, [task]);
  const failed = task.drafts.filter(({ id }) => typeof results.get(id) === 'string');
  const over = results.size === task.drafts.length;
  return (
    <section aria-label="Progress" className="mx-auto w-full max-w-3xl overflow-y-auto p-4 tablet:p-8">
      <h1 aria-live="polite" className="mb-4 text-lg font-semibold">
        {results.size - failed.length} of {task.drafts.length} {DONE[task.act]}
        {failed.length > 0 && `, ${failed.length} not`}
      </h1>
      <progress value={results.size} max={task.drafts.length} aria-label="Done so far" className="mb-4 w-full" />
      <ul className="divide-y divide-line rounded-xl border border-line">
        {task.drafts.map((draft) => (
          <li key={draft.id} className="px-4 py-2">
            {subjectLine(draft)}
            <span className={`block text-xs ${results.get(draft.id) ? 'text-bad' : 'text-muted'}`}>
              {results.has(draft.id) ? (results.get(draft.id) ?? 'Done') : 'Waits its turn'}
            </span>
          </li>
        ))}
      </ul>
      {over && (
        <div className="mt-4 text-right">
          <Button look="primary" onClick={onDone}>
            Back to the queue
          </Button>
        </div>
      )}
    </section>
  );
}

function one(task: Task, draft: Draft): Promise<unknown> {
  if (task.act === 'pause') return pause(draft.id, task.reason);
  if (task.act === 'reschedule') {
    return give(draft, { path: 'reschedule', body: { schedule: task.schedule } });
  }
  const { revision, digest } = draft;
  const decided = { decision: task.act, revision, digest: digest ?? '' };
  if (task.act === 'approve') return give(draft, { path: 'decisions', body: decided });
  const { reasonCode, comment } = task;
  return give(draft, { path: 'decisions', body: { ...decided, reasonCode, ...(comment !== '' && { comment }) } });
}

/** No command of the workflow, so it has a way of its own; the draft's page is asked for anew. */
async function pause(id: string, reason: string): Promise<void> {
  await operations.pauseDraft(id, { reason });
  void queryClient.invalidateQueries({ queryKey: ['draft', id] });
}
