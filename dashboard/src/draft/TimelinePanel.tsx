import { useQuery } from '@tanstack/react-query';
import type { Draft, DraftEventView } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { plain } from '../lib/plain.ts';
import { absolute, inBothZones, ownZone, relative, useNow } from '../lib/time.ts';
import { eventSentence } from '../lib/words.ts';
import { Failure, Skeleton } from '../ui/states.tsx';

const CHECKS: Record<Check['check'], string> = {
  due: 'Time',
  snapshot: 'Unchanged in AgentMail',
  approval: 'Approval',
  approval_age: 'Age of the approval',
  draft_age: 'Age of the draft',
  pause: 'Pauses',
  suppression: 'Suppression list',
  preferences: 'Preferences',
  quiet_hours: 'Quiet hours',
  send_lists: "AgentMail's lists",
  newer_inbound: 'Newer messages',
  quota: 'Quota',
  rate: 'Limits',
};
const RESULTS: Record<Check['result'], string> = {
  pass: 'passed',
  review: 'sent back',
  block: 'held back',
  drop: 'recipients left out',
  warn: 'overlooked',
};

const DOORS = {
  email_link: 'by the link in a mail',
  email_reply: 'answering a mail',
  slack: 'in Slack',
  webhook: 'by webhook',
};
/** Where somebody decided, when it was not here. */
const doorOf = ({ via }: DraftEventView) => (via === null || via === 'session' ? '' : `, ${DOORS[via]}`);

const GOOD = new Set(['approved', 'sent', 'resolved']);
const BAD = new Set([
  'rejected',
  'compose_failed',
  'step_failed',
  'send_refused',
  'outcome_unknown',
  'content_mismatch',
  'sent_back',
]);

/** Their sentence says what the one check found. */
const TOLD = new Set(['sent_back', 'held_back', 'send_refused']);

type Check = NonNullable<DraftEventView['data']['checks']>[number];

export function TimelinePanel({ draft }: { draft: Draft }) {
  const { data, error, isPending, refetch } = useQuery(queries.events(draft.id));
  if (isPending) return <Skeleton lines={['w-1/2', 'w-2/3', 'w-1/3']} />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return (
    <>
      <ol className="border-l border-line">
        {data.items.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
      {draft.temporalUrl && (
        <p className="mt-4 text-xs">
          <a
            href={draft.temporalUrl}
            target="_blank"
            rel="noreferrer noopener"
            className="text-muted underline hover:text-ink"
          >
            Open its workflow in Temporal
          </a>
        </p>
      )}
    </>
  );
}

function Entry({ event }: { event: DraftEventView }) {
  const nowMs = useNow();
  const dot = GOOD.has(event.type) ? 'bg-good' : BAD.has(event.type) ? 'bg-bad' : 'bg-line-strong';
  return (
    <li className="relative pb-4 pl-5">
      <span className={`absolute top-1.5 -left-[4.5px] size-2 rounded-full ${dot}`} aria-hidden="true" />
      <p>{eventSentence(event)}</p>
      <p className="text-xs text-muted">
        {event.data.until && Date.parse(event.data.until) > nowMs && event.type === 'held_back' && (
          <>Tried again {inBothZones(event.data.until, ownZone, nowMs)} · </>
        )}
        {event.actor && event.actor.id !== 'system' && `${plain(event.actor.name)}${doorOf(event)} · `}
        <time dateTime={event.at} title={absolute(event.at)}>
          {relative(event.at, nowMs)}
        </time>
      </p>
      {event.data.checks && !TOLD.has(event.type) && <Checks checks={event.data.checks} />}
      {event.comment && (
        <blockquote className="mt-1 max-w-[70ch] rounded-lg bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
          {plain(event.comment)}
        </blockquote>
      )}
    </li>
  );
}

/** What was looked at in the moment of sending; open when something was not as it should be. */
function Checks({ checks }: { checks: readonly Check[] }) {
  const failed = checks.filter(({ result }) => result !== 'pass');
  const summary =
    failed.length === 0 ? `All ${checks.length} checks passed` : `${failed.length} of ${checks.length} checks`;
  return (
    <details open={failed.length > 0} className="mt-1 text-xs text-muted">
      <summary>{summary}</summary>
      <ul className="mt-1 grid gap-x-4 gap-y-0.5 pl-4 tablet:grid-cols-2">
        {checks.map(({ check, result }) => (
          <li key={check} className={result === 'pass' ? '' : 'font-semibold text-warn'}>
            {CHECKS[check]}: {RESULTS[result]}
          </li>
        ))}
      </ul>
    </details>
  );
}
