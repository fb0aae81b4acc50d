import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { focusOnce } from '../../ui/focus.ts';
import { Empty, Failure, Skeleton } from '../../ui/states.tsx';
import { Together } from '../../ui/Together.tsx';

/** One page beside the queue: its title takes the focus, so that keyboard and screen reader begin there. */
export function Page(props: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  above?: ReactNode;
  children: ReactNode;
}) {
  const { title, lead, actions, above, children } = props;
  return (
    <div className="mx-auto w-full max-w-5xl space-y-6 px-4 pt-5 pb-24 tablet:px-8 tablet:pt-8">
      <title>{`${title} · Countersign`}</title>
      <header>
        {above}
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
          <div className="min-w-0">
            <h1 ref={focusOnce} tabIndex={-1} className="text-xl leading-8 font-semibold break-words outline-none">
              {title}
            </h1>
            {lead && <p className="max-w-prose text-muted">{lead}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
      </header>
      <Together className="space-y-6">{children}</Together>
    </div>
  );
}

/** What scrolls under the bars, also by keyboard where nothing in it takes the focus. */
export function Scroller({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by its focus
    <section aria-label="Page" tabIndex={0} className="min-h-0 min-w-0 flex-1 overflow-y-auto -outline-offset-2">
      {children}
    </section>
  );
}

export function Section(props: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  const { title, lead, actions, flush = false, children } = props;
  return (
    <section className="overflow-hidden rounded-xl border border-line bg-panel" aria-label={title}>
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 pt-4 tablet:px-5">
        <div className="min-w-0">
          <h2 className="font-semibold">{title}</h2>
          {lead && <p className="max-w-prose text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      <div className={flush ? 'pt-3' : 'px-4 pt-3 pb-4 tablet:px-5 tablet:pb-5'}>{children}</div>
    </section>
  );
}

const LINES = ['w-2/3', 'w-1/2', 'w-3/5'] as const;

/** What is there once it is; until then that it comes, and afterwards why it did not. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Skeleton lines={LINES} />;
}

export function Denied({ what, who }: { what: string; who: string }) {
  return <Empty title={`${what} is not for your role.`}>It is for {who}.</Empty>;
}
