import { useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { useDesk } from '../desk.ts';
import { readingKey, readRevisions } from '../draft/reading.ts';
import { useKeys } from '../lib/keys.ts';
import { useStore } from '../lib/store.ts';
import { Button } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import { CommentForm } from './CommentForm.tsx';
import { refusals } from './commands.ts';
import { Ended } from './Ended.tsx';
import { Reschedule } from './Reschedule.tsx';
import { ResolveForm } from './ResolveForm.tsx';
import { useAct } from './use-act.ts';

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

  const approve = may('approve') && current ? () => (isRead ? act.approve() : setMode('unread')) : undefined;
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
    <footer className="border-t border-line bg-panel px-4 pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] tablet:px-8">
      <div className="mx-auto max-w-3xl">
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
        {mode === 'reschedule' && <Reschedule draft={draft} onSend={act.reschedule} onClose={close} />}
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
