import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import type { ChannelTest } from '../../../src/api/schemas/index.ts';
import { type Channel, notificationQueries, notifications, type Testable } from '../api/notifications.ts';
import { Button } from '../ui/controls.tsx';
import { useMay } from './may.ts';
import { Fault } from './parts/Dialog.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Loaded, Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const WORDS: Record<Channel['id'], { title: string; says: string; test: Testable | null }> = {
  email: { title: 'Mail', says: 'People are told by mail, and decide by its link.', test: 'email' },
  slack: { title: 'Slack', says: 'People are told in Slack, and decide by its buttons.', test: 'slack' },
  webhook_out: { title: 'Webhook out', says: 'Another program is told: ids, never content.', test: 'webhook_out' },
  webhook_in: {
    title: 'Webhook in',
    says: 'Another program passes on decisions, each key those of one person.',
    test: null,
  },
};

/** The ways of telling and deciding as this server is set up. The server never tells a secret. */
export function Channels() {
  const query = useQuery(notificationQueries.channels());
  return (
    <Section title="Channels" lead="As this server is set up, for everybody. It is changed in its environment." flush>
      <Loaded query={query}>
        {({ items }) => (
          <ul aria-label="Channels">
            {items.map((channel) => (
              <ChannelLine key={channel.id} channel={channel} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function ChannelLine({ channel: { id, open, facts, missing, tellings } }: { channel: Channel }) {
  const may = useMay();
  const { title, says, test } = WORDS[id];
  const [answer, setAnswer] = useState<ChannelTest | null>(null);
  const trial = useChange(notifications.test, { refresh: [['channels']] });
  return (
    <Line
      end={
        open &&
        test !== null &&
        may('testChannels') && (
          <Button disabled={trial.busy} onClick={() => trial.go(test, setAnswer)} aria-label={`Send a test: ${title}`}>
            {trial.busy ? 'Sending…' : 'Send a test'}
          </Button>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{title}</span>
        <Pill tone={open ? 'good' : 'muted'}>{open ? 'Set up' : 'Not set up'}</Pill>
      </p>
      <p className="text-muted">{says}</p>
      {open && facts.length > 0 && (
        <dl className="mt-1 grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3">
          {facts.map(({ name, value }) => (
            <Fragment key={name}>
              <dt className="text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </Fragment>
          ))}
        </dl>
      )}
      {!open && (
        <p className="mt-1 break-words">
          Needs{' '}
          {missing.map((name, at) => (
            <Fragment key={name}>
              {at > 0 && ', '}
              <code className="font-mono text-xs">{name}</code>
            </Fragment>
          ))}
        </p>
      )}
      {open && tellings !== null && (
        <p className="text-muted tabular-nums">
          In the last 24 hours: {tellings.delivered} told, {tellings.pending} waiting,{' '}
          <span className={tellings.failed > 0 ? 'font-semibold text-bad' : ''}>{tellings.failed} failed</span>
          {tellings.lastError !== null && ` · last fault ${tellings.lastError}`}
        </p>
      )}
      <p role="status" className={answer?.ok ? 'text-good' : 'text-bad'}>
        {answer && !trial.busy && saysOf(answer)}
      </p>
      <Fault error={trial.error} />
    </Line>
  );
}

function saysOf({ ok, code, told }: ChannelTest): string {
  if (ok) return `A test was taken for ${told}.`;
  if (code === 'nobody_to_tell') return 'It works, but there was nobody to tell: you have no address or member there.';
  return `The test was not taken: ${code ?? 'the reason is not known'}.`;
}
