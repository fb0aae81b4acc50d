import type { Revision } from '../../../src/api/schemas/index.ts';
import { Differences } from '../draft/ChangesPanel.tsx';
import { Button } from '../ui/controls.tsx';

/** Somebody saved first. Both versions are shown against the one they started from; neither is lost. */
export function Conflict(props: {
  mine: Pick<Revision, 'content'>;
  theirs: Revision;
  base: Revision;
  busy: boolean;
  onSaveMine: () => void;
  onKeepTheirs: () => void;
}) {
  const { mine, theirs, base, busy, onSaveMine, onKeepTheirs } = props;
  return (
    <section role="alert" aria-label="Two edits" className="rounded-xl border border-warn bg-warn-soft/40 p-4">
      <p className="font-semibold text-warn">
        {theirs.author.name} saved revision {theirs.revision} while you were editing revision {base.revision}.
      </p>
      <p className="mt-1">
        Both are below. You can change yours further down before you save it; theirs stays in the history either way.
      </p>
      <div className="mt-3 grid gap-4 tablet:grid-cols-2">
        <div className="min-w-0 rounded-lg bg-panel p-3">
          <h2 className="mb-2 font-semibold">Yours, unsaved</h2>
          <Differences before={base} after={mine} />
        </div>
        <div className="min-w-0 rounded-lg bg-panel p-3">
          <h2 className="mb-2 font-semibold">
            Revision {theirs.revision}, {theirs.author.name}
          </h2>
          <Differences before={base} after={theirs} />
        </div>
      </div>
      <div className="mt-3 flex flex-wrap justify-end gap-2">
        <Button onClick={onKeepTheirs}>Keep theirs for now</Button>
        <Button look="primary" disabled={busy} onClick={onSaveMine}>
          Save mine on top
        </Button>
      </div>
    </section>
  );
}
