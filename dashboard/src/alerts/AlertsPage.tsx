import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Alert } from '../../../src/api/schemas/index.ts';
import { operate, operateQueries } from '../api/operate.ts';
import type { Tone } from '../lib/words.ts';
import { useMay } from '../settings/may.ts';
import { Line, Pill } from '../settings/parts/fields.tsx';
import { Loaded, Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { useChange } from '../settings/use-change.ts';
import { plain } from '../settings/words.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';

export const SEVERITIES: Record<Alert['severity'], { word: string; tone: Tone }> = {
  critical: { word: 'Critical', tone: 'bad' },
  warning: { word: 'Warning', tone: 'warn' },
  info: { word: 'Info', tone: 'info' },
};
const REFRESH = [['alerts'], ['alert']] as const;

export function useAcknowledge() {
  return useChange(operate.acknowledge, {
    done: () => 'Acknowledged. It is not told again until it is over.',
    refresh: REFRESH,
    loud: 'Not acknowledged',
  });
}

/** What the system itself says is wrong: open first, the heaviest on top. */
export function AlertsPage() {
  const may = useMay();
  const open = useQuery(operateQueries.openAlerts());
  const test = useChange(() => operate.testAlert(), {
    done: () => 'A test alert is told on every channel. Open it to see how each took it.',
    refresh: REFRESH,
    loud: 'No test alert',
  });
  return (
    <Scroller>
      <Page
        title="Alerts"
        lead="What the system itself found wrong. An alert closes by itself when its cause is gone."
        actions={
          may('alerts') && (
            <Button disabled={test.busy} onClick={() => test.go(undefined)}>
              {test.busy ? 'One moment…' : 'Test the channels'}
            </Button>
          )
        }
      >
        <Section title="Open" flush>
          <Loaded query={open}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="Nothing is wrong.">Alerts appear here by themselves.</Empty>
              ) : (
                <ul aria-label="Open alerts">
                  {sorted(items).map((alert) => (
                    <AlertLine key={alert.id} alert={alert} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Section>
        <Past />
      </Page>
    </Scroller>
  );
}

const ORDER: readonly Alert['severity'][] = ['critical', 'warning', 'info'];
/** Those nobody has seen before those somebody looks after. */
const sorted = (alerts: readonly Alert[]): Alert[] =>
  alerts.toSorted(
    (a, b) =>
      Number(a.acknowledgedAt !== null) - Number(b.acknowledgedAt !== null) ||
      ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
      (a.openedAt < b.openedAt ? 1 : -1),
  );

function Past() {
  const [cursors, setCursors] = useState<string[]>([]);
  const query = useQuery(operateQueries.pastAlerts(cursors.at(-1)));
  return (
    <Section title="History" flush>
      <Loaded query={query}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 && <Empty title="There was no alert yet." />}
            <ul>
              {items.map((alert) => (
                <AlertLine key={alert.id} alert={alert} />
              ))}
            </ul>
            {(cursors.length > 0 || nextCursor !== null) && (
              <div className="flex justify-center gap-2 border-t border-line py-3">
                <Button disabled={cursors.length === 0} onClick={() => setCursors((all) => all.slice(0, -1))}>
                  Newer
                </Button>
                <Button
                  disabled={nextCursor === null}
                  onClick={() => nextCursor !== null && setCursors((all) => [...all, nextCursor])}
                >
                  Older
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function AlertLine({ alert }: { alert: Alert }) {
  const may = useMay();
  const acknowledge = useAcknowledge();
  const { id, title, severity, kind, inboxId, openedAt, resolvedAt, count, acknowledgedBy } = alert;
  const waits = resolvedAt === null && acknowledgedBy === null;
  return (
    <Line
      end={
        waits &&
        may('alerts') && (
          <Button disabled={acknowledge.busy} aria-label={`Acknowledge: ${title}`} onClick={() => acknowledge.go(id)}>
            Acknowledge
          </Button>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <Pill tone={resolvedAt === null ? SEVERITIES[severity].tone : 'muted'}>{SEVERITIES[severity].word}</Pill>
        <Link
          to="/alerts/$alertId"
          params={{ alertId: id }}
          className="min-w-0 font-semibold break-words text-accent hover:underline"
        >
          {title}
        </Link>
      </p>
      <p className="break-words text-muted">
        {plain(kind)} · <When at={openedAt} />
        {count > 1 && ` · seen ${count} times`}
        {inboxId && ` · ${inboxId}`}
        {acknowledgedBy && ` · ${acknowledgedBy.name} looks after it`}
        {resolvedAt && (
          <>
            {' '}
            · over <When at={resolvedAt} />
          </>
        )}
      </p>
    </Line>
  );
}
