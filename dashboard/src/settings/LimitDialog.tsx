import { useState } from 'react';
import type { LimitView, PutLimit } from '../../../src/api/schemas/index.ts';
import { operate } from '../api/operate.ts';
import { Button, inputLook } from '../ui/controls.tsx';
import { msOf, partsOf, UNITS, type Unit } from './duration.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Choice, Text, Tick } from './parts/fields.tsx';
import { useChange } from './use-change.ts';

interface Span {
  key: number;
  count: string;
  amount: string;
  unit: Unit;
}
const MOST = 5;
const KINDS = [
  ['organization', 'All mail together'],
  ['inbox', 'An inbox'],
  ['recipient_domain', 'Mail to a domain'],
] as const satisfies readonly (readonly [LimitView['kind'], string])[];

export function LimitDialog({ limit, onClose }: { limit: LimitView | null; onClose: () => void }) {
  const [kind, setKind] = useState<LimitView['kind']>(limit?.kind ?? 'organization');
  const [target, setTarget] = useState(limit && limit.target !== '*' ? limit.target : '');
  const [each, setEach] = useState(limit === null || limit.target === '*');
  const [spans, setSpans] = useState<Span[]>(() => spansOf(limit));
  const save = useChange(
    (body: PutLimit) => operate.setLimit({ kind, target: kind === 'organization' || each ? '*' : target.trim() }, body),
    { done: () => 'Saved. It holds from the next send on.', refresh: [['limits'], ['settings-log']] },
  );
  const windows = spans.map(({ count, amount, unit }) => ({ count: Number(count), perMs: msOf(amount, unit) ?? 0 }));
  const whole = windows.every(({ count, perMs }) => Number.isInteger(count) && count > 0 && perMs >= 100);
  const ready = whole && (kind === 'organization' || each || target.trim() !== '');
  const edit = (key: number, change: Partial<Span>) =>
    setSpans((all) => all.map((span) => (span.key === key ? { ...span, ...change } : span)));
  return (
    <Dialog
      title={limit ? 'Change a limit' : 'Add a limit'}
      action="Save the limit"
      ready={ready}
      onAction={() => save.go({ windows }, onClose)}
      onClose={onClose}
      busy={save.busy}
      error={save.error}
    >
      <Choice label="Whose mail is counted" value={kind} set={setKind} options={KINDS} disabled={limit !== null} />
      {kind !== 'organization' && (
        <>
          <Tick
            label={kind === 'inbox' ? 'Each inbox without limits of its own' : 'Each domain without limits of its own'}
            on={each}
            set={setEach}
            disabled={limit !== null}
          />
          {!each && (
            <Text
              label={kind === 'inbox' ? 'Inbox' : 'Domain, in lower case'}
              value={target}
              set={setTarget}
              disabled={limit !== null}
            />
          )}
        </>
      )}
      {spans.map((span, index) => (
        <fieldset key={span.key} className="flex items-end gap-2">
          <legend className="mb-1 text-xs text-muted">{index === 0 ? 'At most' : 'and at most'}</legend>
          <input
            aria-label="How many"
            inputMode="numeric"
            className={`${inputLook} max-w-24 text-right tabular-nums`}
            value={span.count}
            onChange={(event) => edit(span.key, { count: event.target.value })}
          />
          <span className="pb-2">in</span>
          <input
            aria-label="Span: number"
            inputMode="decimal"
            className={`${inputLook} max-w-20 text-right tabular-nums`}
            value={span.amount}
            onChange={(event) => edit(span.key, { amount: event.target.value })}
          />
          <select
            aria-label="Span: unit"
            className={`${inputLook} max-w-32`}
            value={span.unit}
            onChange={(event) => edit(span.key, { unit: UNITS.find(([id]) => id === event.target.value)?.[0] ?? 's' })}
          >
            {UNITS.map(([id, word]) => (
              <option key={id} value={id}>
                {word}
              </option>
            ))}
          </select>
          {spans.length > 1 && (
            <Button
              look="quiet"
              aria-label="Take this one out"
              onClick={() => setSpans((all) => all.filter(({ key }) => key !== span.key))}
            >
              ×
            </Button>
          )}
        </fieldset>
      ))}
      {spans.length < MOST && (
        <Button
          look="quiet"
          onClick={() =>
            setSpans((all) => [
              ...all,
              { key: Math.max(...all.map(({ key }) => key)) + 1, count: '', amount: '1', unit: 'd' },
            ])
          }
        >
          And another span
        </Button>
      )}
    </Dialog>
  );
}

function spansOf(limit: LimitView | null): Span[] {
  if (limit === null) return [{ key: 0, count: '10', amount: '1', unit: 's' }];
  return limit.windows.map(({ count, perMs }, key) => {
    const { amount, unit } = partsOf(perMs);
    return { key, count: String(count), amount: String(amount), unit };
  });
}
