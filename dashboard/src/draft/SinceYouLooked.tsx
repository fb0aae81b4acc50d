import { useState } from 'react';
import { useDesk } from '../desk.ts';
import { useKeys } from '../lib/keys.ts';
import { plain } from '../lib/plain.ts';
import { absolute, relative, useNow } from '../lib/time.ts';
import { eventSentence } from '../lib/words.ts';
import { Button } from '../ui/controls.tsx';
import type { Since } from './since.ts';

const MOST = 4;

/** Before the text: what is new in it and around it. */
export function SinceYouLooked({ since }: { since: Since }) {
  const { refine } = useDesk();
  const nowMs = useNow();
  const [put, setPut] = useState(false);
  const done = () => setPut(true);
  useKeys(put ? {} : { d: done });
  if (put) return null;
  const { look, revision, events, message, policy } = since;
  const shown = events.slice(-MOST);
  return (
    <section aria-label="Since you looked" className="mb-5 rounded-xl bg-info-soft px-4 py-3 text-info">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto font-semibold" title={absolute(look.seenAt)}>
          Since you looked, {relative(look.seenAt, nowMs)}
        </h2>
        {revision !== null && <Button onClick={() => void refine({ tab: 'changes' })}>What changed in the text</Button>}
        {message && <Button onClick={() => void refine({ tab: 'thread' })}>Read the thread</Button>}
        <Button shortcut="D" onClick={done}>
          Seen
        </Button>
      </div>
      <ul className="mt-1 list-disc pl-5">
        {revision !== null && <li>You read revision {revision}; this is another one.</li>}
        {message && <li>A newer message is in the thread.</li>}
        {policy.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {events.length > shown.length && <li>{events.length - shown.length} earlier events</li>}
        {shown.map((event) => (
          <li key={event.id} className="break-words">
            {eventSentence(event)}
            {event.actor && event.actor.id !== 'system' && `, ${event.actor.name}`}
            {event.comment && `: “${plain(event.comment.slice(0, 200))}”`}
          </li>
        ))}
      </ul>
    </section>
  );
}
