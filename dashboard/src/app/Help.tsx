import { useEffect, useRef } from 'react';
import { setSingleKeys, singleKeys } from '../lib/single-keys.ts';
import { useStore } from '../lib/store.ts';
import { Button, Key } from '../ui/controls.tsx';

const KEYS: readonly [string, string][] = [
  ['J / K', 'Next, previous draft'],
  ['Enter', 'Open the draft'],
  ['Esc', 'Back, or close what is open'],
  ['/', 'Search'],
  ['F', 'Filter the list, save a view'],
  ['N', 'Show new arrivals'],
  ['A', 'Approve, or include it while several are read'],
  ['L', 'Leave it out while several are read'],
  ['E', 'Edit'],
  ['C', 'Request changes'],
  ['R', 'Reject'],
  ['S', 'Reschedule, or settle a send whose answer was lost'],
  ['T', 'Approve with this time'],
  ['U', 'Take the approval back'],
  ['Z', 'Undo, or what the last message offers'],
  ['M', 'Comment without deciding'],
  ['O', 'Take the draft, or let it go'],
  ['H', 'Hand it to somebody'],
  ['.', 'More: pause, check again, compose anew, withdraw, cancel'],
  ['D', 'Seen: put the news away'],
  ['X', 'Select the draft, for several at once'],
  ['Shift + A', 'Read and approve those selected'],
  ['Shift + R', 'Reject those selected'],
  ['Shift + S', 'Reschedule those selected'],
  ['Shift + P', 'Pause those selected'],
  ['1 – 7', 'Mail, Text, Source, Thread, Changes, Timeline, Composed from'],
  ['G then W', 'Waiting drafts'],
  ['G then N', 'Numbers'],
  ['G then B', 'Batches'],
  ['G then O', 'Operations'],
  ['G then L', 'Alerts'],
  ['G then S', 'Settings'],
  ['G then P', 'Pauses: stop and go'],
  ['?', 'This list'],
];

export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const single = useStore(singleKeys);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="help-title"
      className="m-auto w-full max-w-sm rounded-2xl border border-line bg-panel p-5 text-ink backdrop:bg-black/40"
    >
      <h2 id="help-title" className="mb-3 font-semibold">
        Keys
      </h2>
      <label className="mb-4 flex gap-3 rounded-lg bg-sunken px-3 py-2">
        <input
          type="checkbox"
          checked={single}
          onChange={(event) => setSingleKeys(event.target.checked)}
          className="mt-0.5 size-4 shrink-0"
        />
        <span>
          Single-key shortcuts
          <span className="block text-xs text-muted">
            {single
              ? 'Kept in this browser. Turn them off where keys are pressed by mistake or by speech.'
              : 'Off in this browser: only Esc, Enter, ↑ and ↓ do something. “Keys” in the menu opens this list.'}
          </span>
        </span>
      </label>
      <dl className={`space-y-2 ${single ? '' : 'text-muted'}`}>
        {KEYS.map(([key, what]) => (
          <div key={key} className="flex items-center justify-between gap-4">
            <dt className="order-2 whitespace-nowrap">
              {key.split(/ \/ | then | \+ /).map((one) => (
                <Key key={one}>{one}</Key>
              ))}
              <span className="sr-only">{key}</span>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 text-right">
        <Button onClick={() => dialog.current?.close()}>Close</Button>
      </div>
    </dialog>
  );
}
