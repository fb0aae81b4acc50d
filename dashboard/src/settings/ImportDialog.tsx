import { useEffect, useRef, useState } from 'react';
import type { ImportResult } from '../../../src/api/schemas/index.ts';
import { queryClient } from '../api/queries.ts';
import { say } from '../app/toasts.ts';
import { Field } from '../ui/controls.tsx';
import { Dialog } from './parts/Dialog.tsx';
import { Bar } from './parts/fields.tsx';
import { importRows, readSuppressions } from './suppression-file.ts';

type Rows = ReturnType<typeof readSuppressions>;
/** Larger files belong to the command line, which reads them piece by piece. */
const MOST_BYTES = 20_000_000;
const SHOWN = 20;

/** First what would happen, then doing it: nothing is kept before somebody saw the counts. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<{ name: string; rows: Rows } | null>(null);
  const [done, setDone] = useState<number | null>(null);
  const [plan, setPlan] = useState<ImportResult | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  const choose = async (chosen: File | undefined) => {
    setPlan(null);
    setError(null);
    setFile(null);
    if (!chosen) return;
    try {
      if (chosen.size > MOST_BYTES) throw new Error('Files above 20 MB: use `countersign suppressions import`.');
      setFile({ name: chosen.name, rows: readSuppressions(await chosen.text()) });
    } catch (cause) {
      setError(cause instanceof Error ? cause : new Error('The file cannot be read.'));
    }
  };
  const run = async (dryRun: boolean) => {
    if (file === null) return;
    setError(null);
    setDone(0);
    stop.current = new AbortController();
    try {
      const result = await importRows(
        { ...{ rows: file.rows, file: file.name }, dryRun },
        setDone,
        stop.current.signal,
      );
      if (stop.current.signal.aborted) return;
      if (dryRun) return setPlan(result);
      say(`${result.added} added, ${result.unchanged} were there already, ${result.invalid.length} not usable.`);
      onClose();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'The reason is not known.';
      setError(
        new Error(dryRun ? reason : `${reason} Rows before are kept; importing the file again adds no row twice.`),
      );
    } finally {
      setDone(null);
      if (!dryRun) void queryClient.invalidateQueries({ queryKey: ['suppressions'] });
    }
  };
  const total = file?.rows.length ?? 0;
  return (
    <Dialog
      title="Import suppressions"
      action={plan === null ? 'Check the file' : `Import ${plan.added}`}
      ready={file !== null && total > 0 && (plan === null || plan.added > 0)}
      onAction={() => void run(plan === null)}
      onClose={onClose}
      busy={done !== null}
      error={error}
      wide
    >
      <Field
        label="CSV file"
        hint="Columns: entry (or email, address, domain), scope, reason, note, expires_at. A plain list of addresses will do."
      >
        <input
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          onChange={(event) => void choose(event.target.files?.[0])}
          className="block w-full text-sm file:mr-3 file:rounded-lg file:border file:border-solid file:border-line file:bg-panel file:px-3 file:py-1.5 file:font-semibold file:text-ink"
        />
      </Field>
      {file && total === 0 && <p>The file has no rows.</p>}
      {file && done !== null && (
        <div role="status">
          <p className="mb-1 tabular-nums">
            {done} of {total} rows {plan === null ? 'checked' : 'imported'}
          </p>
          <Bar label="Rows" value={done} max={total} />
        </div>
      )}
      {plan && done === null && <Plan plan={plan} />}
    </Dialog>
  );
}

function Plan({ plan: { added, unchanged, invalid } }: { plan: ImportResult }) {
  return (
    <div role="status" className="space-y-2">
      <p>
        <strong>{added}</strong> would be added, <strong>{unchanged}</strong> are there already,{' '}
        <strong>{invalid.length}</strong> cannot be used and are left out.
      </p>
      {invalid.length > 0 && (
        <ul
          aria-label="Lines that cannot be used"
          className="max-h-40 overflow-y-auto rounded-lg bg-warn-soft px-3 py-2 text-warn"
        >
          {invalid.slice(0, SHOWN).map(({ line, message }) => (
            <li key={`${line} ${message}`}>
              Line {line}: {message}
            </li>
          ))}
          {invalid.length > SHOWN && <li>… and {invalid.length - SHOWN} more.</li>}
        </ul>
      )}
    </div>
  );
}
