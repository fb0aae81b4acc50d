import { connection } from '../api/live.ts';
import { useStore } from '../lib/store.ts';
import { useSlow } from '../ui/states.tsx';

/** Says when the desk no longer hears from the server; what is on screen stays readable. */
export function ConnectionBar() {
  const lost = useSlow(useStore(connection) === 'lost', 1_000);
  return (
    <div role="status">
      {lost && (
        <p className="bg-warn-soft px-4 py-1.5 text-center text-warn">
          Connection lost. You can keep reading; decisions wait until it is back. Trying again…
        </p>
      )}
    </div>
  );
}
