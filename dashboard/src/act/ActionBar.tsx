import { lazy, Suspense, useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { useDesk } from '../desk.ts';
import { readingKey, readRevisions } from '../draft/reading.ts';
import { useKeys } from '../lib/keys.ts';
import { useStore } from '../lib/store.ts';
import { Button } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import { CommentForm } from './CommentForm.tsx';
import { justDecided, refusals } from './commands.ts';
import { Ended } from './Ended.tsx';
import { ResolveForm } from './ResolveForm.tsx';
import { useAct } from './use-act.ts';

/** Brings the time zone arithmetic along, so it waits until somebody wants it. */
const Reschedule = lazy(async () => ({ default: (await import('./Reschedule.tsx')).Reschedule }));

type Mode = 'unread' | 'changes' | 'reject' | 'reschedule' | 'resolve';

/** What can be done, at the foot of the draft: within the thumb's reach, and always in the same place. */
export function ActionBar({ draft, revision }: { draft: Draft; revision: Revision | null }) {
  const { refine } = useDesk();
  const [mode, setMode] = useState<Mode | null>(null);
  const act = useAct(draft, revision);
  const refusal = useStore(refusals).get(draft.id);
  const isRead = useStore(readRevisions).has(readingKey(draft.id, revision?.revision ?? 0));
  const current = revision !== null && revision.revision === draft.revision;
  const may = (action: Draft['actions'][number]) => draft.actions.includes(action);
  const close = () => setMode(null);

  const approve =
    may('approve') && current ? () => !justDecided() && (isRead ? act.approve() : setMode('unread')) : undefined;
  const show = (wanted: Mode, possible: boolean) => (possible ? () => setMode(wanted) : undefined);
  const edit = may('edit') && current ? () => void refine({ edit: true }) : undefined;
  const changes = show('changes', may('request_changes') && current);
  const reject = show('reject', may('reject') && current);
  const reschedule = show('reschedule', may('reschedule'));
  const revoke = may('revoke') ? act.revoke : undefined;
  useKeys({ a: approve, e: edit, c: changes, r: reject, s: reschedule, u: revoke });
  useKeys(mode ? { escape: close } : {}, true);

  const none = draft.actions.every((action) => action === 'cancel' || action === 'withdraw' || action === 'revise');
  return (
    <footer className="border-t border-line bg-panel pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto max-w-3xl px-4 tablet:px-8">
        {refusal && (
          <p role="alert" className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-bad">
            Not done: {refusal}
          </p>
        )}
        {mode === 'unread' && (
          <Unread
            onApprove={() => {
              close();
              act.approve();
            }}
            onRead={() => {
              close();
              document.querySelector('[data-scroller]')?.scrollBy({ top: window.innerHeight / 2, behavior: 'smooth' });
            }}
          />
        )}
        {mode === 'changes' && (
          <CommentForm
            title="What should change?"
            send="Request changes"
            onSend={act.requestChanges}
            onClose={close}
            required
          />
        )}
        {mode === 'reject' && (
          <CommentForm title="Why is it rejected?" send="Reject" onSend={act.reject} onClose={close} danger />
        )}
        {mode === 'reschedule' && (
          <Suspense fallback={<p className="h-32 text-muted">Loading…</p>}>
            <Reschedule draft={draft} onSend={act.reschedule} onClose={close} />
          </Suspense>
        )}
        {mode === 'resolve' && <ResolveForm onSend={act.resolve} onClose={close} />}
        {none ? (
          <Ended draft={draft} />
        ) : (
          mode === null && (
            <div className="flex flex-wrap gap-2 *:grow tablet:*:grow-0">
              {may('approve') && (
                <Button look={isRead ? 'primary' : 'plain'} shortcut="A" disabled={!approve} onClick={approve}>
                  Approve
                </Button>
              )}
              {may('resolve') && (
                <Button look="primary" onClick={() => setMode('resolve')}>
                  Settle the outcome
                </Button>
              )}
              {revoke && (
                <Button shortcut="U" onClick={revoke}>
                  Take approval back
                </Button>
              )}
              {edit && (
                <Button shortcut="E" onClick={edit}>
                  Edit
                </Button>
              )}
              {changes && (
                <Button shortcut="C" onClick={changes}>
                  Request changes
                </Button>
              )}
              {reschedule && (
                <Button shortcut="S" onClick={reschedule}>
                  Reschedule
                </Button>
              )}
              {reject && (
                <Button look="danger" shortcut="R" onClick={reject} className="tablet:ml-auto">
                  Reject
                </Button>
              )}
            </div>
          )
        )}
      </div>
    </footer>
  );
}

/** Asked once: the end of the text was not on screen. */
function Unread({ onApprove, onRead }: { onApprove: () => void; onRead: () => void }) {
  return (
    <div role="alert" className="flex flex-wrap items-center gap-2">
      <p className="mr-auto">You have not seen the end of this text.</p>
      <Button look="primary" onClick={onRead} ref={focusOnce}>
        Keep reading
      </Button>
      <Button onClick={onApprove}>Approve anyway</Button>
    </div>
  );
}
