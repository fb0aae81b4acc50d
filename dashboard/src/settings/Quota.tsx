import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Quota, QuotaChanges } from '../../../src/api/schemas/index.ts';
import { operate, operateQueries } from '../api/operate.ts';
import { absolute } from '../lib/time.ts';
import type { Tone } from '../lib/words.ts';
import { Button } from '../ui/controls.tsx';
import { useMay } from './may.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Bar, Pill, Text, Tick } from './parts/fields.tsx';
import { Loaded, Section } from './parts/Page.tsx';
import { useChange } from './use-change.ts';

const LEVELS: Record<Quota['level'], { word: string; tone: Exclude<Tone, 'muted'> }> = {
  ok: { word: 'Enough left', tone: 'good' },
  warning: { word: 'Getting less', tone: 'warn' },
  critical: { word: 'Nearly used up', tone: 'bad' },
  exhausted: { word: 'Used up', tone: 'bad' },
};
const number = new Intl.NumberFormat('en');

export function QuotaSection() {
  const may = useMay();
  const query = useQuery(operateQueries.quota());
  const [asking, setAsking] = useState(false);
  return (
    <Section
      title="Monthly quota"
      actions={may('limits') && query.data && <Button onClick={() => setAsking(true)}>Change the quota</Button>}
    >
      <Loaded query={query}>
        {(quota) => (
          <>
            <Used quota={quota} />
            {asking && <QuotaDialog quota={quota} onClose={() => setAsking(false)} />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Used({ quota }: { quota: Quota }) {
  const { monthlyQuota, used, level, resetsAt, warningPercent, criticalPercent } = quota;
  const { word, tone } = LEVELS[level];
  if (monthlyQuota === null) {
    return (
      <p>
        <span className="font-semibold tabular-nums">{number.format(used)}</span> sent this month. No quota is set.
      </p>
    );
  }
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-center gap-2">
        <span className="tabular-nums">
          <span className="text-base font-semibold">{number.format(used)}</span> of {number.format(monthlyQuota)}{' '}
          messages
        </span>
        <Pill tone={tone}>{word}</Pill>
      </p>
      <Bar label="Messages sent this month" value={used} max={monthlyQuota} tone={tone} />
      <p className="text-muted">
        Warns at {warningPercent} %, critical at {criticalPercent} %. Counts anew from {absolute(resetsAt, 'UTC')} UTC.
      </p>
    </div>
  );
}

function QuotaDialog({ quota, onClose }: { quota: Quota; onClose: () => void }) {
  const [limited, setLimited] = useState(quota.monthlyQuota !== null);
  const [monthly, setMonthly] = useState(String(quota.monthlyQuota ?? 3_000));
  const [warning, setWarning] = useState(String(quota.warningPercent));
  const [critical, setCritical] = useState(String(quota.criticalPercent));
  const save = useChange((body: QuotaChanges) => operate.setQuota(body), {
    done: () => 'Saved.',
    refresh: [['quota'], ['settings-log']],
  });
  const whole = [monthly, warning, critical].every((text) => /^\d+$/.test(text.trim()));
  const body = {
    monthlyQuota: limited ? Number(monthly) : null,
    warningPercent: Number(warning),
    criticalPercent: Number(critical),
  };
  return (
    <Dialog
      title="Monthly quota"
      action="Save the quota"
      ready={whole}
      onAction={() => save.go(body, onClose)}
      onClose={onClose}
      busy={save.busy}
      error={save.error}
    >
      <Tick
        label="The plan allows so many messages a month"
        hint="At the quota approved drafts wait, unless an inbox's checks say otherwise."
        on={limited}
        set={setLimited}
      />
      {limited && <Text label="Messages a calendar month, UTC" inputMode="numeric" value={monthly} set={setMonthly} />}
      <div className="grid grid-cols-2 gap-4">
        <Text label="Warn at (percent)" inputMode="numeric" value={warning} set={setWarning} />
        <Text label="Critical at (percent)" inputMode="numeric" value={critical} set={setCritical} />
      </div>
    </Dialog>
  );
}
