import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Group } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts } from '../api/accounts.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Text, Tick } from './parts/fields.tsx';
import { Loaded, Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const REFRESH = [['groups'], ['users'], ['me'], ['account-log']];

/** Names of people by their id; holders of configured keys have only the id here. */
function useNames(): (id: string) => string {
  const users = useQuery(accountQueries.users()).data?.items ?? [];
  return (id) => users.find((user) => user.id === id)?.name ?? id;
}

export function Groups() {
  const may = useMay();
  const nameOf = useNames();
  const query = useQuery({ ...accountQueries.groups(), enabled: may('seePeople') });
  const [editing, setEditing] = useState<Group | 'new' | null>(null);
  const [removing, setRemoving] = useState<Group | null>(null);
  const remove = useChange(accounts.removeGroup, { done: () => 'Deleted.', refresh: REFRESH });
  return (
    <Section
      title="Approver groups"
      lead="Rules ask for approvals by people of a group, and give drafts to them in turn."
      actions={may('people') && <Button onClick={() => setEditing('new')}>New group</Button>}
      flush
    >
      <Loaded query={query}>
        {({ items }) => (
          <>
            {items.length === 0 && <Empty title="There is no group yet.">Whoever may approve is asked.</Empty>}
            <ul aria-label="Groups">
              {items.map((group) => (
                <Line
                  key={group.name}
                  end={
                    may('people') && (
                      <>
                        <Button onClick={() => setEditing(group)} aria-label={`Change ${group.name}`}>
                          Change
                        </Button>
                        <Button look="quiet" onClick={() => setRemoving(group)} aria-label={`Delete ${group.name}`}>
                          Delete
                        </Button>
                      </>
                    )
                  }
                >
                  <p className="font-semibold">{group.name}</p>
                  <p className="break-words text-muted">
                    {group.members.length === 0
                      ? 'Nobody: drafts that need it wait.'
                      : group.members.map(nameOf).join(', ')}
                  </p>
                </Line>
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {editing && <GroupDialog group={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
      {removing && (
        <Dialog
          title={`Delete the group ${removing.name}?`}
          action={`Delete ${removing.name}`}
          danger
          onAction={() => remove.go(removing.name, () => setRemoving(null))}
          onClose={() => setRemoving(null)}
          busy={remove.busy}
          error={remove.error}
        >
          <p>
            Drafts whose rules ask for approvals of {removing.name} can then not be approved, until the rules change.
          </p>
        </Dialog>
      )}
    </Section>
  );
}

function GroupDialog({ group, onClose }: { group: Group | null; onClose: () => void }) {
  const [name, setName] = useState(group?.name ?? '');
  const [members, setMembers] = useState<readonly string[]>(group?.members ?? []);
  const [keyId, setKeyId] = useState('');
  const users = useQuery(accountQueries.users()).data?.items ?? [];
  const others = members.filter((id) => !users.some((user) => user.id === id));
  const save = useChange((all: string[]) => accounts.putGroup(name.trim(), all), {
    done: () => 'Saved. It holds from the next decision on.',
    refresh: REFRESH,
  });
  const all = [...new Set([...members, ...(keyId.trim() === '' ? [] : [keyId.trim()])])];
  const set = (id: string, on: boolean) =>
    setMembers((now) => (on ? [...now, id] : now.filter((other) => other !== id)));
  return (
    <Dialog
      title={group ? `Members of ${group.name}` : 'New group'}
      action={group ? 'Save the members' : 'Make the group'}
      ready={name.trim() !== ''}
      onAction={() => save.go(all, onClose)}
      onClose={onClose}
      busy={save.busy}
      error={save.error}
    >
      {!group && <Text label="Name" hint="1 to 64 of a-z 0-9 _ -" value={name} set={setName} maxLength={64} />}
      <fieldset className="max-h-64 space-y-2 overflow-y-auto">
        <legend className="mb-2 text-xs text-muted">Members</legend>
        {users.map(({ id, name: user, disabled }) => (
          <Tick
            key={id}
            label={disabled ? `${user} (disabled)` : user}
            on={members.includes(id)}
            set={(on) => set(id, on)}
          />
        ))}
        {others.map((id) => (
          <Tick key={id} label={id} hint="A configured key" on set={() => set(id, false)} />
        ))}
      </fieldset>
      <Text label="Also the holder of a configured key (its id)" value={keyId} set={setKeyId} />
    </Dialog>
  );
}
