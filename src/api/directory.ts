import type { ApiKey } from '../config-keys.ts';
import type { Store } from '../store/types.ts';
import type { Names } from './views.ts';

/** Names that another process changed are known here after this long. */
const FRESH_MS = 5_000;

const OURS = [
  ['system', 'Countersign'],
  ['temporal', 'Operator (Temporal)'],
] as const;

/** An approval by policy names the mode of the inbox or the rule that gave it. */
const policyName = (id: string) => (id.startsWith('policy:') ? `Policy: ${id.slice('policy:'.length)}` : null);

export interface Directory {
  names: Names;
  /** Reads the names again when they may be old; waits only while there are none yet. */
  refresh(): Promise<void>;
  /** Reads them now: after a change made here. */
  reload(): Promise<void>;
}

/** Names for ids: of configured keys, and of people and keys in the store. An id without a name speaks for itself. */
export function createDirectory(keys: readonly ApiKey[], store: Store, now: () => number): Directory {
  const configured = new Map<string, string>([...keys.map(({ id, name }) => [id, name] as const), ...OURS]);
  let stored: ReadonlyMap<string, string> = new Map();
  let loadedAtMs: number | null = null;
  let loading: Promise<void> | null = null;

  const reload = () => {
    loading ??= store
      .accountNames()
      .then((names) => {
        stored = names;
        loadedAtMs = now();
      })
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  return {
    names: (id) => ({ id, name: configured.get(id) ?? stored.get(id) ?? policyName(id) ?? id }),
    reload,
    async refresh() {
      if (loadedAtMs === null) await reload();
      // The names at hand will do until the new ones are here.
      else if (now() - loadedAtMs > FRESH_MS) reload().catch(() => undefined);
    },
  };
}
