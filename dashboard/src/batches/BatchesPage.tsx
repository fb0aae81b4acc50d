import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Batch } from '../../../src/api/schemas/index.ts';
import { batchQueries } from '../api/batches.ts';
import type { Tone } from '../lib/words.ts';
import { useMay } from '../settings/may.ts';
import { Line, Pill } from '../settings/parts/fields.tsx';
import { Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { Button } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';

export const BATCH_WORDS: Record<Batch['status'], { word: string; tone: Tone }> = {
  uploading: { word: 'Waits for its rows', tone: 'muted' },
  starting: { word: 'Starting', tone: 'info' },
  running: { word: 'Running', tone: 'info' },
  paused: { word: 'Paused', tone: 'warn' },
  finished: { word: 'All started', tone: 'good' },
  cancelled: { word: 'Cancelled', tone: 'muted' },
};

export const buttonLink =
  'inline-flex h-9 shrink-0 items-center rounded-lg bg-accent px-3 font-semibold text-on-accent hover:bg-accent-hover tablet:h-8';

export function BatchesPage() {
  const may = useMay();
  const list = useInfiniteQuery(batchQueries.list());
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Scroller>
      <Page
        title="Batches"
        lead="Many drafts by one recipe and a file. Each row becomes a draft of its own, reviewed like any other."
        actions={
          may('makeBatch') && (
            <Link to="/batches/new" className={buttonLink}>
              New batch
            </Link>
          )
        }
      >
        <Section title="All batches" flush>
          {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2', 'w-3/5']} />}
          {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
          {list.isSuccess && items.length === 0 && (
            <Empty title="There is no batch yet.">
              Agents and operators make batches; they appear here by themselves.
            </Empty>
          )}
          <ul aria-label="Batches">
            {items.map(({ id, name, status, recipe, inboxId, rowCount, createdBy, createdAt }) => (
              <Line key={id} end={<Pill tone={BATCH_WORDS[status].tone}>{BATCH_WORDS[status].word}</Pill>}>
                <Link
                  to="/batches/$batchId"
                  params={{ batchId: id }}
                  className="font-semibold break-words text-accent hover:underline"
                >
                  {name}
                </Link>
                <p className="break-words text-muted">
                  <span className="tabular-nums">{rowCount.toLocaleString('en')}</span>{' '}
                  {rowCount === 1 ? 'row' : 'rows'} · {recipe} · {inboxId} · {createdBy.name}, <When at={createdAt} />
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
      </Page>
    </Scroller>
  );
}
