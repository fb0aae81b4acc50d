import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { queries } from '../api/queries.ts';
import { reviewQueries } from '../api/review.ts';
import { awayInWords, isNow } from '../lib/away.ts';
import { useNow } from '../lib/time.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { focusOnce, onEscape } from '../ui/focus.ts';

export function HandOver({ onSend, onClose }: { onSend: (person: string) => Promise<boolean>; onClose: () => void }) {
  const { data: me } = useQuery(queries.me());
  const { data } = useQuery(reviewQueries.reviewers());
  const [person, setPerson] = useState('');
  const [busy, setBusy] = useState(false);
  const nowMs = useNow();
  const people = data?.items.filter(({ id }) => id !== me?.id) ?? [];
  const chosen = people.find(({ id }) => id === person);
  const nobodyThere = chosen?.away != null && isNow(chosen.away, nowMs) && chosen.away.standIn === null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (person === '') return;
    setBusy(true);
    const done = await onSend(person);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => onEscape(event, onClose)}
      aria-label="Hand over"
      className="space-y-3"
    >
      <Field label="Hand it to" hint="It stays with them until somebody changes that. Anybody may still decide.">
        <select
          ref={focusOnce}
          value={person}
          onChange={(event) => setPerson(event.target.value)}
          className={inputLook}
        >
          <option value="">{people.length === 0 ? 'There is nobody else who reviews' : 'Choose a person'}</option>
          {people.map(({ id, name, away }) => (
            <option key={id} value={id}>
              {away && isNow(away, nowMs) ? `${name} (away)` : name}
            </option>
          ))}
        </select>
      </Field>
      {chosen?.away && (
        <p role="status" className="rounded-lg bg-warn-soft px-3 py-2 text-warn">
          {awayInWords(chosen.name, chosen.away, nowMs)}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" look="primary" disabled={person === '' || busy || nobodyThere}>
          Hand over
        </Button>
      </div>
    </form>
  );
}
