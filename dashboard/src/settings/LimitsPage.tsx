import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LimitView } from '../../../src/api/schemas/index.ts';
import { operate, operateQueries } from '../api/operate.ts';
import { Button } from '../ui/controls.tsx';
import { Empty } from '../ui/states.tsx';
import { inWords } from './duration.ts';
import { LimitDialog } from './LimitDialog.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Line } from './parts/fields.tsx';
import { Loaded, Page, Section } from './parts/Page.tsx';
import { QuotaSection } from './Quota.tsx';
import { useChange } from './use-change.ts';

export function LimitsPage() {
  const may = useMay();
  const query = useQuery(operateQueries.limits());
  const [asking, setAsking] = useState<LimitView | 'new' | null>(null);
  return (
    <Page
      title="Limits and quota"
      lead="What keeps mail from leaving too fast or too much. Looked at before each send."
    >
      <QuotaSection />
      <Section
        title="Rate limits"
        lead="At most so many send requests in any such span of time, wherever it begins."
        actions={may('limits') && <Button onClick={() => setAsking('new')}>Add a limit</Button>}
        flush
      >
        <Loaded query={query}>
          {({ items, keyBlockedMs }) => (
            <>
              {keyBlockedMs > 0 && (
                <p role="status" className="border-t border-line bg-warn-soft px-4 py-2 text-warn tablet:px-5">
                  AgentMail asked for a rest: nothing leaves for about {Math.ceil(keyBlockedMs / 1_000)} seconds.
                </p>
              )}
              {items.length === 0 && (
                <Empty title="There are no limits.">Mail leaves as fast as AgentMail takes it.</Empty>
              )}
              <ul>
                {items.map((limit) => (
                  <LimitLine key={`${limit.kind} ${limit.target}`} limit={limit} onChange={() => setAsking(limit)} />
                ))}
              </ul>
            </>
          )}
        </Loaded>
      </Section>
      {asking && <LimitDialog limit={asking === 'new' ? null : asking} onClose={() => setAsking(null)} />}
    </Page>
  );
}

export function limitName({ kind, target }: Pick<LimitView, 'kind' | 'target'>): string {
  if (kind === 'organization') return 'All mail together';
  if (kind === 'inbox') return target === '*' ? 'Each inbox without limits of its own' : `The inbox ${target}`;
  return target === '*' ? 'Mail to each domain without limits of its own' : `Mail to ${target}`;
}

function LimitLine({ limit, onChange }: { limit: LimitView; onChange: () => void }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const remove = useChange(operate.removeLimit, {
    done: () => 'Removed. It no longer holds from the next send on.',
    refresh: [['limits'], ['settings-log']],
  });
  const name = limitName(limit);
  return (
    <Line
      end={
        may('limits') && (
          <>
            <Button onClick={onChange} aria-label={`Change: ${name}`}>
              Change
            </Button>
            <Button look="quiet" onClick={() => setAsking(true)} aria-label={`Remove: ${name}`}>
              Remove
            </Button>
          </>
        )
      }
    >
      <p className="font-semibold break-words">{name}</p>
      <p className="tabular-nums">
        {limit.windows.map(({ count, perMs }) => `${count.toLocaleString('en')} in ${inWords(perMs)}`).join(' · ')}
      </p>
      {asking && (
        <Dialog
          title={`Remove the limit: ${name.toLowerCase()}?`}
          action="Remove the limit"
          danger
          onAction={() => remove.go(limit, () => setAsking(false))}
          onClose={() => setAsking(false)}
          busy={remove.busy}
          error={remove.error}
        >
          <p>Mail that waits for its turn keeps its place; new mail leaves as fast as the other limits allow.</p>
        </Dialog>
      )}
    </Line>
  );
}
