import { type ComponentProps, type FormEvent, type ReactNode, useState } from 'react';
import { Mark } from '../app/Mark.tsx';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { Denied } from './ask.ts';

export function Card({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-4">
      <title>Sign in · Countersign</title>
      <div className="w-full max-w-sm space-y-5 rounded-2xl border border-line bg-panel p-6">
        <Mark />
        <div>
          <h1 className="text-lg font-semibold">{title}</h1>
          <p className="mt-1 text-muted">{lead}</p>
        </div>
        {children}
      </div>
    </main>
  );
}

/** A form that says what went wrong where a screen reader hears it. */
export function Ask({ action, go, children }: { action: string; go: () => Promise<void>; children?: ReactNode }) {
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    try {
      await go();
    } catch (error) {
      setProblem(error instanceof Denied ? error.message : 'That did not work. Try it again.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      {children}
      <p role="alert" className="text-bad empty:hidden">
        {problem}
      </p>
      <Button type="submit" look="primary" disabled={busy} className="w-full">
        {busy ? 'One moment…' : action}
      </Button>
    </form>
  );
}

type InputProps = Omit<ComponentProps<'input'>, 'onChange'> & {
  label: string;
  hint?: string;
  set: (value: string) => void;
};

export function Input({ label, hint, set, className = '', ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint}>
      <input
        className={`${inputLook} ${className}`}
        spellCheck={false}
        required
        onChange={(event) => set(event.target.value)}
        {...rest}
      />
    </Field>
  );
}
