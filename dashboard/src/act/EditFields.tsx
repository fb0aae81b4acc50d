import { lazy, Suspense, useEffect, useState } from 'react';
import { RecipientNotes } from '../draft/RecipientNotes.tsx';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import { htmlOf, type LocalEdit, recipientsOf } from './local-edit.ts';

/** Addresses as they are typed are not asked about at every key. */
function useSettled<T>(value: T, afterMs = 400): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}

interface Part {
  edit: LocalEdit;
  onChange: (change: Partial<LocalEdit>) => void;
}

/** `derived`: a reply's recipients and subject come from the message it answers. */
export function HeadFields({ id, edit, onChange, derived }: Part & { id: string; derived: boolean }) {
  const typed = useSettled([edit.to, edit.cc, edit.bcc].join('\n'));
  const [more, setMore] = useState(edit.cc !== '' || edit.bcc !== '');
  const recipients = (field: 'to' | 'cc' | 'bcc', label: string) => (
    <Field label={label}>
      <textarea
        rows={Math.max(1, edit[field].split('\n').length)}
        value={edit[field]}
        disabled={derived}
        spellCheck={false}
        onChange={(event) => onChange({ [field]: event.target.value })}
        className={`${inputLook} block`}
      />
    </Field>
  );
  return (
    <div className="space-y-3">
      {derived && (
        <p className="text-xs text-muted">
          This is a reply: its recipients and subject come from the message it answers.
        </p>
      )}
      {recipients('to', 'To, one on each line')}
      {more ? (
        <>
          {recipients('cc', 'Cc')}
          {recipients('bcc', 'Bcc')}
        </>
      ) : (
        !derived && (
          <Button look="quiet" onClick={() => setMore(true)}>
            Add Cc or Bcc
          </Button>
        )
      )}
      <RecipientNotes id={id} addresses={recipientsOf(typed)} />
      <Field label="Subject">
        <input
          value={edit.subject}
          disabled={derived}
          maxLength={998}
          onChange={(event) => onChange({ subject: event.target.value })}
          className={inputLook}
        />
      </Field>
    </div>
  );
}

/** Brings the editor along, so it waits until there is something to format. */
const RichBody = lazy(async () => ({ default: (await import('./rich/RichBody.tsx')).RichBody }));

export function BodyFields({ edit, onChange }: Part) {
  if (edit.html !== '') {
    return (
      <Suspense fallback={<p className="h-64 text-muted">Loading…</p>}>
        <RichBody edit={edit} onChange={onChange} />
      </Suspense>
    );
  }
  return (
    <>
      <Field label="Text of the email">
        <textarea
          ref={focusOnce}
          rows={Math.min(24, Math.max(8, edit.text.split('\n').length + 2))}
          value={edit.text}
          onChange={(event) => onChange({ text: event.target.value })}
          className={`${inputLook} block leading-6`}
        />
      </Field>
      <Button look="quiet" onClick={() => onChange({ html: htmlOf(edit.text) || '<p></p>', follows: true })}>
        Add formatting
      </Button>
    </>
  );
}
