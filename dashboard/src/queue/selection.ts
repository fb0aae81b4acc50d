import { createStore } from '../lib/store.ts';

export type BulkAct = 'approve' | 'reject' | 'reschedule' | 'pause';

/** Drafts chosen to be decided together, in the order they were chosen. */
export const selection = createStore<ReadonlySet<string>>(new Set());
/** What is being done with them. */
export const bulk = createStore<BulkAct | null>(null);

export function toggle(id: string): void {
  selection.set((chosen) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    return next;
  });
}

export function clearSelection(): void {
  bulk.set(() => null);
  selection.set((chosen) => (chosen.size === 0 ? chosen : new Set()));
}
