import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { Skeleton, useSlow } from './states.tsx';

/** Longer than this nothing is held back: better that it moves than that it is not there. */
const LONGEST_MS = 2_000;
/** What has come may ask for more. */
const SETTLED_MS = 30;
/** The head above may still grow until then, and would push it down. */
const SKELETON_MS = 600;
const LINES = ['w-2/3', 'w-1/2', 'w-3/5', 'w-1/3'] as const;

/** Shows its parts once all that they ask for at first has come, so that none of them pushes another away. */
export function Together({ children, className }: { children: ReactNode; className: string }) {
  const cache = useQueryClient().getQueryCache();
  const [shown, setShown] = useState(false);
  // Before the first paint: what is known already shows at once.
  useLayoutEffect(() => {
    if (cache.getAll().every(({ state }) => state.status !== 'pending')) setShown(true);
  }, [cache]);
  useEffect(() => {
    if (shown) return;
    let settled: ReturnType<typeof setTimeout> | undefined;
    const waits = () =>
      cache.getAll().some(({ state }) => state.status === 'pending' && state.fetchStatus === 'fetching');
    const look = () => {
      clearTimeout(settled);
      if (!waits()) settled = setTimeout(() => setShown(true), SETTLED_MS);
    };
    const stop = cache.subscribe(look);
    const longest = setTimeout(() => setShown(true), LONGEST_MS);
    look();
    return () => {
      stop();
      clearTimeout(settled);
      clearTimeout(longest);
    };
  }, [cache, shown]);
  const slow = useSlow(!shown, SKELETON_MS);
  return (
    <div className={shown ? undefined : 'invisible relative'}>
      {slow && (
        <div className="visible absolute inset-x-0 top-0">
          <Skeleton lines={LINES} />
        </div>
      )}
      <div className={className}>{children}</div>
    </div>
  );
}
