import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Batch } from '../../../src/api/schemas/index.ts';
import type { DraftStatus } from '../../../src/domain/state.ts';
import { batches, batchQueries } from '../api/batches.ts';
import { queries } from '../api/queries.ts';
import { STATUS } from '../lib/words.ts';
import { useMay } from '../settings/may.ts';
import { Dialog } from '../settings/parts/Dialog.tsx';
import { Bar, Line, Pill, Tick } from '../settings/parts/fields.tsx';
import { Loaded, Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { useChange } from '../settings/use-change.ts';
import { Button } from '../ui/controls.tsx';
import { BATCH_WORDS } from './BatchesPage.tsx';
import { Upload } from './Upload.tsx';

export function BatchPage() {
  const { batchId = '' } = useParams({ strict: false });
  const query = useQuery(batchQueries.one(batchId));
  return (
    <Scroller>
      <Page
        title={query.data?.name ?? 'Batch'}
        above={
          <Link to="/batches" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
            ← Batches
          </Link>
        }
        actions={query.data && <Steering batch={query.data} />}
      >
        <Loaded query={query}>{(batch) => <Details batch={batch} />}</Loaded>
      </Page>
    </Scroller>
  );
}

const refreshOf = (id: string) => [['batches'], ['batch', id]];

/** Rows are for whoever made the batch; an operator steers all. */
function useMine({ createdBy }: Batch): { makes: boolean; steers: boolean } {
  const may = useMay();
  const { data: me } = useQuery(queries.me());
  const makes = may('makeBatch') && me?.id === createdBy.id;
  return { makes, steers: makes || may('steerBatch') };
}

function Steering({ batch }: { batch: Batch }) {
  const { steers } = useMine(batch);
  const [asking, setAsking] = useState(false);
  const steer = useChange((verb: 'pause' | 'resume') => batches[verb](batch.id), {
    done: (_, verb) => (verb === 'pause' ? 'Paused: no further draft is started.' : 'Goes on.'),
    refresh: refreshOf(batch.id),
    loud: 'Not done',
  });
  const results = useChange(() => batches.results(batch.id), { refresh: [], loud: 'Not downloaded' });
  const { status } = batch;
  const ended = status === 'finished' || status === 'cancelled';
  return (
    <>
      <Button disabled={results.busy} onClick={() => results.go(undefined)}>
        {results.busy ? 'Fetching…' : 'Results CSV'}
      </Button>
      {steers && (status === 'running' || status === 'starting') && (
        <Button disabled={steer.busy} onClick={() => steer.go('pause')}>
          Pause
        </Button>
      )}
      {steers && status === 'paused' && (
        <Button look="primary" disabled={steer.busy} onClick={() => steer.go('resume')}>
          Resume
        </Button>
      )}
      {steers && status !== 'cancelled' && (
        <Button look="danger" onClick={() => setAsking(true)}>
          {ended ? 'End its drafts' : 'Cancel'}
        </Button>
      )}
      {asking && <CancelDialog batch={batch} ended={ended} onClose={() => setAsking(false)} />}
    </>
  );
}

function CancelDialog({ batch, ended, onClose }: { batch: Batch; ended: boolean; onClose: () => void }) {
  const [withdraw, setWithdraw] = useState(ended);
  const cancel = useChange(() => batches.cancel(batch.id, withdraw), {
    done: () => (ended ? 'Its undecided drafts are being ended.' : 'Cancelled.'),
    refresh: refreshOf(batch.id),
  });
  return (
    <Dialog
      title={ended ? `End the undecided drafts of ${batch.name}?` : `Cancel ${batch.name}?`}
      action={ended ? 'End its drafts' : withdraw ? 'Cancel and end its drafts' : 'Cancel the batch'}
      danger
      onAction={() => cancel.go(undefined, onClose)}
      onClose={onClose}
      busy={cancel.busy}
      error={cancel.error}
    >
      {!ended && <p>{batch.rows.waiting.toLocaleString('en')} rows without a draft never get one.</p>}
      {ended ? (
        <p>Drafts that are not approved yet end unsent, on record as your act. Approved ones stay.</p>
      ) : (
        <Tick
          label="Also end its drafts that are not approved yet"
          hint="On record as your act. Approved ones stay."
          on={withdraw}
          set={setWithdraw}
        />
      )}
    </Dialog>
  );
}

function Details({ batch }: { batch: Batch }) {
  const { makes } = useMine(batch);
  const { status, rows, recipe, inboxId, category, priority, createdBy, createdAt, endedAt, temporalUrl } = batch;
  const { word, tone } = BATCH_WORDS[status];
  return (
    <>
      <Section title="Progress">
        <p className="flex flex-wrap items-center gap-2">
          <Pill tone={tone}>{word}</Pill>
          <span role="status" className="tabular-nums">
            {(rows.started + rows.bad).toLocaleString('en')} of {rows.total.toLocaleString('en')} rows are through
          </span>
        </p>
        <div className="my-3">
          <Bar label="Rows that are through" value={rows.started + rows.bad} max={rows.total} />
        </div>
        <Counts
          counts={[
            ['Drafts', rows.started],
            ['Waiting', rows.waiting],
            ['Not usable', rows.bad],
          ]}
        />
        <p className="mt-4 break-words text-muted">
          {recipe} · {inboxId}
          {category && ` · ${category}`} · priority {priority} · {createdBy.name}, <When at={createdAt} />
          {endedAt && (
            <>
              {' '}
              · ended <When at={endedAt} />
            </>
          )}
        </p>
        {temporalUrl && (
          <a
            href={temporalUrl}
            target="_blank"
            rel="noreferrer"
            className="mt-1 inline-block text-muted underline hover:text-ink"
          >
            Temporal Web UI
          </a>
        )}
      </Section>
      {status === 'uploading' && makes && <Upload batch={batch} />}
      <Section title="Its drafts">
        <DraftCounts batch={batch} />
      </Section>
      {rows.bad > 0 && <BadRows batch={batch} />}
    </>
  );
}

function Counts({ counts }: { counts: readonly (readonly [string, number])[] }) {
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-3">
      {counts.map(([name, count]) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-muted">{name}</dt>
          <dd className="text-base font-semibold tabular-nums">{count.toLocaleString('en')}</dd>
        </div>
      ))}
    </dl>
  );
}

const STATUSES = Object.keys(STATUS).filter((name): name is DraftStatus => name in STATUS);

function DraftCounts({ batch }: { batch: Batch }) {
  const counts = STATUSES.flatMap((status) => {
    const count = batch.drafts[status] ?? 0;
    return count > 0 ? [[STATUS[status].word, count] as const] : [];
  });
  return counts.length === 0 ? <p className="text-muted">None yet.</p> : <Counts counts={counts} />;
}

function BadRows({ batch }: { batch: Batch }) {
  const list = useInfiniteQuery(batchQueries.badRows(batch.id));
  const rows = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Section
      title={`Rows that cannot be used · ${batch.rows.bad.toLocaleString('en')}`}
      lead="They stop no other row."
      flush
    >
      <ul aria-label="Rows that cannot be used">
        {rows.map(({ row, error, input }) => (
          <Line key={row}>
            <p>
              <span className="font-semibold tabular-nums">Row {row}</span> {error?.message}
            </p>
            {input !== null && (
              <p className="font-mono text-xs break-all text-muted">{JSON.stringify(input).slice(0, 300)}</p>
            )}
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
