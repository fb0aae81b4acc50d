import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { Refused } from '../../api/http.ts';
import { Button } from '../../ui/controls.tsx';

interface Props {
  title: string;
  children?: ReactNode;
  /** Says what happens, never just "OK". */
  action: string;
  onAction: () => void;
  onClose: () => void;
  busy?: boolean;
  error?: Error | null;
  danger?: boolean;
  ready?: boolean;
  wide?: boolean;
}

/** A question or a form over the page. Escape and "Not now" close it; the answer stays open until the server has one. */
export function Dialog(props: Props) {
  const { title, children, action, onAction, onClose, busy = false, error, danger = false, ready = true, wide } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) onAction();
  };
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby={id}
      className={`m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] overflow-y-auto rounded-2xl border border-line bg-panel p-5 text-ink backdrop:bg-black/40 ${wide ? 'max-w-2xl' : 'max-w-md'}`}
    >
      <form onSubmit={submit} noValidate className="space-y-4">
        <h2 id={id} className="text-base font-semibold break-words">
          {title}
        </h2>
        {children}
        <Fault error={error ?? null} />
        <div className="flex flex-wrap justify-end gap-2 pt-1">
          <Button look="quiet" onClick={() => dialog.current?.close()}>
            Not now
          </Button>
          <Button type="submit" look={danger ? 'danger' : 'primary'} disabled={!ready || busy}>
            {busy ? 'One moment…' : action}
          </Button>
        </div>
      </form>
    </dialog>
  );
}

/** Why the server said no, field by field. */
export function Fault({ error }: { error: Error | null }) {
  if (error === null) return null;
  const fields = error instanceof Refused ? (error.problem.fields ?? []) : [];
  return (
    <div role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-bad">
      {fields.length > 1 ? (
        <ul className="list-disc pl-4">
          {fields.map(({ path, message }) => (
            <li key={`${path} ${message}`} className="break-words">
              {path && <code className="font-mono text-xs">{path}</code>} {message}
            </li>
          ))}
        </ul>
      ) : (
        <p className="break-words">{error.message}</p>
      )}
    </div>
  );
}
