import { type FormEvent, useState } from 'react';
import { myAccount } from '../api/my-account.ts';
import { Button } from '../ui/controls.tsx';
import { Fault } from './parts/Dialog.tsx';
import { Text } from './parts/fields.tsx';
import { Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const SHORTEST = 12;

export function PasswordSection({ email }: { email: string }) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const change = useChange(() => myAccount.changePassword(current, next), {
    done: () => 'The password is changed. You are signed out everywhere else.',
    refresh: [['my-sessions']],
  });
  const short = next !== '' && next.length < SHORTEST;
  const other = again !== '' && again !== next;
  const ready = current !== '' && next.length >= SHORTEST && again === next && !change.busy;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    change.go(undefined, () => {
      for (const empty of [setCurrent, setNext, setAgain]) empty('');
    });
  };
  return (
    <Section title="Password" lead="A new one signs you out everywhere else.">
      <form onSubmit={submit} aria-label="Change the password" className="max-w-sm space-y-4">
        {/* For programs that keep passwords: whose it is. */}
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <Text
          label="Present password"
          type="password"
          autoComplete="current-password"
          value={current}
          set={setCurrent}
        />
        <Text
          label="New password"
          type="password"
          autoComplete="new-password"
          hint={`${SHORTEST} characters or more.`}
          aria-invalid={short}
          value={next}
          set={setNext}
        />
        <Text
          label="New password again"
          type="password"
          autoComplete="new-password"
          hint={other ? 'It is not the same as the one above.' : undefined}
          aria-invalid={other}
          value={again}
          set={setAgain}
        />
        <Fault error={change.error} />
        <Button type="submit" look="primary" disabled={!ready}>
          {change.busy ? 'One moment…' : 'Change the password'}
        </Button>
      </form>
    </Section>
  );
}
