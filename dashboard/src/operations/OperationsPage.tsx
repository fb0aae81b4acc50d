import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { operationQueries } from '../api/operations.ts';
import { Line, Pill } from '../settings/parts/fields.tsx';
import { Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { When } from '../settings/parts/When.tsx';
import { Button } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { filterWords, STATUS_WORDS, titleOf } from './words.ts';

/** Who changed many drafts at once, when, and which. */
export function OperationsPage() {
  const list = useInfiniteQuery(operationQueries.list());
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Scroller>
      <Page
        title="Operations"
        lead="One change of every waiting draft that matches, begun from the queue: pause, resume, check again, compose anew, hand over."
      >
        <Section title="All operations" flush>
          {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2', 'w-3/5']} />}
          {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
          {list.isSuccess && items.length === 0 && (
            <Empty title="Nothing was done to many drafts yet.">
              “For all that match…” above the queue begins with a preview.
            </Empty>
          )}
          <ul aria-label="Operations">
            {items.map((one) => (
              <Line
                key={one.id}
                end={<Pill tone={STATUS_WORDS[one.status].tone}>{STATUS_WORDS[one.status].word}</Pill>}
              >
                <Link
                  to="/operations/$operationId"
                  params={{ operationId: one.id }}
                  className="font-semibold break-words text-accent hover:underline"
                >
                  {titleOf(one)}
                </Link>
                <p className="break-words text-muted">
                  {filterWords(one.filter)} · {one.by.name}, <When at={one.startedAt ?? one.createdAt} />
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
