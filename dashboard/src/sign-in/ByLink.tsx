import { useEffect, useState } from 'react';
import { queryClient } from '../api/queries.ts';
import { enter, type OpenedLink } from '../api/session.ts';
import { ask, Denied } from './ask.ts';
import { Ask, Card, Input } from './parts.tsx';

interface Inspected {
  purpose: 'setup' | 'password';
  name: string | null;
  email: string | null;
}

/** Behind a one-time link. Opening it does nothing yet, so a mail scanner that opens it uses nothing up. */
export function ByLink({ purpose, token }: OpenedLink) {
  return purpose === 'magic' ? <Magic token={token} /> : <Account token={token} first={purpose === 'setup'} />;
}

function Magic({ token }: { token: string }) {
  const go = async () => {
    // A link that is used up answers with a redirect to the page, which is no session.
    const { user }: { user?: unknown } = (await ask('magic-link/verify', { token })) ?? {};
    if (!user) throw new Denied('This link was used already, or is too old. Ask for a new one.');
    queryClient.clear();
    enter();
  };
  return (
    <Card title="Sign in to the review desk" lead="You followed the link from your mail.">
      <Ask action="Sign in" go={go} />
    </Card>
  );
}

function Account({ token, first }: { token: string; first: boolean }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [gone, setGone] = useState('');
  useEffect(() => {
    ask<Inspected>('link/inspect', { token }).then(
      (found) => {
        setName(found.name ?? '');
        setEmail(found.email ?? '');
      },
      (error: unknown) => setGone(error instanceof Denied ? error.message : 'This link does not work.'),
    );
  }, [token]);

  const go = async () => {
    await ask('link/redeem', { token, name: name.trim(), password, ...(first && { email: email.trim() }) });
    queryClient.clear();
    enter();
  };
  const lead = first ? 'The first account looks after all others.' : 'Choose the password you will sign in with.';
  if (gone !== '') {
    return (
      <Card title="This link is over" lead={gone}>
        <a className="font-semibold text-accent underline" href="/">
          To the sign-in page
        </a>
      </Card>
    );
  }
  return (
    <Card title={first ? 'Set up Countersign' : 'Your account'} lead={lead}>
      <Ask action={first ? 'Make the account' : 'Save and sign in'} go={go}>
        <Input label="Name" name="name" autoComplete="name" maxLength={200} value={name} set={setName} />
        <Input
          label="Email"
          type="email"
          name="email"
          autoComplete="username"
          readOnly={!first}
          value={email}
          set={setEmail}
        />
        <Input
          label="Password"
          hint="At least 12 characters; three or four words are easy to remember."
          type="password"
          name="password"
          autoComplete="new-password"
          minLength={12}
          maxLength={128}
          value={password}
          set={setPassword}
        />
      </Ask>
    </Card>
  );
}
