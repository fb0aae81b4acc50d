import { Field, inputLook } from '../ui/controls.tsx';
import type { LocalEdit } from './local-edit.ts';

/** The plain text that goes along with the letter: made from it, or written apart. */
export function PlainPart(props: {
  edit: LocalEdit;
  follows: boolean;
  onFollow: (on: boolean) => void;
  onText: (text: string) => void;
}) {
  const { edit, follows, onFollow, onText } = props;
  return (
    <section aria-label="Plain-text part" className="rounded-lg border border-line p-3">
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          checked={follows}
          onChange={(event) => onFollow(event.target.checked)}
          className="mt-1 shrink-0"
        />
        <span>
          Plain-text part follows the letter
          <span className="block text-xs text-muted">
            {follows
              ? 'What you write above is also what readers of plain text get.'
              : 'The plain-text part says something of its own. Changes above do not reach it.'}
          </span>
        </span>
      </label>
      {follows ? (
        <details className="mt-2">
          <summary className="w-fit text-muted">Show it</summary>
          <pre className="mt-2 max-h-80 overflow-y-auto rounded-lg bg-sunken p-3 font-sans whitespace-pre-wrap">
            {edit.text}
          </pre>
        </details>
      ) : (
        <div className="mt-2">
          <Field label="Text">
            <textarea
              rows={Math.min(16, Math.max(5, edit.text.split('\n').length + 1))}
              value={edit.text}
              onChange={(event) => onText(event.target.value)}
              className={`${inputLook} block leading-6`}
            />
          </Field>
        </div>
      )}
    </section>
  );
}
