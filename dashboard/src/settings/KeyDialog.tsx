import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CreateApiKey, FreshApiKey } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts } from '../api/accounts.ts';
import { queries } from '../api/queries.ts';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Choice, Text, Tick } from './parts/fields.tsx';
import { useChange } from './use-change.ts';
import { plain } from './words.ts';

type Role = CreateApiKey['roles'][number];
const ENDS = [
  ['30', 'In 30 days'],
  ['90', 'In 90 days'],
  ['365', 'In a year'],
  ['', 'Never'],
] as const;

const NOBODY = ' nobody';

/** A key for an agent, or one that acts as oneself with no more than one may do. */
export function KeyDialog({ onClose, onFresh }: { onClose: () => void; onFresh: (fresh: FreshApiKey) => void }) {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const forAgents = may('people');
  const forSelf = me?.via === 'session';
  const [kind, setKind] = useState<'agent' | 'self'>(forAgents ? 'agent' : 'self');
  const [name, setName] = useState('');
  const [ownRoles, setOwnRoles] = useState<readonly Role[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [bound, setBound] = useState<readonly string[]>([]);
  const [ends, setEnds] = useState<(typeof ENDS)[number][0]>('90');
  const inboxes = useQuery(queries.inboxes()).data?.items ?? [];
  const people = useQuery({ ...accountQueries.users(), enabled: forAgents }).data?.items ?? [];
  const create = useChange((body: CreateApiKey) => accounts.createKey(body), { refresh: [['keys'], ['account-log']] });
  // Whoever makes the key holds it: that it belongs to nobody is chosen, never left so.
  const ownerId = chosen ?? me?.id ?? '';
  const others = people.filter((user) => user.id !== me?.id && !user.disabled);
  const mine = (me?.roles ?? []).filter((role) => role !== 'agent');
  const body: CreateApiKey = {
    name: name.trim(),
    roles: kind === 'agent' ? ['agent'] : [...ownRoles],
    ...(kind === 'agent' && { ownerId: ownerId === NOBODY ? null : ownerId }),
    ...(bound.length > 0 && { inboxes: [...bound] }),
    ...(ends !== '' && { expiresInDays: Number(ends) }),
  };
  return (
    <Dialog
      title="New key"
      action="Make the key"
      ready={me !== undefined && name.trim() !== '' && body.roles.length > 0}
      onAction={() =>
        create.go(body, (fresh) => {
          onClose();
          onFresh(fresh);
        })
      }
      onClose={onClose}
      busy={create.busy}
      error={create.error}
    >
      {forAgents && forSelf && (
        <Choice
          label="For"
          value={kind}
          set={setKind}
          options={[
            ['agent', 'An agent'],
            ['self', 'A program that acts as me'],
          ]}
        />
      )}
      <Text label="Name" hint="What uses it, such as support-agent." value={name} set={setName} maxLength={200} />
      {kind === 'agent' ? (
        <Choice
          label="Belongs to"
          hint="Whoever an agent belongs to cannot approve what it makes."
          value={ownerId}
          set={setChosen}
          options={[
            ...(me ? [[me.id, `${me.name} (you)`] as const] : []),
            ...others.map((user) => [user.id, user.name] as const),
            [NOBODY, 'Nobody: you may approve what it makes'],
          ]}
        />
      ) : (
        <fieldset className="space-y-2">
          <legend className="mb-2 text-xs text-muted">What it may do</legend>
          {mine.map((role) => (
            <Tick
              key={role}
              label={plain(role)}
              on={ownRoles.includes(role)}
              set={(on) => setOwnRoles((all) => (on ? [...all, role] : all.filter((other) => other !== role)))}
            />
          ))}
        </fieldset>
      )}
      {inboxes.length > 0 && (
        <fieldset className="max-h-48 space-y-2 overflow-y-auto">
          <legend className="mb-2 text-xs text-muted">Only these inboxes (none chosen: all)</legend>
          {inboxes.map(({ id }) => (
            <Tick
              key={id}
              label={<span className="break-all">{id}</span>}
              on={bound.includes(id)}
              set={(on) => setBound((all) => (on ? [...all, id] : all.filter((other) => other !== id)))}
            />
          ))}
        </fieldset>
      )}
      <Choice label="Ends" value={ends} set={setEnds} options={ENDS} />
    </Dialog>
  );
}
