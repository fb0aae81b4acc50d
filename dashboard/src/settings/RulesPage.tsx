import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyVersionList } from '../../../src/api/schemas/index.ts';
import { policies, policyQueries } from '../api/policies.ts';
import { buttonLink } from '../batches/BatchesPage.tsx';
import { Button } from '../ui/controls.tsx';
import { Empty, Failure, Skeleton } from '../ui/states.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Line, Pill } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { When } from './parts/When.tsx';
import { RuleList } from './RuleList.tsx';
import { useChange } from './use-change.ts';

/** What needs whom: the rules that decide, and every version there was. */
export function RulesPage() {
  const may = useMay();
  const query = useQuery(policyQueries.active());
  return (
    <Page
      title="Rules"
      lead="The first rule a draft fits decides who has to approve it. Where none fits, the mode of its inbox does."
      actions={
        <Link to="/settings/rules/edit" className={buttonLink}>
          {may('rules') ? 'Change or try rules' : 'Try rules'}
        </Link>
      }
    >
      <Loaded query={query}>
        {({ active }) =>
          active === null ? (
            <Section title="Active rules">
              <Empty title="There are no rules.">The mode of each inbox decides.</Empty>
            </Section>
          ) : (
            <Section
              title={`Active rules: version ${active.version}`}
              lead={
                <>
                  {active.comment && `${active.comment} · `}
                  {active.source === 'file' ? 'From a file' : active.by.name}, <When at={active.at} />
                </>
              }
              flush
            >
              <RuleList policy={active.policy} />
            </Section>
          )
        }
      </Loaded>
      <Versions />
    </Page>
  );
}

function Versions() {
  const list = useInfiniteQuery(policyQueries.versions());
  const items = (list.data?.pages ?? []).flatMap((page) => page.items);
  return (
    <Section title="Versions" flush>
      {list.isPending && <Skeleton lines={['w-1/2', 'w-2/3']} />}
      {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <Empty title="There is no version yet." />}
      <ul aria-label="Versions of the rules">
        {items.map((version) => (
          <Version key={version.version} version={version} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="border-t border-line py-3 text-center">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            Load more
          </Button>
        </div>
      )}
    </Section>
  );
}

function Version({ version: line }: { version: PolicyVersionList['items'][number] }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const activate = useChange(policies.activate, {
    done: (made) => `Version ${made.version} decides from now on.`,
    refresh: [['policies'], ['settings-log']],
  });
  const { version, active, ruleCount, comment, by, at, source } = line;
  return (
    <Line
      end={
        <>
          <Link
            to="/settings/rules/edit"
            search={{ from: version }}
            className="inline-flex h-9 items-center rounded-lg border border-line bg-panel px-3 font-semibold hover:bg-hover tablet:h-8"
          >
            Look at {version}
          </Link>
          {!active && may('rules') && <Button onClick={() => setAsking(true)}>Use version {version}</Button>}
        </>
      }
    >
      <p className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">Version {version}</span>
        {active && <Pill tone="good">Decides</Pill>}
      </p>
      <p className="break-words text-muted">
        {ruleCount} {ruleCount === 1 ? 'rule' : 'rules'} · {source === 'file' ? 'from a file' : by.name},{' '}
        <When at={at} />
        {comment && ` · ${comment}`}
      </p>
      {asking && (
        <Dialog
          title={`Let version ${version} decide?`}
          action={`Use version ${version}`}
          onAction={() => activate.go(version, () => setAsking(false))}
          onClose={() => setAsking(false)}
          busy={activate.busy}
          error={activate.error}
        >
          <p>From now on each draft is judged by it when it is written, when it is due and when it is sent.</p>
        </Dialog>
      )}
    </Line>
  );
}
