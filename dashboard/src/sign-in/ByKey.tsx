import { useState } from 'react';
import { queryClient } from '../api/queries.ts';
import { signIn } from '../api/session.ts';
import { Denied } from './ask.ts';
import { Ask, Input } from './parts.tsx';

/** With an API key, which the tab keeps: for servers without accounts, and for whoever has a key at hand. */
export function ByKey() {
  const [key, setKey] = useState('');
  const [stay, setStay] = useState(false);
  const go = async () => {
    const headers = { Authorization: `Bearer ${key.trim()}` };
    const response = await fetch('/v1/me', { headers, credentials: 'omit' }).catch(() => null);
    if (response?.status === 401) throw new Denied('This key is not known here. Is it complete, and of this server?');
    if (!response?.ok) throw new Denied('The server cannot be reached. Is Countersign running?');
    queryClient.clear();
    signIn(key.trim(), stay);
  };
  return (
    <Ask action="Sign in with the key" go={go}>
      <Input
        label="Your key"
        type="password"
        name="key"
        autoComplete="off"
        className="font-mono"
        value={key}
        set={setKey}
      />
      <label className="flex items-center gap-2">
        <input type="checkbox" checked={stay} onChange={(event) => setStay(event.target.checked)} />
        Stay signed in on this computer
      </label>
    </Ask>
  );
}
