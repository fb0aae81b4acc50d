import type { ReactNode } from 'react';
import { textOf } from '../lib/mail-html.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { htmlOf, type LocalEdit } from './local-edit.ts';

/** Both bodies as they are written. */
export function SourceFields(props: {
  edit: LocalEdit;
  onChange: (change: Partial<LocalEdit>) => void;
  children: ReactNode;
}) {
  const { edit, onChange, children } = props;
  return (
    <>
      {children}
      <Field label="HTML source">
        <textarea
          rows={16}
          spellCheck={false}
          value={edit.html}
          onChange={(event) => onChange({ html: event.target.value })}
          className={`${inputLook} block font-mono text-xs`}
        />
      </Field>
      <Field label="Text">
        <textarea
          rows={Math.min(16, Math.max(5, edit.text.split('\n').length + 1))}
          value={edit.text}
          onChange={(event) => onChange({ text: event.target.value, follows: false })}
          className={`${inputLook} block leading-6`}
        />
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => onChange({ text: `${textOf(edit.html)}\n`, follows: false })}>Text from the HTML</Button>
        <Button onClick={() => onChange({ html: htmlOf(edit.text) })}>HTML from the text, without formatting</Button>
      </div>
    </>
  );
}
