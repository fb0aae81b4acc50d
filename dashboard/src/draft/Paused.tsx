import type { Draft } from '../../../src/api/schemas/index.ts';
import { operations } from '../api/operations.ts';
import { relative, useNow } from '../lib/time.ts';
import { useMay } from '../settings/may.ts';
import { useChange } from '../settings/use-change.ts';
import { Button } from '../ui/controls.tsx';

/** This draft alone is kept from leaving: by whom, why, and the way out. */
export function Paused({ draft }: { draft: Draft }) {
  const may = useMay();
  const nowMs = useNow();
  const resume = useChange(() => operations.resumeDraft(draft.id), {
    done: () => 'Resumed: it is checked again before it leaves.',
    refresh: [['draft', draft.id]],
    loud: 'Not resumed',
  });
  const { paused } = draft;
  if (paused === null) return null;
  return (
    <section
      aria-label="Paused"
      className="mb-5 flex flex-wrap items-center gap-3 rounded-xl border border-line bg-warn-soft px-4 py-2 text-warn"
    >
      <p className="min-w-0 flex-1 basis-60 break-words">
        Paused by {paused.by.name} {relative(paused.at, nowMs)}
        {paused.reason && `: ${paused.reason}`}. It does not leave until it is resumed.
      </p>
      {may('operate') && (
        <Button disabled={resume.busy} onClick={() => resume.go(undefined)}>
          Resume
        </Button>
      )}
    </section>
  );
}
