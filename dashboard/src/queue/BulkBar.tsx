import { lazy, Suspense, useState } from 'react';
import { useKeys } from '../lib/keys.ts';
import { useStore } from '../lib/store.ts';
import { type Deed, useMay } from '../settings/may.ts';
import { Button } from '../ui/controls.tsx';
import { type BulkAct, bulk, clearSelection, selection } from './selection.ts';

const OperateDialog = lazy(async () => ({
  default: (await import('../operations/OperateDialog.tsx')).OperateDialog,
}));

/** Who may do none of these has nothing to choose drafts for. */
export const BULK_DEEDS = ['decide', 'reschedule', 'pauseDraft'] as const satisfies Deed[];

/** At the foot of the queue while drafts are chosen. */
export function BulkBar() {
  const chosen = useStore(selection);
  const doing = useStore(bulk);
  const may = useMay();
  const [operating, setOperating] = useState<string[] | null>(null);
  const shown = chosen.size > 0 && doing === null;
  const begin = (act: BulkAct, deed: Deed) => (shown && may(deed) ? () => bulk.set(() => act) : undefined);
  const approve = begin('approve', 'decide');
  const reject = begin('reject', 'decide');
  const reschedule = begin('reschedule', 'reschedule');
  // An operator previews it as one operation, which can be taken back as one; a reviewer pauses them one by one.
  const operate = shown && may('operate') ? () => setOperating([...chosen]) : undefined;
  const pause = operate ?? begin('pause', 'pauseDraft');
  // First, so that with drafts chosen nothing of the one that is open answers.
  useKeys({ 'shift+a': approve, 'shift+r': reject, 'shift+s': reschedule, 'shift+p': pause }, true);
  if (!shown) return null;
  return (
    <section aria-label="Chosen drafts" className="flex flex-wrap items-center gap-2 border-t border-line bg-panel p-3">
      <p role="status" className="w-full font-semibold">
        {chosen.size} chosen
      </p>
      {approve && (
        <Button look="primary" shortcut="Shift+A" onClick={approve}>
          Read and approve
        </Button>
      )}
      {reject && (
        <Button look="danger" shortcut="Shift+R" onClick={reject}>
          Reject
        </Button>
      )}
      {reschedule && (
        <Button shortcut="Shift+S" onClick={reschedule}>
          Reschedule
        </Button>
      )}
      {pause && (
        <Button shortcut="Shift+P" onClick={pause}>
          Pause…
        </Button>
      )}
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
