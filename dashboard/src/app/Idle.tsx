import { Key } from '../ui/controls.tsx';

/** The right pane while no draft is open. */
export function Idle() {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center text-muted">
      <p>Open a draft to read it.</p>
      <p className="flex items-center gap-1">
        <Key>J</Key> <Key>K</Key> move, <Key>?</Key> shows all keys
      </p>
    </div>
  );
}
