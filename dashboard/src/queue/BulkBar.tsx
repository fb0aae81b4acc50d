import { lazy, Suspense, useState } from 'react';
import { useStore } from '../lib/store.ts';
import { useMay } from '../settings/may.ts';
import { Button } from '../ui/controls.tsx';
import { bulk, clearSelection, selection } from './selection.ts';

const OperateDialog = lazy(async () => ({
  default: (await import('../operations/OperateDialog.tsx')).OperateDialog,
}));

/** At the foot of the queue while drafts are chosen. */
export function BulkBar() {
  const chosen = useStore(selection);
  const doing = useStore(bulk);
  const may = useMay();
  const [operating, setOperating] = useState<string[] | null>(null);
  if (chosen.size === 0 || doing !== null) return null;
  return (
    <section aria-label="Chosen drafts" className="flex flex-wrap items-center gap-2 border-t border-line bg-panel p-3">
      <p role="status" className="w-full font-semibold">
        {chosen.size} chosen
      </p>
      <Button look="primary" onClick={() => bulk.set(() => 'approve')}>
        Read and approve
      </Button>
      <Button look="danger" onClick={() => bulk.set(() => 'reject')}>
        Reject
      </Button>
      <Button onClick={() => bulk.set(() => 'reschedule')}>Reschedule</Button>
      {may('operate') && <Button onClick={() => setOperating([...chosen])}>Pause…</Button>}
      <Button look="quiet" onClick={clearSelection}>
        Clear
      </Button>
      {operating && (
        <Suspense fallback={null}>
          <OperateDialog
            title={`Pause ${operating.length} chosen`}
            action="pause"
            target={{ drafts: operating }}
            onClose={() => setOperating(null)}
            onBegun={clearSelection}
          />
        </Suspense>
      )}
    </section>
  );
}
