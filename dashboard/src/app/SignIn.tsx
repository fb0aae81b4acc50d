import { useEffect, useState } from 'react';
import { openedLink, type SignInMethods, signInMethods } from '../api/session.ts';
import { useStore } from '../lib/store.ts';
import { ByKey } from '../sign-in/ByKey.tsx';
import { ByLink } from '../sign-in/ByLink.tsx';
import { ByPassword } from '../sign-in/ByPassword.tsx';
import { Card } from '../sign-in/parts.tsx';

const KEYS_ONLY: SignInMethods = { password: false, magicLink: false, sso: null, local: false };

export function SignIn() {
  const link = useStore(openedLink);
  const [methods, setMethods] = useState<SignInMethods | null>(null);
  useEffect(() => {
    signInMethods().then(setMethods, () => setMethods(KEYS_ONLY));
  }, []);
  if (link !== null) return <ByLink {...link} />;
  if (methods === null) return null;
  const refused = new URLSearchParams(location.search).has('error');
  return (
    <Card
      title="Sign in to the review desk"
      lead="No agent’s email leaves without a countersignature. Yours starts here."
    >
      {refused && (
        <p role="alert" className="text-bad">
          The sign-in did not work. If you have no account yet, ask an admin for an invitation.
        </p>
      )}
      {methods.password ? <ByPassword methods={methods} /> : <ByKey />}
      {methods.password && (
        <details className="border-t border-line pt-4">
          <summary className="cursor-pointer text-muted">Use an API key instead</summary>
          <div className="pt-4">
            <ByKey />
          </div>
        </details>
      )}
      <p className="border-t border-line pt-4 text-xs text-muted">
        Started it yourself? <code className="font-mono">npx countersign desk</code> prints a link that signs you in.
        Otherwise ask an admin for an account.
      </p>
    </Card>
  );
}
