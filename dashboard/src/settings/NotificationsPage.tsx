import { useQuery } from '@tanstack/react-query';
import type { MyNotifications, Notifications } from '../../../src/api/schemas/index.ts';
import { notificationQueries, notifications } from '../api/notifications.ts';
import { Channels } from './Channels.tsx';
import { useMay } from './may.ts';
import { Choice, Pill, Tick } from './parts/fields.tsx';
import { Denied, Loaded, Page, Section } from './parts/Page.tsx';
import { SlackSection } from './SlackSection.tsx';
import { useChange } from './use-change.ts';

const DIGESTS = [
  ['none', 'Each at once'],
  ['hourly', 'Together, on the hour'],
  ['daily', 'Together, once a day (07:00 UTC)'],
] as const;

/** How one is told of reviews, and for those who run the system the ways there are. */
export function NotificationsPage() {
  const may = useMay();
  const query = useQuery({ ...notificationQueries.mine(), enabled: may('beTold') });
  return (
    <Page
      title="Notifications"
      lead="Where you are told of drafts to review, and what became of them. Decide there, or here: it is the same decision."
    >
      {may('beTold') ? (
        <Loaded query={query}>
          {(mine) => (
            <>
              {mine.address === null && (
                <p role="status" className="rounded-lg bg-warn-soft px-4 py-2 text-warn">
                  You are here by a key that belongs to no account, so there is nobody to tell. Sign in as a person.
                </p>
              )}
              <MailSection mine={mine} />
              <SlackSection mine={mine} />
            </>
          )}
        </Loaded>
      ) : (
        <Denied what="Notifications" who="people" />
      )}
      {may('seeChannels') && <Channels />}
    </Page>
  );
}

function MailSection({ mine }: { mine: MyNotifications }) {
  const { email, digest, address, available } = mine;
  const save = useChange(notifications.set, {
    done: ({ email: on }) => (on ? 'Saved. It holds from the next draft on.' : 'Saved. No mail comes any more.'),
    refresh: [['notifications']],
    loud: 'Not saved',
  });
  const set = (change: Partial<Notifications>) => save.go({ email, digest, ...change });
  const nobody = address === null;
  return (
    <Section
      title="Mail"
      lead={nobody ? 'Mail needs an account with an address.' : `Goes to ${address}, the address of your account.`}
      actions={!available.email && <Pill tone="muted">Not set up here</Pill>}
    >
      <div className="space-y-4">
        <Tick
          label="Tell me by mail"
          hint={
            available.email
              ? 'Drafts that wait for you, with a link that decides, and what became of them.'
              : 'This server sends no such mail yet. What you choose holds from when it does.'
          }
          on={email}
          set={(on) => set({ email: on })}
          disabled={nobody || save.busy}
        />
        <div className="max-w-xs">
          <Choice
            label="How often"
            hint="Reminders and escalations always come at once."
            value={digest}
            set={(chosen) => set({ digest: chosen })}
            options={DIGESTS}
            disabled={nobody || !email || save.busy}
          />
        </div>
      </div>
    </Section>
  );
}
