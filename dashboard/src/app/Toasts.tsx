import { useKeys } from '../lib/keys.ts';
import { singleKeys } from '../lib/single-keys.ts';
import { useStore } from '../lib/store.ts';
import { useNow } from '../lib/time.ts';
import { Hint } from '../ui/controls.tsx';
import { dismiss, type Toast, toasts } from './toasts.ts';

/** Over the foot of the queue, where they cover neither the text nor the actions; on a phone at the top. */
export function Toasts() {
  const all = useStore(toasts);
  const single = useStore(singleKeys);
  const newest = all.findLast(({ action }) => action !== undefined);
  const run = ({ id, action }: Toast) => {
    action?.run();
    dismiss(id);
  };
  useKeys(newest ? { z: () => run(newest) } : {});
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 top-3 z-20 flex flex-col gap-2 tablet:inset-x-auto tablet:top-auto tablet:bottom-3 tablet:left-3 tablet:w-74 wide:left-59 wide:w-90"
    >
      {all.map((toast) => (
        <div
          key={toast.id}
          className={`pointer-events-auto flex items-center gap-3 rounded-xl border px-4 py-2 shadow-lg ${toast.tone === 'bad' ? 'border-bad bg-bad-soft text-bad' : 'border-line bg-panel'}`}
        >
          <span className="min-w-0 flex-1 break-words">{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="shrink-0 rounded px-1 font-semibold text-accent hover:underline"
              aria-keyshortcuts={toast === newest && single ? 'Z' : undefined}
              onClick={() => run(toast)}
            >
              {toast.action.label}
              {toast === newest && (
                <>
                  {' '}
                  <Hint>Z</Hint>
                </>
              )}
              {toast.tone === 'plain' && <Seconds untilMs={toast.untilMs} />}
            </button>
          )}
          <button
            type="button"
            aria-label="Dismiss"
            className="rounded px-1 text-muted hover:text-ink"
            onClick={() => dismiss(toast.id)}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}

function Seconds({ untilMs }: { untilMs: number }) {
  const left = Math.ceil((untilMs - useNow(1_000)) / 1_000);
  if (left <= 0 || left > 90) return null;
  return (
    <span className="ml-1 font-normal text-muted tabular-nums" aria-hidden="true">
      {left}s
    </span>
  );
}
