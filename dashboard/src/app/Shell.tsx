import { Outlet, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { startLive } from '../api/live.ts';
import { useDesk } from '../desk.ts';
import { DraftPane } from '../draft/DraftPane.tsx';
import { useKeys } from '../lib/keys.ts';
import { useStore } from '../lib/store.ts';
import { Queue } from '../queue/Queue.tsx';
import { bulk } from '../queue/selection.ts';
import { leave, Views } from '../queue/Views.tsx';
import { ConnectionBar } from './ConnectionBar.tsx';
import { Help } from './Help.tsx';
import { helpOpen } from './help.ts';
import { Idle } from './Idle.tsx';
import { PauseBar } from './PauseBar.tsx';
import { TopBar } from './Places.tsx';
import { Toasts } from './Toasts.tsx';
import { useGo } from './use-go.ts';

const Bulk = lazy(async () => ({ default: (await import('../queue/bulk/Bulk.tsx')).Bulk }));

/** The views on the left and, beside them, the queue with a draft, or one of the other pages. */
export function Shell() {
  const { view } = useParams({ strict: false });
  const help = useStore(helpOpen);
  useKeys({ '?': () => helpOpen.set(() => true) });
  useGo();
  useEffect(() => {
    const stop = new AbortController();
    startLive(stop.signal, leave);
    return () => stop.abort();
  }, []);

  return (
    <div className="flex h-dvh flex-col">
      <ConnectionBar />
      <PauseBar />
      <div className="flex min-h-0 flex-1">
        <Views />
        {view === undefined ? (
          <div className="flex min-h-0 min-w-0 flex-1 flex-col">
            <TopBar />
            <main className="flex min-h-0 flex-1 flex-col bg-bg">
              <Outlet />
            </main>
          </div>
        ) : (
          <Drafts />
        )}
      </div>
      <Toasts />
      {help && <Help onClose={() => helpOpen.set(() => false)} />}
    </div>
  );
}

/** Two panes beside the views when there is room, one on a phone. */
function Drafts() {
  const { draftId } = useDesk();
  const several = useStore(bulk);
  const filled = draftId !== undefined || several !== null;
  return (
    <main className="flex min-h-0 min-w-0 flex-1">
      <section
        aria-label="Queue"
        className={`min-h-0 w-full shrink-0 flex-col border-line bg-bg tablet:flex tablet:w-80 tablet:border-r wide:w-96 ${filled ? 'hidden' : 'flex'}`}
      >
        <Queue />
      </section>
      <section
        aria-label="Draft"
        className={`min-h-0 min-w-0 flex-1 flex-col bg-panel tablet:flex ${filled ? 'flex' : 'hidden'}`}
      >
        {several !== null ? (
          <Suspense fallback={null}>
            <Bulk key={several} />
          </Suspense>
        ) : draftId ? (
          <DraftPane key={draftId} id={draftId} />
        ) : (
          <Idle />
        )}
      </section>
    </main>
  );
}
