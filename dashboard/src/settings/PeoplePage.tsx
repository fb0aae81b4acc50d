import { useQuery } from '@tanstack/react-query';
import { type ComponentProps, useState } from 'react';
import type { User } from '../../../src/api/schemas/index.ts';
import { accountQueries, accounts, type OneTimeLink } from '../api/accounts.ts';
import { queries } from '../api/queries.ts';
import { say } from '../app/toasts.ts';
import { absolute } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { Absences } from './Absences.tsx';
import { Groups } from './Groups.tsx';
import { LinkDialog } from './LinkDialog.tsx';
import { useMay } from './may.ts';
import { PersonDialog } from './PersonDialog.tsx';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Denied, Loaded, Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';
import { plain } from './words.ts';

export function PeoplePage() {
  const may = useMay();
  const known = useQuery(queries.me()).isSuccess;
  const [asking, setAsking] = useState(false);
  const [link, setLink] = useState<(ComponentProps<typeof LinkDialog>['link'] & { of: string }) | null>(null);
  const tell = (of: string, { url, expiresAt }: OneTimeLink) => {
    if (url === null) say(`A link was mailed to ${of}. It works once, until ${absolute(expiresAt)}.`);
    else setLink({ of, url, expiresAt });
  };
  const query = useQuery({ ...accountQueries.users(), enabled: may('seePeople') });
  return (
    <Page
      title="People and groups"
      lead="Who may do what. A change takes effect at once, also for sessions and keys a person has."
      actions={
        may('people') && (
          <Button look="primary" onClick={() => setAsking(true)}>
            Invite somebody
          </Button>
        )
      }
    >
      {known && !may('seePeople') ? (
        <Denied what="The list of people" who="reviewers, operators and admins" />
      ) : (
        <>
          <Section title="People" flush>
            <Loaded query={query}>
              {({ items }) => (
                <>
                  {items.length === 0 && (
                    <Empty title="Nobody has an account yet.">People can still use keys that are configured.</Empty>
                  )}
                  <ul aria-label="People">
                    {items.map((user) => (
                      <Person key={user.id} user={user} onLink={(made) => tell(user.name, made)} />
                    ))}
                  </ul>
                </>
              )}
            </Loaded>
          </Section>
          <Absences />
          <Groups />
        </>
      )}
      {asking && <PersonDialog user={null} onClose={() => setAsking(false)} onLink={tell} />}
      {link && <LinkDialog of={link.of} link={link} onClose={() => setLink(null)} />}
    </Page>
  );
}

function Person({ user, onLink }: { user: User; onLink: (link: OneTimeLink) => void }) {
  const may = useMay();
  // No key lets anybody in, whatever it may do besides, nor gives back what was taken.
  const bySession = useQuery(queries.me()).data?.via === 'session';
  const [asking, setAsking] = useState<'change' | 'disable' | null>(null);
  const refresh = [['users'], ['groups'], ['me'], ['account-log']];
  const change = useChange((disabled: boolean) => accounts.change(user.id, { disabled }), {
    done: (_, disabled) =>
      disabled ? `${user.name} is signed out and cannot come back.` : `${user.name} may sign in again.`,
    refresh,
  });
  const link = useChange(() => accounts.link(user.id), { refresh: [['account-log']], loud: 'No link' });
  const { name, email, roles, groups, disabled, lastSignInAt } = user;
  return (
    <Line
      end={
        may('people') && (
          <>
            <Button onClick={() => setAsking('change')} aria-label={`Change ${name}`}>
              Change
            </Button>
            {!disabled && bySession && (
              <Button
                look="quiet"
                disabled={link.busy}
                aria-label={`New link for ${name}`}
                onClick={() => link.go(undefined, onLink)}
              >
                New link
              </Button>
            )}
            {disabled ? (
              <Button
                look="quiet"
                disabled={change.busy || !(bySession || roles.every((role) => role === 'auditor'))}
                title={
                  bySession
                    ? undefined
                    : 'Only an admin who is signed in lets reviewers, operators and admins in again.'
                }
                onClick={() => change.go(false)}
                aria-label={`Enable ${name}`}
              >
                Enable
              </Button>
            ) : (
              <Button look="quiet" onClick={() => setAsking('disable')} aria-label={`Disable ${name}`}>
                Disable
              </Button>
            )}
          </>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold break-words">{name}</span>
        {disabled && <Pill tone="bad">Disabled</Pill>}
        {roles.map((role) => (
          <Pill key={role} tone={role === 'admin' ? 'warn' : 'info'}>
            {plain(role)}
          </Pill>
        ))}
        {groups.map((group) => (
          <Pill key={group} tone="muted">
            {group}
          </Pill>
        ))}
      </p>
      <p className="break-words text-muted">
        {email} ·{' '}
        {lastSignInAt ? (
          <>
            was here <When at={lastSignInAt} />
          </>
        ) : (
          'has not signed in yet'
        )}
      </p>
      {asking === 'change' && <PersonDialog user={user} onClose={() => setAsking(null)} onLink={() => undefined} />}
      {asking === 'disable' && (
        <Dialog
          title={`Disable ${name}?`}
          action={`Disable ${name}`}
          danger
          onAction={() => change.go(true, () => setAsking(null))}
          onClose={() => setAsking(null)}
          busy={change.busy}
          error={change.error}
        >
          <p>
            They are signed out at once. Keys that act as them, and keys of agents that belong to them, open nothing.
            What they decided stays on record.
          </p>
        </Dialog>
      )}
    </Line>
  );
}
