import { type ReactNode, useEffect, useState } from 'react';

/** True once `waiting` has lasted: a skeleton that flashes is worse than none. */
export function useSlow(waiting: boolean, afterMs = 200): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => clearTimeout(timer);
  }, [waiting, afterMs]);
  return slow && waiting;
}

export function Skeleton({ lines }: { lines: readonly string[] }) {
  const slow = useSlow(true);
  return (
    <div role="status" className="space-y-3 p-4">
      <span className="sr-only">Loading</span>
      {slow &&
        lines.map((width) => (
          <div key={width} className={`h-3 motion-safe:animate-pulse rounded bg-sunken ${width}`} />
        ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-16 text-center">
      <p className="font-semibold">{title}</p>
      <div className="max-w-sm text-muted">{children}</div>
    </div>
  );
}

/** What went wrong and the way out of it. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-16 text-center">
      <p className="font-semibold">This could not be loaded.</p>
      <p className="max-w-sm text-muted">{error instanceof Error ? error.message : 'The reason is not known.'}</p>
      <button
        type="button"
        onClick={retry}
        className="rounded-lg border border-line bg-panel px-3 py-1 font-semibold hover:bg-hover"
      >
        Try again
      </button>
    </div>
  );
}
