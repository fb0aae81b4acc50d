import { type KeyboardEvent, useState } from 'react';
import { linkOf } from '../../lib/mail-links.ts';
import { Button, inputLook } from '../../ui/controls.tsx';
import { focusOnce, onEscape } from '../../ui/focus.ts';
import { targetOf } from './link.ts';

/** The target of the link the cursor is in, said in full; and a field to give another. */
export function LinkBar(props: {
  /** Its target and text; null: there is no link yet. */
  link: { href: string; text: string } | null;
  asking: boolean;
  onAsk: () => void;
  onSet: (href: string | null) => void;
  onClose: () => void;
}) {
  const { link, asking, onAsk, onSet, onClose } = props;
  if (asking) return <Field {...{ link, onSet, onClose }} />;
  if (link === null) return null;
  const known = linkOf(link.text, link.href);
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-info-soft px-3 py-1.5 text-info">
      <p role="status" className="mr-auto min-w-0 break-all">
        Leads to {known?.target ?? link.href}
        {known?.misleading && <strong className="block text-warn">The text names another site.</strong>}
      </p>
      <Button onClick={onAsk}>Change</Button>
      <Button onClick={() => onSet(null)}>Remove link</Button>
    </div>
  );
}

function Field({ link, onSet, onClose }: Pick<Parameters<typeof LinkBar>[0], 'link' | 'onSet' | 'onClose'>) {
  const [typed, setTyped] = useState(link?.href ?? '');
  const target = targetOf(typed);
  const onKeyDown = (event: KeyboardEvent) => {
    onEscape(event, onClose);
    if (event.key === 'Enter') {
      event.preventDefault();
      if (target !== null) onSet(target);
    }
    event.stopPropagation();
  };
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
      <input
        ref={focusOnce}
        aria-label="Where the link leads"
        placeholder="https://…"
        value={typed}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${inputLook} min-w-48 flex-1`}
      />
      <Button disabled={target === null} onClick={() => onSet(target)}>
        Set link
      </Button>
      <Button look="quiet" onClick={onClose}>
        Not now
      </Button>
      {typed.trim() !== '' && target === null && (
        <p role="alert" className="w-full text-xs text-bad">
          Give a web or mail address, such as https://example.com or ana@example.com.
        </p>
      )}
    </div>
  );
}
