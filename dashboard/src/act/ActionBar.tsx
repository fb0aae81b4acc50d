import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import type { Draft, Revision } from '../../../src/api/schemas/index.ts';
import { useDesk } from '../desk.ts';
import { readingKey, readRevisions } from '../draft/reading.ts';
import { useKeys } from '../lib/keys.ts';
import { useStore } from '../lib/store.ts';
import { useMay } from '../settings/may.ts';
import { Button } from '../ui/controls.tsx';
import { focusSubject } from '../ui/focus.ts';
import { Ask } from './Ask.tsx';
import { CommentForm } from './CommentForm.tsx';
import { justDecided, refusals } from './commands.ts';
import { Ended } from './Ended.tsx';
import { HandOver } from './HandOver.tsx';
import { MorePanel } from './MorePanel.tsx';
import { RejectForm } from './RejectForm.tsx';
import { ResolveForm } from './ResolveForm.tsx';
import { useAct } from './use-act.ts';
import { claimToEdit, useClaim } from './use-claim.ts';
import { useMore } from './use-more.ts';

/** Brings the time zone arithmetic along, so it waits until somebody wants it. */
const Reschedule = lazy(async () => ({ default: (await import('./Reschedule.tsx')).Reschedule }));

type Mode = 'ask' | 'ask_timed' | 'changes' | 'reject' | 'comment' | 'hand' | 'reschedule' | 'resolve' | 'more';

/** What alone leaves nothing here to decide. */
const ASIDE: readonly Draft['actions'][number][] = ['cancel', 'withdraw', 'revise', 'recheck', 'pause', 'resume'];

/** What can be done, at the foot of the draft: within the thumb's reach, and always in the same place. */
export function ActionBar({ draft, revision }: { draft: Draft; revision: Revision | null }) {
  const { refine } = useDesk();
  const [mode, setMode] = useState<Mode | null>(null);
  const act = useAct(draft, revision);
  const more = useMore(draft, revision, act);
  const claim = useClaim(draft);
  const mayDo = useMay();
  const refusal = useStore(refusals).get(draft.id);
  const isRead = useStore(readRevisions).has(readingKey(draft.id, revision?.revision ?? 0));
  const current = revision !== null && revision.revision === draft.revision;
  const may = (action: Draft['actions'][number]) => draft.actions.includes(action);
  const close = () => setMode(null);
  // What had the focus is gone with its form: without it, the keyboard could not scroll the text.
  useEffect(() => {
    if (mode === null && document.activeElement === document.body) focusSubject();
  }, [mode]);

  const approver = (withTime: boolean) => () => {
    if (justDecided()) return;
    if (isRead && claim.other === null) act.approve(withTime);
    else setMode(withTime ? 'ask_timed' : 'ask');
  };
  const canApprove = may('approve') && current;
  const approve = canApprove ? approver(false) : undefined;
  const timed = canApprove && draft.schedule.kind !== 'now' ? approver(true) : undefined;
  const show = (wanted: Mode, possible: boolean) => (possible ? () => setMode(wanted) : undefined);
  const startEdit = () => {
    void claimToEdit(draft.id);
    void refine({ edit: true });
  };
  const edit = may('edit') && current ? startEdit : undefined;
  const changes = show('changes', may('request_changes') && current);
  const reject = show('reject', may('reject') && current);
  const reschedule = show('reschedule', may('reschedule'));
  const resolve = show('resolve', may('resolve'));
  const revoke = may('revoke') ? act.revoke : undefined;
  const open = may('edit') || may('revoke') || may('resolve');
  const own = open && mayDo('take') ? (claim.mine ? claim.letGo : claim.take) : undefined;
  const comment = show('comment', mayDo('comment') && draft.revision > 0);
  const hand = show('hand', open);
  // While a form is open nothing behind it is done, wherever the focus has gone.
  const asked = mode !== null && mode !== 'ask' && mode !== 'ask_timed';
  useKeys(asked ? {} : { a: approve, t: timed, e: edit, c: changes, r: reject, s: reschedule ?? resolve, u: revoke });
  const others = show('more', Object.values(more).some(Boolean));
  useKeys(asked ? {} : { o: own, m: comment, h: hand, '.': others });
  useKeys(mode ? { escape: close } : {}, true);

  const none = draft.actions.every((action) => ASIDE.includes(action));
  const decided = (withTime: boolean) => {
    close();
    act.approve(withTime);
  };
  const panels: Record<Mode, () => ReactNode> = {
    ask: () => <Ask unread={!isRead} other={claim.other} onApprove={() => decided(false)} onBack={readOn} />,
    ask_timed: () => <Ask unread={!isRead} other={claim.other} onApprove={() => decided(true)} onBack={readOn} />,
    changes: () => (
      <CommentForm
        title="What should change?"
        send="Request changes"
        onSend={act.requestChanges}
        onClose={close}
        required
      />
    ),
    reject: () => <RejectForm onSend={act.reject} onClose={close} />,
    comment: () => <CommentForm title="Comment" send="Add comment" onSend={act.comment} onClose={close} required />,
    hand: () => <HandOver onSend={claim.handTo} onClose={close} />,
    reschedule: () => (
      <Suspense fallback={<p className="h-32 text-muted">Loading…</p>}>
        <Reschedule draft={draft} onSend={act.reschedule} onClose={close} />
      </Suspense>
    ),
    more: () => <MorePanel more={more} onClose={close} />,
    resolve: () => <ResolveForm id={draft.id} onSend={act.resolve} onClose={close} />,
  };
  function readOn() {
    close();
    if (isRead) return;
    document.querySelector('[data-scroller]')?.scrollBy({ top: window.innerHeight / 2, behavior: 'smooth' });
  }

  return (
    <footer className="border-t border-line bg-panel pt-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
      <div className="mx-auto max-w-3xl px-4 tablet:px-8">
        {refusal && (
          <p role="alert" className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-bad">
            Not done: {refusal}
          </p>
        )}
        {mode !== null && panels[mode]()}
        {none && mode === null && (
          <div className="flex flex-wrap items-start gap-2">
            <div className="mr-auto min-w-0">
              <Ended draft={draft} />
            </div>
            <Act on={comment} name="Comment" shortcut="M" look="quiet" />
            <Act on={others} name="More…" shortcut="." look="quiet" />
          </div>
        )}
        {!none && mode === null && (
          <div className="flex flex-wrap gap-2 *:grow tablet:*:grow-0">
            {may('approve') && (
              <Button look={isRead ? 'primary' : 'plain'} shortcut="A" disabled={!approve} onClick={approve}>
                Approve
              </Button>
            )}
            <Act on={timed} name="Approve with this time" shortcut="T" />
            {resolve && (
              <Button look="primary" shortcut="S" onClick={resolve}>
                Settle the outcome
              </Button>
            )}
            <Act on={revoke} name="Take approval back" shortcut="U" />
            <Act on={edit} name="Edit" shortcut="E" />
            <Act on={changes} name="Request changes" shortcut="C" />
            <Act on={reschedule} name="Reschedule" shortcut="S" />
            <Act on={comment} name="Comment" shortcut="M" look="quiet" />
            <Act on={others} name="More…" shortcut="." look="quiet" />
            <Act on={reject} name="Reject" shortcut="R" look="danger" className="tablet:ml-auto" />
          </div>
        )}
      </div>
    </footer>
  );
}

/** A button for what is possible now. */
function Act(props: {
  on: (() => void) | undefined;
  name: string;
  shortcut: string;
  look?: 'quiet' | 'danger';
  className?: string;
}) {
  const { on, name, shortcut, look, className } = props;
  if (!on) return null;
  return (
    <Button {...(look && { look })} shortcut={shortcut} onClick={on} className={className}>
      {name}
    </Button>
  );
}
