import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { Draft } from '../../../../src/api/schemas/index.ts';
import { queries } from '../../api/queries.ts';
import { MailPanel } from '../../draft/MailPanel.tsx';
import { RecipientNotes } from '../../draft/RecipientNotes.tsx';
import { readingKey, readRevisions } from '../../draft/reading.ts';
import { useSince } from '../../draft/since.ts';
import { Why } from '../../draft/Why.tsx';
import { useKeys } from '../../lib/keys.ts';
import { useStore } from '../../lib/store.ts';
import { goes, useNow } from '../../lib/time.ts';
import { subjectLine } from '../../lib/words.ts';
import { Button } from '../../ui/controls.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import type { Task } from './Carry.tsx';

/** Every body, one after the other; nothing is approved before the last of them was on screen. */
export function ReadAll(props: { ids: readonly string[]; onLeave: () => void; onDone: (task: Task) => void }) {
  const { ids, onLeave, onDone } = props;
  const found = useQueries({ queries: ids.map((id) => queries.draft(id)) });
  const [taken, setTaken] = useState<readonly Draft[]>([]);
  const [place, setPlace] = useState(0);
  const draft = found[place]?.data;
  const next = (include: Draft | null) => {
    if (include) setTaken([...taken, include]);
    setPlace(place + 1);
  };
  if (place >= ids.length) return <Confirm taken={taken} onLeave={onLeave} onDone={onDone} />;
  const head = `Draft ${place + 1} of ${ids.length}`;
  if (!draft) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-5/6']} />;
  return <One key={draft.id} {...{ draft, head, next, onLeave }} />;
}

function One(props: { draft: Draft; head: string; next: (include: Draft | null) => void; onLeave: () => void }) {
  const { draft, head, next, onLeave } = props;
  const nowMs = useNow();
  const { current } = draft;
  // What was on screen is what is approved, also when a newer revision arrives meanwhile.
  const [shown] = useState(draft);
  const isRead = useStore(readRevisions).has(readingKey(shown.id, shown.revision));
  const possible = shown.actions.includes('approve') && current !== null;
  const include = possible && isRead ? () => next(shown) : undefined;
  useKeys({ a: include, l: () => next(null) });
  const revision = shown.current;
  // Noted as on its own page: when it was opened, and when its end was read.
  useSince(shown, revision);
  return (
    <article aria-labelledby="bulk-subject" className="flex min-h-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto" data-scroller>
        <div className="mx-auto max-w-3xl px-4 py-4 tablet:px-8">
          <p className="text-xs text-muted">{head}</p>
          <h1 id="bulk-subject" className="text-lg font-semibold break-words">
            {subjectLine(shown)}
          </h1>
          <p className="mb-4 break-words text-muted">
            to {shown.recipients.join(', ')} · {goes(shown, nowMs)}
          </p>
          <RecipientNotes id={shown.id} addresses={shown.recipients} />
          <Why draft={shown} revision={revision} />
          {revision ? <MailPanel revision={revision} /> : <Empty title="It has no text yet." />}
        </div>
      </div>
      <footer className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <Button look={include ? 'primary' : 'plain'} shortcut="A" disabled={!include} onClick={include}>
          Include
        </Button>
        <Button shortcut="L" onClick={() => next(null)}>
          Leave out
        </Button>
        <p role="status" className="mr-auto text-xs text-muted">
          {!possible ? 'You cannot approve this one.' : isRead ? '' : 'Read to the end to include it.'}
        </p>
        <Button look="quiet" onClick={onLeave}>
          Stop
        </Button>
      </footer>
    </article>
  );
}

function Confirm(props: { taken: readonly Draft[]; onLeave: () => void; onDone: (task: Task) => void }) {
  const { taken, onLeave, onDone } = props;
  if (taken.length === 0) {
    return (
      <Empty title="You included none of them.">
        <Button onClick={onLeave}>Back</Button>
      </Empty>
    );
  }
  const approve = taken.length === 1 ? 'Approve 1 draft' : `Approve ${taken.length} drafts`;
  return (
    <section aria-label="Approve together" className="mx-auto w-full max-w-3xl overflow-y-auto p-4 tablet:p-8">
      <h1 className="mb-3 text-lg font-semibold">You have read and included these</h1>
      <ul className="mb-4 divide-y divide-line rounded-xl border border-line">
        {taken.map((draft) => (
          <li key={draft.id} className="px-4 py-2">
            {subjectLine(draft)}
            <span className="block text-xs break-words text-muted">
              revision {draft.revision}, to {draft.recipients.join(', ')}
            </span>
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onLeave}>
          Not now
        </Button>
        <Button look="primary" onClick={() => onDone({ act: 'approve', drafts: taken })}>
          {approve}
        </Button>
      </div>
    </section>
  );
}
