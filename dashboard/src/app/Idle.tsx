import { singleKeys } from '../lib/single-keys.ts';
import { useStore } from '../lib/store.ts';
import { Key } from '../ui/controls.tsx';

/** The right pane while no draft is open. */
export function Idle() {
  const single = useStore(singleKeys);
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center text-muted">
      <p>Open a draft to read it.</p>
      <p className="flex items-center gap-1">
        {single ? (
          <>
            <Key>J</Key> <Key>K</Key> move, <Key>?</Key> shows all keys
          </>
        ) : (
          <>
            <Key>↑</Key> <Key>↓</Key> move
          </>
        )}
      </p>
    </div>
  );
}
