import { useState } from 'react';
import type { MyNotifications } from '../../../src/api/schemas/index.ts';
import { notifications } from '../api/notifications.ts';
import { Button } from '../ui/controls.tsx';
import { Dialog, Fault } from './parts/Dialog.tsx';
import { Pill } from './parts/fields.tsx';
import { Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';

const STATES = {
  none: { word: 'Not connected', tone: 'muted' },
  asked: { word: 'Waits for you in Slack', tone: 'warn' },
  connected: { word: 'Connected', tone: 'good' },
} as const;
const REFRESH = [['notifications'], ['account-log']];

/** One's own connection with Slack. Nobody names a member: a message in Slack asks, and its button answers. */
export function SlackSection({ mine: { slack, address, available } }: { mine: MyNotifications }) {
  const [asking, setAsking] = useState(false);
  const connect = useChange(notifications.connectSlack, { refresh: REFRESH });
  const end = useChange(notifications.disconnectSlack, {
    done: () => (slack.state === 'connected' ? 'Disconnected. No button in Slack decides as you.' : 'Called off.'),
    refresh: REFRESH,
  });
  const { word, tone } = STATES[slack.state];
  const possible = available.slack && address !== null;
  return (
    <Section
      title="Slack"
      lead="Drafts come to you with buttons, and what you press there decides as you."
      actions={<Pill tone={available.slack ? tone : 'muted'}>{available.slack ? word : 'Not set up here'}</Pill>}
    >
      <div className="space-y-3">
        <p className="max-w-prose break-words" role="status">
          {slack.state === 'connected' && (
            <>
              You are the member <code className="font-mono text-xs">{slack.memberId}</code>.
            </>
          )}
          {slack.state === 'asked' && (
            <>
              A message to you in Slack asks whether this account is yours. Press its button there
              {slack.askedUntil !== null && (
                <>
                  ; the question ends <When at={slack.askedUntil} />
                </>
              )}
              .
            </>
          )}
          {slack.state === 'none' &&
            possible &&
            `Slack is asked who has the address ${address}; that member gets a message whose button connects.`}
          {slack.state === 'none' && !available.slack && 'An operator can set it up.'}
          {slack.state === 'none' && available.slack && address === null && 'Slack needs an account with an address.'}
        </p>
        <Fault error={connect.error ?? (asking ? null : end.error)} />
        <div className="flex flex-wrap gap-2">
          {slack.state === 'none' && possible && (
            <Button look="primary" disabled={connect.busy} onClick={() => connect.go(undefined)}>
              {connect.busy ? 'Asking Slack…' : 'Connect Slack'}
            </Button>
          )}
          {slack.state === 'asked' && (
            <Button disabled={end.busy} onClick={() => end.go(undefined)}>
              Call it off
            </Button>
          )}
          {slack.state === 'connected' && (
            <Button look="danger" onClick={() => setAsking(true)}>
              Disconnect Slack
            </Button>
          )}
        </div>
      </div>
      {asking && (
        <Dialog
          title="Disconnect Slack?"
          action="Disconnect"
          danger
          onAction={() => end.go(undefined, () => setAsking(false))}
          onClose={() => setAsking(false)}
          busy={end.busy}
          error={end.error}
        >
          <p>
            Messages that are there stay, but their buttons no longer decide as you. To connect again, Slack asks anew.
          </p>
        </Dialog>
      )}
    </Section>
  );
}
