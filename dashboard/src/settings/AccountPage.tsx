import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type MySessions, myAccount, myAccountQueries, type SessionLine } from '../api/my-account.ts';
import { queries } from '../api/queries.ts';
import { leave } from '../queue/Views.tsx';
import { Button } from '../ui/controls.tsx';
import { deviceOf } from './device.ts';
import { PasswordSection } from './PasswordSection.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';

/** Everybody's own: the password, and where one is signed in. */
export function AccountPage() {
  const me = useQuery(queries.me());
  const bySession = me.data?.via === 'session';
  const sessions = useQuery({ ...myAccountQueries.sessions(), enabled: bySession });
  return (
    <Page title="Your account" lead={me.data && `${me.data.name}, ${me.data.roles.join(', ') || 'without a role'}`}>
      <Loaded query={me}>
        {() =>
          bySession ? (
            <Loaded query={sessions}>
              {(found) => (
                <>
                  <PasswordSection email={found.email} />
                  <Sessions {...found} />
                </>
              )}
            </Loaded>
          ) : (
            <p role="status" className="rounded-lg bg-sunken px-4 py-2 text-muted">
              You are here by a key, which has no password and no sessions: it works until it is revoked, under{' '}
              <Link to="/settings/keys" className="underline">
                Keys
              </Link>
              .
            </p>
          )
        }
      </Loaded>
    </Page>
  );
}

function Sessions({ current, others }: MySessions) {
  const endOthers = useChange(myAccount.endOthers, {
    done: () => 'Signed out everywhere else.',
    refresh: [['my-sessions']],
    loud: 'Not signed out',
  });
  return (
    <Section
      title="Where you are signed in"
      lead="A session lasts seven days after its last use, which is noted once a day."
      actions={
        others.length > 0 && (
          <Button disabled={endOthers.busy} onClick={() => endOthers.go(undefined)}>
            Sign out everywhere else
          </Button>
        )
      }
      flush
    >
      <ul aria-label="Sessions">
        {current && (
          <Line end={<Button onClick={leave}>Sign out here</Button>}>
            <Words session={current} here />
          </Line>
        )}
        {others.map((session) => (
          <Other key={session.id} session={session} />
        ))}
      </ul>
    </Section>
  );
}

function Other({ session }: { session: SessionLine }) {
  const end = useChange(() => myAccount.endSession(session.token), {
    done: () => `Signed out: ${deviceOf(session.userAgent)}.`,
    refresh: [['my-sessions']],
    loud: 'Not signed out',
  });
  return (
    <Line
      end={
        <Button
          aria-label={`Sign out ${deviceOf(session.userAgent)}`}
          disabled={end.busy}
          onClick={() => end.go(undefined)}
        >
          Sign out
        </Button>
      }
    >
      <Words session={session} />
    </Line>
  );
}

function Words({ session, here = false }: { session: SessionLine; here?: boolean }) {
  const { userAgent, ipAddress, createdAt, updatedAt } = session;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold" title={userAgent ?? undefined}>
          {deviceOf(userAgent)}
        </span>
        {here && <Pill tone="good">This one</Pill>}
      </p>
      <p className="break-words text-muted">
        Signed in <When at={createdAt} />
        {ipAddress && ` from ${ipAddress}`}, use last noted <When at={updatedAt} />
      </p>
    </>
  );
}
