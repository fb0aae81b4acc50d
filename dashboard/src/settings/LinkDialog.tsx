import type { OneTimeLink } from '../api/accounts.ts';
import { absolute } from '../lib/time.ts';
import { Secret } from './parts/Secret.tsx';

type Shown = Pick<OneTimeLink, 'expiresAt'> & { url: string };

export function LinkDialog({ of, link, onClose }: { of: string; link: Shown; onClose: () => void }) {
  return (
    <Secret title={`A link for ${of}`} name="link" secret={link.url} onClose={onClose}>
      <p>
        It lets {of} choose a password, once, until {absolute(link.expiresAt)}. Give it to nobody else.
      </p>
    </Secret>
  );
}
