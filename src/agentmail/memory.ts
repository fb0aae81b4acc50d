/** Remembers answers by key for `forMs`, and shares a read under way; a failed read is forgotten at once. */
export function createMemory<T>(forMs: number): (key: string, read: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { untilMs: number; value: Promise<T> }>();
  return (key, read) => {
    const found = kept.get(key);
    if (found && performance.now() < found.untilMs) return found.value;
    const entry = { untilMs: performance.now() + forMs, value: read() };
    kept.set(key, entry);
    entry.value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return entry.value;
  };
}
