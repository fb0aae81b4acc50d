import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { DraftOrder } from '../../../src/domain/state.ts';
import { queryClient } from '../api/queries.ts';
import { review, reviewQueries } from '../api/review.ts';
import { say } from '../app/toasts.ts';
import { DUES, FILTERS, type Filters, ORDERS, useDesk } from '../desk.ts';
import { VIEWS } from '../lib/views.ts';
import { Button, Field, inputLook } from '../ui/controls.tsx';
import { focusOnce, onEscape } from '../ui/focus.ts';

const TEXTS = [
  ['recipe', 'Recipe'],
  ['agent', 'Asked for by (id)'],
  ['category', 'Category'],
  ['batch', 'Batch (id)'],
  ['group', 'Asked of the group'],
] as const;
const DUE_WORDS: Record<(typeof DUES)[number], string> = {
  today: 'To go or be decided today',
  week: 'To go or be decided within a week',
  overdue: 'Overdue',
};

const ORDER_WORDS: Record<DraftOrder, string> = {
  urgent: 'Most urgent first',
  newest: 'Newest first',
  oldest: 'Oldest first',
  due: 'By due time',
};

/** What the list is narrowed to, kept in the address; and a name for it. */
export function FilterFields({ onClose }: { onClose: () => void }) {
  const { view, filters, order, refine } = useDesk();
  const [values, setValues] = useState<Filters>(filters);
  const [sorted, setSorted] = useState(order);
  const usual = VIEWS[view].order;
  const change = (name: keyof Filters, value: string) => setValues({ ...values, [name]: value });
  const apply = (event: FormEvent) => {
    event.preventDefault();
    const narrowed = Object.fromEntries(FILTERS.map((name) => [name, values[name]?.trim() || undefined]));
    void refine({ ...narrowed, order: sorted });
    onClose();
  };
  const clear = () => {
    void refine({ ...Object.fromEntries(FILTERS.map((name) => [name, undefined])), order: undefined });
    onClose();
  };
  return (
    <div className="border-b border-line bg-panel px-4 py-3">
      <form
        aria-label="Filters"
        onSubmit={apply}
        onKeyDown={(event) => onEscape(event, onClose)}
        className="grid grid-cols-2 gap-2"
      >
        {TEXTS.map(([name, label], index) => (
          <Field key={name} label={label}>
            <input
              ref={index === 0 ? focusOnce : undefined}
              value={values[name] ?? ''}
              onChange={(event) => change(name, event.target.value)}
              className={inputLook}
            />
          </Field>
        ))}
        <Field label="Due">
          <select
            value={values.due ?? ''}
            onChange={(event) => change('due', event.target.value)}
            className={inputLook}
          >
            <option value="">At any time</option>
            {DUES.map((due) => (
              <option key={due} value={due}>
                {DUE_WORDS[due]}
              </option>
            ))}
          </select>
        </Field>
        <Field label="Escalation">
          <select
            value={values.escalated ?? ''}
            onChange={(event) => change('escalated', event.target.value)}
            className={inputLook}
          >
            <option value="">Escalated or not</option>
            <option value="yes">Escalated</option>
          </select>
        </Field>
        <Field label="Order">
          <select
            value={sorted ?? ''}
            onChange={(event) => setSorted(ORDERS.find((one) => one === event.target.value))}
            className={inputLook}
          >
            <option value="">{ORDER_WORDS[usual]}</option>
            {ORDERS.filter((one) => one !== usual).map((one) => (
              <option key={one} value={one}>
                {ORDER_WORDS[one]}
              </option>
            ))}
          </select>
        </Field>
        <div className="col-span-2 flex justify-end gap-2">
          <Button look="quiet" onClick={clear}>
            Clear
          </Button>
          <Button type="submit" look="primary">
            Filter
          </Button>
        </div>
      </form>
      <SaveView />
    </div>
  );
}

/** The address as it is now, under a name of one's own. */
function SaveView() {
  const { view, filters, order } = useDesk();
  const { data } = useQuery(reviewQueries.savedViews());
  const [name, setName] = useState('');
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const query = new URLSearchParams({ ...filters, ...(order && { order }) }).toString();
    try {
      await review.saveView(name.trim(), `/${view}${query && `?${query}`}`);
      setName('');
      await queryClient.invalidateQueries({ queryKey: reviewQueries.savedViews().queryKey });
    } catch (error) {
      say(`Not saved: ${error instanceof Error ? error.message : 'the reason is not known.'}`, { tone: 'bad' });
    }
  };
  const remove = async (id: string) => {
    await review.removeView(id).catch(() => undefined);
    await queryClient.invalidateQueries({ queryKey: reviewQueries.savedViews().queryKey });
  };
  return (
    <section aria-label="Saved views" className="mt-3 border-t border-line pt-3">
      <form onSubmit={save} className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <Field label="Save what is filtered now as">
            <input
              value={name}
              maxLength={60}
              onChange={(event) => setName(event.target.value)}
              className={inputLook}
            />
          </Field>
        </div>
        <Button type="submit" disabled={name.trim() === ''}>
          Save view
        </Button>
      </form>
      <ul className="mt-1">
        {data?.items.map((saved) => (
          <li key={saved.id} className="flex items-center gap-2">
            <span className="min-w-0 flex-1 truncate">{saved.name}</span>
            <Button look="quiet" aria-label={`Delete the view ${saved.name}`} onClick={() => void remove(saved.id)}>
              Delete
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
