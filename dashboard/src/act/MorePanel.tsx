import { type KeyboardEvent, useState } from 'react';
import { Button } from '../ui/controls.tsx';
import { focusOnce, onEscape } from '../ui/focus.ts';
import { CommentForm } from './CommentForm.tsx';
import type { More } from './use-more.ts';

/** What is asked for a word first, and what the form says. */
const ASKS = {
  pause: { title: 'Why is it paused?', hint: 'Optional. Others read this.', send: 'Pause' },
  recompose: {
    title: 'What should the new text heed?',
    hint: 'Optional. The recipe reads this.',
    send: 'Compose anew',
  },
  withdraw: {
    title: 'Why is it withdrawn?',
    send: 'Withdraw it',
    danger: true,
    lead: 'It ends unsent, as if its agent had taken it back. Approvals given so far end with it, and it cannot be brought back.',
  },
  cancel: {
    title: 'Why is it cancelled?',
    send: 'Cancel it',
    danger: true,
    lead: 'It ends unsent, stopped by you. Approvals given so far end with it, and it cannot be brought back.',
  },
} as const satisfies Partial<
  Record<keyof More, { title: string; send: string; hint?: string; danger?: true; lead?: string }>
>;

/** What is needed less often than a decision: one line each, with what it does. */
export function MorePanel({ more, onClose }: { more: More; onClose: () => void }) {
  const [asked, setAsked] = useState<keyof typeof ASKS | null>(null);
  const { resume, recheck } = more;
  const leaving = (act: (() => void) | undefined) =>
    act &&
    (() => {
      onClose();
      act();
    });
  const asking = (what: keyof typeof ASKS) => more[what] && (() => setAsked(what));
  const send = asked === null ? undefined : more[asked];
  if (asked !== null && send) {
    return <CommentForm {...ASKS[asked]} onSend={send} onClose={onClose} />;
  }
  const lines = [
    ['Pause…', 'It does not leave until it is resumed. Its time, its review and its approvals stay.', asking('pause')],
    ['Resume', 'Ends the pause. It is checked again before it leaves.', leaving(resume)],
    ['Check again', 'Asks the rules and the checks once more, as they are now.', leaving(recheck)],
    ['Compose anew…', 'By its recipe as it is now. The text on screen is replaced.', asking('recompose')],
    ['Withdraw…', 'Ends it unsent, as if its agent had taken it back.', asking('withdraw')],
    ['Cancel…', 'Ends it unsent, as stopped by an operator.', asking('cancel')],
  ] as const;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    onEscape(event, onClose);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll('button')];
    const now = all.findIndex((one) => one.matches(':focus'));
    all[(now + by + all.length) % all.length]?.focus();
  };
  const possible = lines.filter(([, , act]) => act);
  return (
    <section aria-label="More to do" onKeyDown={onKeyDown}>
      <ul className="mb-3 space-y-2">
        {possible.map(([name, what, act], index) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Button ref={index === 0 ? focusOnce : undefined} onClick={act} className="min-w-36">
              {name}
            </Button>
            <span className="min-w-0 flex-1 basis-56 text-muted">{what}</span>
          </li>
        ))}
      </ul>
      <div className="text-right">
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
    </section>
  );
}
