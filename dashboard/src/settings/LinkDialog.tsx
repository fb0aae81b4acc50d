import type { OneTimeLink } from '../api/accounts.ts';
import { absolute } from '../lib/time.ts';
import { Secret } from './parts/Secret.tsx';

export function LinkDialog({ of, link, onClose }: { of: string; link: OneTimeLink; onClose: () => void }) {
  return (
    <Secret title={`A link for ${of}`} name="link" secret={link.url} onClose={onClose}>
      <p>
        It lets {of} choose a password, once, until {absolute(link.expiresAt)}.{' '}
        {link.mailed ? 'It was mailed to them, too.' : 'Give it to nobody else.'}
      </p>
    </Secret>
  );
}
