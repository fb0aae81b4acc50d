import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { AlertDetail } from '../../../src/api/schemas/index.ts';
import { operateQueries } from '../api/operate.ts';
import type { Tone } from '../lib/words.ts';
import { useMay } from '../settings/may.ts';
import { Line, Pill } from '../settings/parts/fields.tsx';
import { Loaded, Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { plain } from '../settings/words.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { SEVERITIES, useAcknowledge } from './AlertsPage.tsx';

export function AlertPage() {
  const { alertId = '' } = useParams({ strict: false });
  const query = useQuery(operateQueries.alert(alertId));
  return (
    <Scroller>
      <Page
        title={query.data?.title ?? 'Alert'}
        above={
          <Link to="/alerts" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
            ← Alerts
          </Link>
        }
      >
        <Loaded query={query}>{(alert) => <Details alert={alert} />}</Loaded>
      </Page>
    </Scroller>
  );
}

const STATES: Record<AlertDetail['deliveries'][number]['state'], { word: string; tone: Tone }> = {
  pending: { word: 'On its way', tone: 'info' },
  delivered: { word: 'Delivered', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  skipped: { word: 'Skipped', tone: 'muted' },
};

function Details({ alert }: { alert: AlertDetail }) {
  const may = useMay();
  const acknowledge = useAcknowledge();
  const { severity, kind, facts, draftId, inboxId, openedAt, lastSeenAt, count, resolvedAt, acknowledgedBy } = alert;
  const rows: [string, ReactNode][] = [
    ['Kind', plain(kind)],
    ['Opened', <When key="opened" at={openedAt} />],
    ['Last seen', <When key="seen" at={lastSeenAt} />],
    ['Seen', count === 1 ? 'once' : `${count} times`],
    ...(resolvedAt ? [['Over', <When key="over" at={resolvedAt} />] satisfies [string, ReactNode]] : []),
    ...(acknowledgedBy ? [['Looked after by', acknowledgedBy.name] satisfies [string, ReactNode]] : []),
    ...(inboxId ? [['Inbox', inboxId] satisfies [string, ReactNode]] : []),
    ...Object.entries(facts).map(([name, value]): [string, ReactNode] => [plain(name), String(value ?? '—')]),
  ];
  return (
    <>
      <Section
        title={resolvedAt ? 'Over' : acknowledgedBy ? 'Open, looked after' : 'Open'}
        actions={
          !resolvedAt &&
          !acknowledgedBy &&
          may('alerts') && (
            <Button look="primary" disabled={acknowledge.busy} onClick={() => acknowledge.go(alert.id)}>
              Acknowledge
            </Button>
          )
        }
      >
        <Pill tone={SEVERITIES[severity].tone}>{SEVERITIES[severity].word}</Pill>
        <dl className="mt-3 grid gap-x-6 gap-y-2 tablet:grid-cols-[10rem_1fr]">
          {rows.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
        </dl>
        {draftId && (
          <Link
            to="/$view/$draftId"
            params={{ view: 'all', draftId }}
            className="mt-4 inline-block font-semibold text-accent hover:underline"
          >
            Open the draft
          </Link>
        )}
      </Section>
      <Section title="Told on" flush>
        {alert.deliveries.length === 0 && <Empty title="Not told on any channel yet." />}
        <ul>
          {alert.deliveries.map(({ transition, channel, state, attempts, lastError, at }) => (
            <Line key={`${transition} ${channel}`} end={<Pill tone={STATES[state].tone}>{STATES[state].word}</Pill>}>
              <p className="font-semibold">{channel}</p>
              <p className="text-muted">
                {plain(transition.replace('-', ' '))}, <When at={at} />
                {attempts > 1 && ` · ${attempts} attempts`}
                {lastError && ` · ${lastError}`}
              </p>
            </Line>
          ))}
        </ul>
      </Section>
    </>
  );
}
