import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { SuppressionView } from '../../../src/api/schemas/index.ts';
import { queries } from '../api/queries.ts';
import { recipientQueries, recipients, type SuppressionFilter } from '../api/recipients.ts';
import { Button, inputLook } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { AddSuppression } from './AddSuppression.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { useMay } from './may.ts';
import { Proposals } from './Proposals.tsx';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Pill, Tick } from './parts/fields.tsx';
import { Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { useChange } from './use-change.ts';
import { REASON_WORDS } from './words.ts';

type Reason = SuppressionView['reason'];
const REASONS = Object.keys(REASON_WORDS).filter((name): name is Reason => name in REASON_WORDS);
/** What the address says: the same for whoever opens it. */
export interface SuppressionSearch {
  find?: string;
  scope?: string;
  reason?: string;
  expired?: true;
}

export function SuppressionsPage() {
  const may = useMay();
  const [asking, setAsking] = useState<'add' | 'import' | null>(null);
  const exporting = useChange(() => recipients.export(), { refresh: [], loud: 'Not exported' });
  return (
    <Page
      title="Suppressions"
      lead="Nobody who said no is written to. This is looked at before each send."
      actions={
        <>
          <Button disabled={exporting.busy} onClick={() => exporting.go(undefined)}>
            {exporting.busy ? 'Exporting…' : 'Export CSV'}
          </Button>
          {may('importList') && <Button onClick={() => setAsking('import')}>Import CSV</Button>}
          {may('suppress') && (
            <Button look="primary" onClick={() => setAsking('add')}>
              Suppress somebody
            </Button>
          )}
        </>
      }
    >
      <Proposals />
      <Section title="Who is not written to" flush>
        <Entries />
      </Section>
      {asking === 'add' && <AddSuppression onClose={() => setAsking(null)} />}
      {asking === 'import' && <ImportDialog onClose={() => setAsking(null)} />}
    </Page>
  );
}

function useFilter(): SuppressionFilter {
  const { find, scope, reason, expired } = useSearch({ from: '/settings/suppressions' });
  return { q: find, scope, reason: REASONS.find((one) => one === reason), expired: expired ? 'include' : 'exclude' };
}

function Entries() {
  const filter = useFilter();
  const list = useInfiniteQuery(recipientQueries.suppressions(filter));
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  const narrowed = filter.q !== undefined || filter.scope !== undefined || filter.reason !== undefined;
  return (
    <>
      <Filters />
      {list.isPending && <Skeleton lines={['w-2/3', 'w-1/2', 'w-3/5']} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Empty title={narrowed ? 'Nothing matches.' : 'Nobody is suppressed.'}>
          {narrowed
            ? 'Look with fewer filters.'
            : 'Bounces, complaints and people who unsubscribe appear here by themselves.'}
        </Empty>
      )}
      <ul aria-label="Suppressions">
        {items.map((item) => (
          <Entry key={`${item.entry} ${item.scope} ${item.reason}`} item={item} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="border-t border-line py-4 text-center">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      )}
    </>
  );
}

function Entry({ item }: { item: SuppressionView }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const lift = useChange(recipients.lift, {
    done: () => `${item.entry} may be written to again, unless another entry covers it.`,
    refresh: [['suppressions']],
  });
  const { entry, kind, scope, reason, note, source, createdBy, createdAt, expiresAt } = item;
  const over = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  return (
    <Line
      end={
        may('lift') && (
          <Button look="quiet" aria-label={`Remove ${entry}`} onClick={() => setAsking(true)}>
            Remove
          </Button>
        )
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold break-all">{entry}</span>
        <Pill tone={REASON_WORDS[reason].tone}>{REASON_WORDS[reason].word}</Pill>
        {kind === 'domain' && <Pill tone="muted">Domain</Pill>}
        {over && <Pill tone="muted">Expired</Pill>}
      </p>
      {note && <p className="break-words">{note}</p>}
      <p className="break-words text-muted">
        {scope === 'organization' ? 'Every inbox' : scope} · {createdBy.name}, <When at={createdAt} />
        {expiresAt && (
          <>
            {' '}
            · {over ? 'expired' : 'until'} <When at={expiresAt} />
          </>
        )}
        {source && ` · ${source}`}
      </p>
      {asking && (
        <Dialog
          title={`Remove ${entry}?`}
          action="Remove it from the list"
          danger
          onAction={() => lift.go(item, () => setAsking(false))}
          onClose={() => setAsking(false)}
          busy={lift.busy}
          error={lift.error}
        >
          <p>
            Mail to {kind === 'domain' ? `addresses at ${entry}` : entry} may leave again
            {scope === 'organization' ? '' : ` from ${scope}`}. Entries for other reasons stay.
            {(reason === 'complaint' || reason === 'unsubscribed') &&
              ' They asked not to be written to: be sure they changed their mind.'}
          </p>
        </Dialog>
      )}
    </Line>
  );
}

const TYPING_PAUSE_MS = 250;

function Filters() {
  const search = useSearch({ from: '/settings/suppressions' });
  const navigate = useNavigate();
  const refine = (change: SuppressionSearch) =>
    void navigate({ to: '/settings/suppressions', search: { ...search, ...change }, replace: true });
  const { data } = useQuery(queries.inboxes());
  const [text, setText] = useState(search.find ?? '');
  const wanted = text.trim() || undefined;
  useEffect(() => {
    if (wanted === search.find) return;
    const timer = setTimeout(() => refine({ find: wanted }), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  });
  const look = `${inputLook} tablet:w-auto`;
  return (
    <div className="flex flex-wrap items-center gap-3 px-4 pb-4 tablet:px-5">
      <input
        type="search"
        aria-label="Search addresses and domains"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${look} tablet:min-w-52 tablet:flex-1`}
      />
      <select
        aria-label="Reason"
        className={look}
        value={search.reason ?? ''}
        onChange={(event) => refine({ reason: event.target.value || undefined })}
      >
        <option value="">Every reason</option>
        {REASONS.map((reason) => (
          <option key={reason} value={reason}>
            {REASON_WORDS[reason].word}
          </option>
        ))}
      </select>
      <select
        aria-label="Where it holds"
        className={`${look} tablet:max-w-52`}
        value={search.scope ?? ''}
        onChange={(event) => refine({ scope: event.target.value || undefined })}
      >
        <option value="">Anywhere</option>
        <option value="organization">Every inbox</option>
        {(data?.items ?? []).map(({ id }) => (
          <option key={id} value={id}>
            Only {id}
          </option>
        ))}
      </select>
      <Tick
        label="Expired, too"
        on={search.expired ?? false}
        set={(on) => refine({ expired: on ? true : undefined })}
      />
    </div>
  );
}
