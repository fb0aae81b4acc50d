import { useEffect, useEffectEvent, useState } from 'react';
import { ownZone } from '../lib/time.ts';
import { Field, inputLook } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import type { When } from './words/when.ts';

/** A time in words. The parser is fetched when this appears; the form below says what was understood. */
export function WhenField(props: {
  timeZone: string;
  recipientZone: string;
  onWhen: (when: When) => void;
  /** Why the words mean nothing; null while they do, or while there are none. */
  onProblem: (problem: string | null) => void;
}) {
  const { timeZone, recipientZone, onWhen, onProblem } = props;
  const [words, setWords] = useState('');
  const read = useEffectEvent(async (stop: AbortSignal) => {
    const { readWhen } = await import('./words/when.ts');
    if (stop.aborted) return;
    const when = readWhen(words, { nowMs: Date.now(), timeZone, ownZone, recipientZone });
    if (!('problem' in when)) onWhen(when);
    onProblem('problem' in when ? when.problem : null);
  });
  // Also when it is learnt where the recipient lives.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read is the words
  useEffect(() => {
    if (words.trim() === '') return onProblem(null);
    const stop = new AbortController();
    void read(stop.signal).catch(() => onProblem('The words could not be read. Use the fields.'));
    return () => stop.abort();
  }, [words, recipientZone]);
  return (
    <Field label="In words">
      <input
        ref={focusOnce}
        value={words}
        spellCheck={false}
        autoComplete="off"
        placeholder="tomorrow 9:00 in their zone, mon 14:30, in 2 hours"
        onChange={(event) => setWords(event.target.value)}
        className={inputLook}
      />
    </Field>
  );
}
