export interface Memory<T> {
  (key: string, read: () => Promise<T>): Promise<T>;
  /** The next call reads again. */
  forget(key: string): void;
}

/** Remembers answers by key for `forMs`, and shares a read under way; a failed read is forgotten at once. */
export function createMemory<T>(forMs: number): Memory<T> {
  const kept = new Map<string, { untilMs: number; value: Promise<T> }>();
  const remember = (key: string, read: () => Promise<T>) => {
    const found = kept.get(key);
    if (found && performance.now() < found.untilMs) return found.value;
    const entry = { untilMs: performance.now() + forMs, value: read() };
    kept.set(key, entry);
    entry.value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return entry.value;
  };
  return Object.assign(remember, { forget: (key: string) => void kept.delete(key) });
}
