import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, inputLook } from '../../ui/controls.tsx';

/** Something that is shown this once. It does not close by a stray key before it was copied. */
export function Secret(props: {
  title: string;
  name: string;
  secret: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { title, name, secret, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      onCancel={(event) => copied !== true && event.preventDefault()}
      aria-labelledby={id}
      className="m-auto w-[calc(100%-2rem)] max-w-lg space-y-4 rounded-2xl border border-line bg-panel p-5 text-ink backdrop:bg-black/40"
    >
      <h2 id={id} className="text-base font-semibold">
        {title}
      </h2>
      {children}
      <input
        readOnly
        aria-label={`The ${name}`}
        value={secret}
        onFocus={(event) => event.currentTarget.select()}
        className={`${inputLook} font-mono`}
      />
      <p role="status" className="text-muted">
        {copied === true && 'Copied.'}
        {copied === false && `The browser did not let it be copied: select the ${name} and copy it.`}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={() => void copy()}>Copy the {name}</Button>
        <Button look="primary" onClick={() => dialog.current?.close()}>
          I have it
        </Button>
      </div>
    </dialog>
  );
}
