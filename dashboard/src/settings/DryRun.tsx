import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { DryRun, Inbox } from '../../../src/api/schemas/index.ts';
import { addDryRuns } from '../../../src/domain/policy/dry-run-sum.ts';
import { policies } from '../api/policies.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../ui/controls.tsx';
import { Fault } from './parts/Dialog.tsx';
import { Bar, Choice } from './parts/fields.tsx';
import { Section } from './parts/Page.tsx';
import { MODE_IDS, MODES } from './words.ts';

type Mode = Inbox['mode'];
const OUTCOMES = [
  ['review', 'Review'],
  ['auto', 'By itself'],
  ['monitor', 'Monitored'],
  ['refuse', 'Refused'],
] as const;
const PAGE = 100;

/** Tries rules on past drafts, page by page, and shows the sum as it grows. Nothing is changed. */
export function DryRunSection({ policy }: { policy: unknown }) {
  const inboxes = useQuery(queries.inboxes()).data?.items ?? [];
  const [inbox, setInbox] = useState('');
  const [mode, setMode] = useState<Mode | ''>('');
  const [sum, setSum] = useState<DryRun | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [running, setRunning] = useState<AbortController | null>(null);
  const current = useRef(running);
  current.current = running;
  useEffect(() => () => current.current?.abort(), []);

  const run = async () => {
    const stop = new AbortController();
    setRunning(stop);
    setError(null);
    setSum(null);
    const asked = { policy, limit: PAGE, ...(inbox !== '' && { inbox }), ...(mode !== '' && { mode }) };
    try {
      let so: DryRun = await policies.dryRun(asked);
      if (!stop.signal.aborted) setSum(so);
      while (so.nextCursor !== null && !stop.signal.aborted) {
        so = addDryRuns(so, await policies.dryRun({ ...asked, cursor: so.nextCursor }));
        if (!stop.signal.aborted) setSum(so);
      }
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error('The reason is not known.'));
    } finally {
      setRunning(null);
    }
  };
  return (
    <Section
      title="Try them on past drafts"
      lead="What these rules would have done with drafts as their agents left them."
    >
      <div className="space-y-4">
        <div className="grid items-end gap-4 tablet:grid-cols-[1fr_1fr_auto]">
          <Choice
            label="Drafts of"
            value={inbox}
            set={setInbox}
            options={[['', 'All inboxes'], ...inboxes.map(({ id }) => [id, id] as const)]}
          />
          <Choice<Mode | ''>
            label="As if every inbox were in the mode"
            value={mode}
            set={setMode}
            options={[['', 'It is in now'], ...MODE_IDS.map((id) => [id, MODES[id].word] as const)]}
          />
          {running ? (
            <Button onClick={() => running.abort()}>Stop</Button>
          ) : (
            <Button disabled={policy === null} onClick={() => void run()}>
              Try them
            </Button>
          )}
        </div>
        <Fault error={error} />
        {running && sum === null && <p role="status">Trying…</p>}
        {sum && <Result sum={sum} />}
      </div>
    </Section>
  );
}

function Result({ sum }: { sum: DryRun }) {
  const { drafts, total, byRule, counts, unattended, nextCursor } = sum;
  return (
    <div className="space-y-4">
      <div role="status">
        <p className="mb-1 tabular-nums">
          {drafts.toLocaleString('en')} of {(total ?? drafts).toLocaleString('en')} drafts tried
          {nextCursor === null ? '.' : ' so far.'}
        </p>
        {nextCursor !== null && <Bar label="Drafts tried" value={drafts} max={total ?? drafts} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keyboard */}
      <section className="overflow-x-auto" aria-label="Outcome by rule" tabIndex={0}>
        <table className="w-full min-w-md text-left">
          <thead>
            <tr className="text-muted">
              <th scope="col" className="py-1.5 pr-3 font-normal">
                Decided by
              </th>
              {OUTCOMES.map(([id, word]) => (
                <th key={id} scope="col" className="px-2 py-1.5 text-right font-normal">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {byRule.map((line) => (
              <tr key={line.rule ?? ''} className="border-t border-line">
                <th scope="row" className="py-1.5 pr-3 font-normal break-all">
                  {line.rule ?? 'The inbox’s mode'}
                </th>
                {OUTCOMES.map(([id]) => (
                  <td
                    key={id}
                    className={`px-2 py-1.5 text-right tabular-nums ${line.counts[id] === 0 ? 'text-muted' : ''}`}
                  >
                    {line.counts[id].toLocaleString('en')}
                  </td>
                ))}
              </tr>
            ))}
            <tr className="border-t border-line-strong font-semibold">
              <th scope="row" className="py-1.5 pr-3">
                Together
              </th>
              {OUTCOMES.map(([id]) => (
                <td key={id} className="px-2 py-1.5 text-right tabular-nums">
                  {counts[id].toLocaleString('en')}
                </td>
              ))}
            </tr>
          </tbody>
        </table>
      </section>
      {unattended.drafts > 0 && (
        <div
          className={`rounded-lg px-3 py-2 ${unattended.touched > 0 ? 'bg-warn-soft text-warn' : 'bg-good-soft text-good'}`}
        >
          <p>
            Nobody would have had to read {unattended.drafts.toLocaleString('en')} of them.{' '}
            {unattended.touched === 0
              ? 'People changed none of those.'
              : `In ${unattended.touched.toLocaleString('en')} of those people stepped in: ${unattended.edited} edited, ${unattended.rejected} rejected, ${unattended.changesRequested} sent back, ${unattended.revoked} taken back.`}
          </p>
          {unattended.examples.length > 0 && (
            <ul className="mt-1 flex flex-wrap gap-x-3">
              {unattended.examples.map((draftId, index) => (
                <li key={draftId}>
                  <Link to="/$view/$draftId" params={{ view: 'all', draftId }} className="underline">
                    Example {index + 1}
                  </Link>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </div>
  );
}
