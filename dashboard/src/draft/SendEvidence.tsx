import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SendEvidenceView } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { absolute, relative, useNow } from '../lib/time.ts';
import { Button } from '../ui/controls.tsx';
import { Failure, Skeleton } from '../ui/states.tsx';

type Request = SendEvidenceView['requests'][number];
type Mailbox = SendEvidenceView['mailbox'];

const LABEL: Record<Mailbox['label'], string> = {
  found: 'A message carries the label of this send: it left.',
  absent: 'No message carries the label of this send. That alone proves nothing.',
  unreadable: 'AgentMail’s messages could not be read.',
};
const DRAFT: Record<Mailbox['draft'], string> = {
  present: 'The draft is still there.',
  sending: 'AgentMail says that it is being sent.',
  gone: 'The draft is gone.',
  unreadable: 'The draft could not be read.',
};

/** What a person who settles a send has to go by: nobody should have to open the mailbox for it. */
export function SendEvidence({ id }: { id: string }) {
  const { data, error, isPending, isFetching, refetch } = useQuery(queries.sendEvidence(id));
  const nowMs = useNow();
  return (
    <section aria-labelledby="evidence" className="mb-5 overflow-hidden rounded-xl border border-line">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2">
        <h2 id="evidence" className="mr-auto font-semibold">
          What is known about this send
        </h2>
        <Button disabled={isFetching} onClick={() => void refetch()}>
          {isFetching ? 'Looking…' : 'Look again'}
        </Button>
      </div>
      {isPending && <Skeleton lines={['w-2/3', 'w-1/2', 'w-3/5']} />}
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {data && (
        <dl className="divide-y divide-line *:px-4 *:py-2">
          <Part title="Asked and answered">
            {data.requests.length === 0 && 'No request has left.'}
            <ul className="space-y-1">
              {data.requests.map((request) => (
                <li key={`${request.revision} ${request.attempt}`} title={absolute(request.askedAt)}>
                  {requestText(request)}, {relative(request.askedAt, nowMs)}
                </li>
              ))}
            </ul>
          </Part>
          {data.whenGivenUp && (
            <Part title={`The mailbox ${relative(data.whenGivenUp.at, nowMs)}, when nobody could tell`}>
              {LABEL[data.whenGivenUp.label]} {DRAFT[data.whenGivenUp.draft]}
            </Part>
          )}
          <Part title="The mailbox now">
            {LABEL[data.mailbox.label]} {DRAFT[data.mailbox.draft]}
            {data.mailbox.messageId && <Id>{data.mailbox.messageId}</Id>}
            <Alike alike={data.mailbox.alike} nowMs={nowMs} />
          </Part>
          {data.retrySafeUntil && <Part title="Trying again">{retryText(data.retrySafeUntil, nowMs)}</Part>}
        </dl>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{title}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </div>
  );
}

const Id = ({ children }: { children: string }) => (
  <span className="block font-mono text-xs break-all text-muted">{children}</span>
);

function Alike({ alike, nowMs }: { alike: Mailbox['alike']; nowMs: number }) {
  if (alike === null) return null;
  if (alike.length === 0) {
    return <p>No message to the same people under the same subject was sent since the first request.</p>;
  }
  return (
    <>
      <p className="mt-1">Sent since the first request, to the same people under the same subject:</p>
      <ul className="mt-1 space-y-1">
        {alike.map(({ messageId, at, otherDraft }) => (
          <li key={messageId} title={absolute(at)}>
            {relative(at, nowMs)}
            {otherDraft && ', by another draft'}
            <Id>{messageId}</Id>
          </li>
        ))}
      </ul>
    </>
  );
}

function requestText({ attempt, revision, answer }: Request): string {
  const asked = `Attempt ${attempt}, revision ${revision}`;
  if (answer === null) return `${asked}: no answer was noted`;
  const code = answer.code === null ? '' : ` (${answer.code})`;
  if (answer.kind === 'accepted') return `${asked}: accepted as ${answer.messageId}`;
  return answer.kind === 'refused' ? `${asked}: refused${code}` : `${asked}: no answer that proves anything${code}`;
}

function retryText(until: string, nowMs: number): string {
  return Date.parse(until) <= nowMs
    ? 'AgentMail may have forgotten the first try: a repeat may arrive twice.'
    : `AgentMail remembers the first try: a repeat is free of risk, for the last time ${relative(until, nowMs)}.`;
}
