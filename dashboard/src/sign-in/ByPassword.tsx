import { useState } from 'react';
import { queryClient } from '../api/queries.ts';
import { enter, type SignInMethods } from '../api/session.ts';
import { Button } from '../ui/controls.tsx';
import { ask, Denied } from './ask.ts';
import { Ask, Input } from './parts.tsx';

/** Address and password; a link by mail and single sign-on where the server has them. */
export function ByPassword({ methods }: { methods: SignInMethods }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [told, setTold] = useState('');

  const go = async () => {
    await ask('sign-in/email', { email: email.trim(), password });
    queryClient.clear();
    enter();
  };
  const guarded = (act: () => Promise<void>) => () => {
    act().catch((error: unknown) => setTold(error instanceof Denied ? error.message : 'That did not work.'));
  };
  const mailLink = guarded(async () => {
    if (!email.includes('@')) throw new Denied('Write your email address first.');
    await ask('sign-in/magic-link', { email: email.trim() });
    setTold('If this address has an account here, a link is on its way to it.');
  });
  const single = guarded(async () => {
    const here = `${location.pathname}${location.search}`;
    const { url } = await ask<{ url: string }>('sign-in/social', { provider: 'oidc', callbackURL: here });
    location.assign(url);
  });

  return (
    <div className="space-y-4">
      <Ask action="Sign in" go={go}>
        <Input label="Email" type="email" name="email" autoComplete="username" value={email} set={setEmail} />
        <Input
          label="Password"
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          set={setPassword}
        />
      </Ask>
      {methods.magicLink && (
        <Button className="w-full" onClick={mailLink}>
          Email me a sign-in link
        </Button>
      )}
      {methods.sso && (
        <Button className="w-full" onClick={single}>
          Continue with {methods.sso.name}
        </Button>
      )}
      <p role="status" className="text-muted empty:hidden">
        {told}
      </p>
    </div>
  );
}
