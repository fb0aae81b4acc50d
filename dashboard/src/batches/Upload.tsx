import { useState } from 'react';
import type { Batch } from '../../../src/api/schemas/index.ts';
import { batches, uploadRows } from '../api/batches.ts';
import { queryClient } from '../api/queries.ts';
import { say } from '../app/toasts.ts';
import { bytes } from '../lib/words.ts';
import { Fault } from '../settings/parts/Dialog.tsx';
import { Bar } from '../settings/parts/fields.tsx';
import { Section } from '../settings/parts/Page.tsx';
import { Button, Field } from '../ui/controls.tsx';
import { focusOnce } from '../ui/focus.ts';

/** Uploads the rows, and then starts the drafts. A broken upload goes on where it stopped, with the same file. */
export function useUpload() {
  const [done, setDone] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  /** True once the batch runs. */
  const run = async (make: () => Promise<Batch>, file: File): Promise<boolean> => {
    setError(null);
    setDone(0);
    let id: string | null = null;
    try {
      const batch = await make();
      id = batch.id;
      if (batch.uploadedBytes > file.size) throw new Error('More than this is uploaded already: it is another file.');
      await uploadRows(batch, file, setDone);
      await batches.start(batch.id, file.size);
      say('Started. Its drafts appear in the queue.');
      return true;
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error('The reason is not known.'));
      return false;
    } finally {
      setDone(null);
      void queryClient.invalidateQueries({ queryKey: ['batches'] });
      if (id !== null) void queryClient.invalidateQueries({ queryKey: ['batch', id] });
    }
  };
  return { done, error, run };
}

export function FileField(props: { choose: (file: File | null) => void; first?: boolean }) {
  const { choose, first = false } = props;
  return (
    <Field
      label="File"
      hint="CSV in UTF-8: the first line names the columns, as paths into the recipe's input. Or JSON lines (.jsonl)."
    >
      <input
        ref={first ? focusOnce : undefined}
        type="file"
        required
        accept=".csv,.jsonl,.ndjson,text/csv,application/x-ndjson"
        onChange={(event) => choose(event.target.files?.[0] ?? null)}
        className="block w-full text-sm file:mr-3 file:rounded-lg file:border file:border-solid file:border-line file:bg-panel file:px-3 file:py-1.5 file:font-semibold file:text-ink"
      />
    </Field>
  );
}

export function UploadProgress({ done, size }: { done: number; size: number }) {
  return (
    <div role="status">
      <p className="mb-1 tabular-nums">
        {bytes(done)} of {bytes(size)} uploaded
      </p>
      <Bar label="Uploaded" value={done} max={size} />
    </div>
  );
}

/** For a batch whose rows are not all here. */
export function Upload({ batch }: { batch: Batch }) {
  const [file, setFile] = useState<File | null>(null);
  const { done, error, run } = useUpload();
  return (
    <Section
      title="Its rows"
      lead={
        batch.uploadedBytes > 0
          ? `${bytes(batch.uploadedBytes)} are here. Choose the same file again to go on.`
          : 'No rows are here yet.'
      }
    >
      <div className="space-y-4">
        <FileField choose={setFile} />
        {file && done !== null && <UploadProgress done={done} size={file.size} />}
        <Fault error={error} />
        <Button
          look="primary"
          disabled={file === null || done !== null}
          onClick={() => file && void run(async () => batch, file)}
        >
          {done === null ? 'Upload and start' : 'One moment…'}
        </Button>
      </div>
    </Section>
  );
}
