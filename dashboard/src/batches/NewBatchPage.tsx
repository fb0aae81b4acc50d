import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useRef, useState } from 'react';
import type { Batch } from '../../../src/api/schemas/index.ts';
import { TimingFields } from '../act/TimingFields.tsx';
import { problemOf, scheduleOf, type Timing, timingOf } from '../act/timing.ts';
import { batches } from '../api/batches.ts';
import { operateQueries } from '../api/operate.ts';
import { queries } from '../api/queries.ts';
import { useMay } from '../settings/may.ts';
import { Fault } from '../settings/parts/Dialog.tsx';
import { Choice, Text } from '../settings/parts/fields.tsx';
import { Denied, Page, Scroller, Section } from '../settings/parts/Page.tsx';
import { Button } from '../ui/controls.tsx';
import { FileField, UploadProgress, useUpload } from './Upload.tsx';

const PRIORITIES = [
  ['1', '1 (first)'],
  ['2', '2'],
  ['3', '3'],
  ['4', '4'],
  ['5', '5 (last)'],
] as const;

export function NewBatchPage() {
  const may = useMay();
  return (
    <Scroller>
      <Page
        title="New batch"
        lead="Every row of the file becomes a draft, which is reviewed and approved by itself."
        above={
          <Link to="/batches" className="mb-1 inline-block text-muted hover:text-ink hover:underline">
            ← Batches
          </Link>
        }
      >
        {may('makeBatch') ? <Form /> : <Denied what="Making batches" who="operators, admins and agents" />}
      </Page>
    </Scroller>
  );
}

const NOW: Timing = { ...timingOf({ schedule: { kind: 'held' }, dueAt: null }, Date.now()), kind: 'now' };

function Form() {
  const navigate = useNavigate();
  const inboxes = useQuery(queries.inboxes()).data?.items ?? [];
  const recipes = useQuery(operateQueries.recipes()).data?.items ?? [];
  const { data: me } = useQuery(queries.me());
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState('');
  const [chosenInbox, setInbox] = useState('');
  const [chosenRecipe, setRecipe] = useState('');
  const [category, setCategory] = useState('');
  const [priority, setPriority] = useState<(typeof PRIORITIES)[number][0]>('3');
  const [timing, setTiming] = useState(NOW);
  const { done, error, run } = useUpload();
  const heading = useId();
  // A second try after a lost answer finds the batch the first one made.
  const made = useRef<{ of: string; requestId: string; batch?: Batch } | null>(null);

  const inbox = chosenInbox || (inboxes[0]?.id ?? '');
  const recipe = chosenRecipe || (recipes[0]?.name ?? '');
  const schedule = scheduleOf(timing);
  const problem = problemOf(timing, Date.now());
  const ready = file !== null && inbox !== '' && recipe !== '' && schedule !== null && problem === null;
  const fields = recipes.find((one) => one.name === recipe)?.input;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready || done !== null) return;
    const format = /\.(?:jsonl|ndjson)$/i.test(file.name) ? ('jsonl' as const) : ('csv' as const);
    const body = {
      ...{ name: name.trim() || file.name.slice(0, 200), inbox, recipe, format, schedule, priority: Number(priority) },
      ...(category.trim() !== '' && { category: category.trim() }),
    };
    const of = JSON.stringify([body, file.name, file.size, file.lastModified]);
    if (made.current?.of !== of) made.current = { of, requestId: crypto.randomUUID() };
    const { current } = made;
    const make = async () => {
      const batch = await batches.create({ ...body, requestId: current.requestId });
      current.batch = batch;
      return batch;
    };
    const started = await run(make, file);
    if (started && current.batch) void navigate({ to: '/batches/$batchId', params: { batchId: current.batch.id } });
  };
  return (
    <form onSubmit={submit} aria-labelledby={heading} className="space-y-6">
      <Section title="What">
        <div className="grid gap-5 tablet:grid-cols-2">
          <div className="tablet:col-span-2">
            <FileField choose={setFile} first />
          </div>
          <Text
            label="Name"
            placeholder={file?.name ?? 'What people call it'}
            value={name}
            set={setName}
            maxLength={200}
          />
          <Choice
            label="From the inbox"
            value={inbox}
            set={setInbox}
            options={inboxes.map(({ id }) => [id, id] as const)}
          />
          <Choice
            label="Recipe"
            value={recipe}
            set={setRecipe}
            options={recipes.map((one) => [one.name, one.title] as const)}
          />
          <Text label="Category (recipients opt out of it)" placeholder="reminder" value={category} set={setCategory} />
          <Choice label="Priority" value={priority} set={setPriority} options={PRIORITIES} />
        </div>
        {fields && <Columns schema={fields} />}
      </Section>
      <Section title="When they may leave, once approved">
        <div className="space-y-3">
          <TimingFields timing={timing} onChange={(change) => setTiming((all) => ({ ...all, ...change }))} />
          {problem && <p className="text-bad">{problem}</p>}
        </div>
      </Section>
      <h2 id={heading} className="sr-only">
        New batch
      </h2>
      {me?.kind === 'person' && me.roles.includes('reviewer') && (
        <p className="rounded-xl bg-sunken px-4 py-2">
          These drafts are then yours: somebody else approves them, unless a rule says otherwise.
        </p>
      )}
      {file && done !== null && <UploadProgress done={done} size={file.size} />}
      <Fault error={error} />
      <Button type="submit" look="primary" disabled={!ready || done !== null}>
        {done === null ? 'Upload and start the drafts' : 'One moment…'}
      </Button>
    </form>
  );
}

/** The columns a file needs, from the recipe's own description of its input. */
function Columns({ schema }: { schema: Record<string, unknown> }) {
  const { properties, required } = schema;
  if (typeof properties !== 'object' || properties === null) return null;
  const needed = new Set(Array.isArray(required) ? required : []);
  return (
    <p className="mt-4 text-muted">
      Columns:{' '}
      {Object.keys(properties).map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <code className="font-mono text-xs">{name}</code>
          {needed.has(name) ? '' : ' (optional)'}
        </span>
      ))}
      . Parts of one are named by a dot, such as <code className="font-mono text-xs">customer.name</code>.
    </p>
  );
}
