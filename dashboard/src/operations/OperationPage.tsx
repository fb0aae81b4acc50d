import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Operation } from '../../../src/api/schemas/index.ts';
import { isMoving, operationQueries, operations } from '../api/operations.ts';
import { useMay } from '../settings/may.ts';
import { Dialog } from '../settings/parts/Dialog.tsx';
import { Bar, Line, Pill } from '../settings/parts/fields.tsx';
import { Loaded, Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { useChange } from '../settings/use-change.ts';
import { Button } from '../ui/controls.tsx';
import { OperateDialog } from './OperateDialog.tsx';
import { Left } from './Preview.tsx';
import { drafts, filterWords, STATUS_WORDS, titleOf } from './words.ts';

export function OperationPage() {
  const { operationId = '' } = useParams({ strict: false });
  const query = useQuery(operationQueries.one(operationId));
  return (
    <Scroller>
      <Page
        title={query.data ? titleOf(query.data) : 'Operation'}
        above={
          <Link to="/operations" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
            ← Operations
          </Link>
        }
        actions={query.data && <Steering operation={query.data} />}
      >
        <Loaded query={query}>{(operation) => <Details operation={operation} />}</Loaded>
      </Page>
    </Scroller>
  );
}

function Steering({ operation }: { operation: Operation }) {
  const may = useMay();
  const { id, action, status, counts } = operation;
  const [asking, setAsking] = useState<'cancel' | 'resume' | null>(null);
  const refresh = [['operations'], ['operation', id]];
  const results = useChange(() => operations.results(id), { refresh: [], loud: 'Not downloaded' });
  const again = useChange(() => operations.run(id), { refresh, loud: 'Not started' });
  const cancel = useChange(() => operations.cancel(id), { done: () => 'Cancelled.', refresh });
  return (
    <>
      <Button disabled={results.busy} onClick={() => results.go(undefined)}>
        {results.busy ? 'Fetching…' : 'Results CSV'}
      </Button>
      {may('operate') && action === 'pause' && !isMoving(operation) && counts.done > 0 && (
        <Button onClick={() => setAsking('resume')}>Resume these</Button>
      )}
      {may('operate') && status === 'starting' && (
        <Button disabled={again.busy} onClick={() => again.go(undefined)}>
          Start again
        </Button>
      )}
      {may('operate') && isMoving(operation) && counts.waiting > 0 && (
        <Button look="danger" onClick={() => setAsking('cancel')}>
          Cancel
        </Button>
      )}
      {asking === 'resume' && (
        <OperateDialog
          title="Resume what this paused"
          action="resume"
          target={{ filter: { operation: id } }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'cancel' && (
        <Dialog
          title="Cancel the rest?"
          action="Cancel the rest"
          danger
          onAction={() => cancel.go(undefined, () => setAsking(null))}
          onClose={() => setAsking(null)}
          busy={cancel.busy}
          error={cancel.error}
        >
          <p>{drafts(counts.waiting)} would be left as they are. What was done stays done.</p>
        </Dialog>
      )}
    </>
  );
}

function Details({ operation }: { operation: Operation }) {
  const { action, status, total, counts, left, comment, by, createdAt, startedAt, endedAt, cancelledBy } = operation;
  const { word, tone } = STATUS_WORDS[status];
  const through = total - counts.waiting;
  const parts = [
    ['Done', counts.done],
    ...(action === 'recheck' ? ([['Of those changed', counts.changed]] as const) : []),
    [status === 'cancelled' ? 'Not begun' : 'Waiting', counts.waiting],
    ['Left as they are', counts.skipped],
    ['Not confirmed', counts.failed],
  ] as const;
  return (
    <>
      <Section title="Progress">
        <p className="flex flex-wrap items-center gap-2">
          <Pill tone={tone}>{word}</Pill>
          <span role="status" className="tabular-nums">
            {through.toLocaleString('en')} of {drafts(total)} are through
          </span>
        </p>
        <div className="my-3">
          <Bar label="Drafts that are through" value={through} max={total} />
        </div>
        <dl className="flex flex-wrap gap-x-8 gap-y-3">
          {parts.map(([name, count]) => (
            <div key={name} className="flex flex-col-reverse">
              <dt className="text-muted">{name}</dt>
              <dd className="text-base font-semibold tabular-nums">{count.toLocaleString('en')}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-4 break-words text-muted">
          {filterWords(operation.filter)} · {by.name}, <When at={startedAt ?? createdAt} />
          {endedAt && (
            <>
              {' '}
              · ended <When at={endedAt} />
              {cancelledBy && ` by ${cancelledBy.name}`}
            </>
          )}
        </p>
        {comment && <p className="mt-1 break-words">“{comment}”</p>}
        {operation.temporalUrl && (
          <a
            href={operation.temporalUrl}
            target="_blank"
            rel="noreferrer"
            className="mt-1 inline-block text-muted underline hover:text-ink"
          >
            Temporal Web UI
          </a>
        )}
      </Section>
      {left.length > 0 && (
        <Section title="Why drafts were left">
          <Left left={left} />
        </Section>
      )}
      {counts.failed > 0 && <Items operation={operation} state="failed" title="Nobody confirmed these" />}
      {counts.skipped > 0 && <Items operation={operation} state="skipped" title="Left as they are" />}
    </>
  );
}

function Items(props: { operation: Operation; state: 'skipped' | 'failed'; title: string }) {
  const { operation, state, title } = props;
  const list = useInfiniteQuery(operationQueries.items(operation.id, state));
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Section title={title} flush>
      <ul aria-label={title}>
        {items.map(({ draftId, subject, recipients, reason }) => (
          <Line key={draftId}>
            <Link
              to="/$view/$draftId"
              params={{ view: 'all', draftId }}
              className="font-semibold break-words text-accent hover:underline"
            >
              {subject || '(no subject)'}
            </Link>
            <p className="break-words text-muted">
              to {recipients.join(', ')} · {reason?.message}
            </p>
          </Line>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="border-t border-line py-4 text-center">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      )}
    </Section>
  );
}
