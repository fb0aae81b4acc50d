import { type FormEvent, useState } from 'react';
import { queryClient } from '../api/queries.ts';
import { signIn } from '../api/session.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';
import { Mark } from './Mark.tsx';

export function SignIn() {
  const [key, setKey] = useState('');
  const [stay, setStay] = useState(false);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    const response = await fetch('/v1/me', { headers: { Authorization: `Bearer ${key.trim()}` } }).catch(() => null);
    setBusy(false);
    if (response?.ok) {
      queryClient.clear();
      signIn(key.trim(), stay);
    } else if (response?.status === 401) setProblem('This key is not known here. Is it complete, and of this server?');
    else setProblem('The server cannot be reached. Is Countersign running?');
  };

  return (
    <main className="flex h-full items-center justify-center overflow-y-auto p-4">
      <title>Sign in · Countersign</title>
      <form onSubmit={submit} className="w-full max-w-sm space-y-5 rounded-2xl border border-line bg-panel p-6">
        <Mark />
        <div>
          <h1 className="text-lg font-semibold">Sign in to the review desk</h1>
          <p className="mt-1 text-muted">No agent’s email leaves without a countersignature. Yours starts here.</p>
        </div>
        <Field label="Your key">
          <input
            className={`${inputLook} font-mono`}
            type="password"
            name="key"
            autoComplete="current-password"
            spellCheck={false}
            required
            // The only thing to do on this page.
            ref={focusOnce}
            value={key}
            onChange={(event) => setKey(event.target.value)}
            aria-describedby="key-problem"
          />
        </Field>
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={stay} onChange={(event) => setStay(event.target.checked)} />
          Stay signed in on this computer
        </label>
        <p id="key-problem" role="alert" className="text-bad empty:hidden">
          {problem}
        </p>
        <Button type="submit" look="primary" disabled={busy || key.trim() === ''} className="w-full">
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
        <div className="space-y-1 border-t border-line pt-4 text-xs text-muted">
          <p>
            Started it yourself? The key is in <code className="font-mono">credentials.json</code> in its data folder (
            <code className="font-mono">.countersign</code>), named “reviewer”.
          </p>
          <p>Otherwise ask whoever runs this server for a reviewer’s key.</p>
        </div>
      </form>
    </main>
  );
}
