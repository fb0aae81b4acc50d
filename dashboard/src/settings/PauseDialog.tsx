import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { AddPause } from '../../../src/api/schemas/index.ts';
import { api } from '../api/api.ts';
import { batchQueries } from '../api/batches.ts';
import { operate, operateQueries } from '../api/operate.ts';
import { queries } from '../api/queries.ts';
import { Dialog } from './parts/Dialog.tsx';
import { Choice, Text } from './parts/fields.tsx';
import { useChange } from './use-change.ts';
import { pauseName } from './words.ts';

type Part = Exclude<AddPause['kind'], 'all'>;
const PARTS: readonly (readonly [Part, string])[] = [
  ['inbox', 'An inbox'],
  ['recipe', 'A recipe'],
  ['agent', 'An agent'],
  ['batch', 'A batch'],
];

export function PauseDialog({ start, onClose }: { start: 'all' | 'other'; onClose: () => void }) {
  const [part, setPart] = useState<Part>('inbox');
  const [id, setId] = useState('');
  const [reason, setReason] = useState('');
  const listId = useId();
  const known = useKnown(start === 'all' ? null : part);
  const target = start === 'all' ? { kind: 'all' as const } : { kind: part, id: id.trim() };
  const pause = useChange((body: AddPause) => operate.addPause(body), {
    done: (made) => `Paused: ${pauseName(made).toLowerCase()}.`,
    refresh: [['pauses'], ['held'], ['inboxes'], ['settings-log']],
  });
  return (
    <Dialog
      title={start === 'all' ? 'Pause all sending?' : 'Pause a part of sending'}
      action={start === 'all' ? 'Pause all sending' : `Pause this ${part}`}
      danger
      ready={start === 'all' || id.trim() !== ''}
      onAction={() => pause.go({ ...target, reason: reason.trim() }, onClose)}
      onClose={onClose}
      busy={pause.busy}
      error={pause.error}
    >
      {start === 'all' && <p>From now on no email leaves any inbox, until an operator resumes.</p>}
      {start === 'other' && (
        <>
          <Choice
            label="What"
            value={part}
            set={(next) => {
              setPart(next);
              setId('');
            }}
            options={PARTS}
          />
          <Text label="Which" list={listId} value={id} set={setId} required hint={WHICH[part]} />
          <datalist id={listId}>
            {known.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </datalist>
        </>
      )}
      <Text label="Why (others read this)" value={reason} set={setReason} maxLength={500} />
    </Dialog>
  );
}

const WHICH: Record<Part, string> = {
  inbox: 'The address of the inbox.',
  recipe: 'The name of the recipe.',
  agent: 'The id of the agent’s key.',
  batch: 'The id of the batch. Its drafts are held; what has no draft yet still gets one.',
};

/** What there is to choose from, as far as it is known here. */
function useKnown(part: Part | null): [string, string][] {
  const inboxes = useQuery({ ...queries.inboxes(), enabled: part === 'inbox' });
  const recipes = useQuery({ ...operateQueries.recipes(), enabled: part === 'recipe' });
  const lately = useQuery({
    queryKey: ['lately'],
    queryFn: () => api.list({ order: 'newest' }),
    enabled: part === 'agent',
  });
  const batches = useInfiniteQuery({ ...batchQueries.list(), enabled: part === 'batch' });
  switch (part) {
    case 'inbox':
      return (inboxes.data?.items ?? []).map(({ id, displayName }) => [id, displayName ?? '']);
    case 'recipe':
      return (recipes.data?.items ?? []).map(({ name, title }) => [name, title]);
    case 'agent':
      return [...new Map((lately.data?.items ?? []).map(({ createdBy }) => [createdBy.id, createdBy.name]))];
    case 'batch':
      return (batches.data?.pages ?? []).flatMap(({ items }) => items).map(({ id, name }) => [id, name]);
    case null:
      return [];
  }
}
