import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChangeUser, InviteUser, User } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts, type OneTimeLink } from '../api/accounts.ts';
import { queries } from '../api/queries.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Text, Tick } from './parts/fields.tsx';
import { useChange } from './use-change.ts';

type PersonRole = User['roles'][number];
const ROLES: readonly (readonly [PersonRole, string, string])[] = [
  ['reviewer', 'Reviewer', 'Reads, edits and decides drafts.'],
  ['operator', 'Operator', 'Runs the system: pauses and resumes, limits, batches, inboxes.'],
  ['auditor', 'Auditor', 'Reads everything and changes nothing.'],
  ['admin', 'Admin', 'Looks after people, keys and settings; decides no draft.'],
];
const REFRESH = [['users'], ['groups'], ['me'], ['account-log']];

/** Invites somebody, or changes what somebody may do. */
export function PersonDialog(props: {
  user: User | null;
  onClose: () => void;
  onLink: (name: string, link: OneTimeLink) => void;
}) {
  const { user, onClose, onLink } = props;
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const bySession = useQuery(queries.me()).data?.via === 'session';
  const [roles, setRoles] = useState<readonly PersonRole[]>(user?.roles ?? [bySession ? 'reviewer' : 'auditor']);
  // What no key gives, it may still take away.
  const gives = (role: PersonRole) => bySession || role === 'auditor' || user?.roles.includes(role);
  const [groups, setGroups] = useState<readonly string[]>(user?.groups ?? []);
  const known = useQuery(accountQueries.groups()).data?.items ?? [];
  const invite = useChange((body: InviteUser) => accounts.invite(body), {
    done: (made) => `${made.user.name} has an account.`,
    refresh: REFRESH,
  });
  const change = useChange((body: ChangeUser) => accounts.change(user?.id ?? '', body), {
    done: () => 'Saved. It holds from now on.',
    refresh: REFRESH,
  });
  const go = () => {
    const asked = { name: name.trim(), roles: [...roles], groups: [...groups] };
    if (user) return change.go(asked, onClose);
    invite.go({ ...asked, email: email.trim() }, (made) => {
      onClose();
      if (made.link) onLink(made.user.name, made.link);
    });
  };
  const toggle = <T extends string>(list: readonly T[], one: T, on: boolean): T[] =>
    on ? [...list, one] : list.filter((other) => other !== one);
  return (
    <Dialog
      title={user ? `Change ${user.name}` : 'Invite somebody'}
      action={user ? 'Save' : 'Make the account'}
      ready={name.trim() !== '' && (user !== null || (email.includes('@') && roles.length > 0))}
      onAction={go}
      onClose={onClose}
      busy={invite.busy || change.busy}
      error={invite.error ?? change.error}
    >
      <Text label="Name" value={name} set={setName} maxLength={200} autoComplete="off" />
      {!user && (
        <Text
          label="Email address"
          hint="They choose a password by a link, which works once."
          type="email"
          value={email}
          set={setEmail}
        />
      )}
      <fieldset className="space-y-2">
        <legend className="mb-2 text-xs text-muted">Roles</legend>
        {ROLES.map(([role, word, says]) => (
          <Tick
            key={role}
            label={word}
            hint={gives(role) ? says : `${says} Given by an admin who is signed in, not by a key.`}
            disabled={!gives(role)}
            on={roles.includes(role)}
            set={(on) => setRoles((all) => toggle(all, role, on))}
          />
        ))}
      </fieldset>
      {known.length > 0 && (
        <fieldset className="space-y-2">
          <legend className="mb-2 text-xs text-muted">Groups that rules ask for approvals</legend>
          {known.map((group) => (
            <Tick
              key={group.name}
              label={group.name}
              on={groups.includes(group.name)}
              set={(on) => setGroups((all) => toggle(all, group.name, on))}
            />
          ))}
        </fieldset>
      )}
    </Dialog>
  );
}
