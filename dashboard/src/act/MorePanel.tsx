import { type KeyboardEvent, useState } from 'react';
import { Button } from '../ui/controls.tsx';
import { focusOnce, onEscape } from '../ui/focus.ts';
import { CommentForm } from './CommentForm.tsx';
import type { More } from './use-more.ts';

/** What is needed less often than a decision: one line each, with what it does. */
export function MorePanel({ more, onClose }: { more: More; onClose: () => void }) {
  const [asked, setAsked] = useState<'pause' | 'recompose' | null>(null);
  const { pause, resume, recheck, recompose } = more;
  const leaving = (act: (() => void) | undefined) =>
    act &&
    (() => {
      onClose();
      act();
    });
  if (asked === 'pause' && pause) {
    return (
      <CommentForm
        title="Why is it paused?"
        hint="Optional. Others read this."
        send="Pause"
        onSend={pause}
        onClose={onClose}
      />
    );
  }
  if (asked === 'recompose' && recompose) {
    return (
      <CommentForm
        title="What should the new text heed?"
        hint="Optional. The recipe reads this."
        send="Compose anew"
        onSend={recompose}
        onClose={onClose}
      />
    );
  }
  const lines = [
    [
      'Pause…',
      'It does not leave until it is resumed. Its time, its review and its approvals stay.',
      pause && (() => setAsked('pause')),
    ],
    ['Resume', 'Ends the pause. It is checked again before it leaves.', leaving(resume)],
    ['Check again', 'Asks the rules and the checks once more, as they are now.', leaving(recheck)],
    [
      'Compose anew…',
      'By its recipe as it is now. The text on screen is replaced.',
      recompose && (() => setAsked('recompose')),
    ],
  ] as const;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    onEscape(event, onClose);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll('button')];
    const now = all.findIndex((one) => one === document.activeElement);
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
