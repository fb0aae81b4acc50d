import { lazy, Suspense, useState } from 'react';
import { isWaiting } from '../../../src/domain/operations.ts';
import { filterOf } from '../api/queries.ts';
import { useDesk } from '../desk.ts';
import { VIEWS } from '../lib/views.ts';
import { useMay } from '../settings/may.ts';
import { Button } from '../ui/controls.tsx';

const OperateDialog = lazy(async () => ({ default: (await import('./OperateDialog.tsx')).OperateDialog }));

/** Above the queue: one change of every waiting draft that its view and filters show. */
export function ForAllThatMatch() {
  const may = useMay();
  const { view, filters } = useDesk();
  const [open, setOpen] = useState(false);
  const { statuses, needsMe } = VIEWS[view];
  // What needs me is another thing for whoever looks at the operation later.
  if (!may('operate') || needsMe || (statuses.length > 0 && !statuses.some(isWaiting))) return null;
  const { statuses: _statuses, needsMe: _needsMe, ...filter } = filterOf({ view, ...filters });
  return (
    <>
      <Button look="quiet" className="-mr-3" onClick={() => setOpen(true)}>
        For all that match…
      </Button>
      {open && (
        <Suspense fallback={null}>
          <OperateDialog
            title={`For all that match in “${VIEWS[view].title}”`}
            target={{ filter: { ...filter, ...(statuses.length > 0 && { status: statuses.filter(isWaiting) }) } }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
