import { invalid } from './errors.ts';

/** Labels the service sets itself; a client's own labels may not take these names. */
const OUTCOME_LABELS = ['delivered', 'bounced', 'complained', 'rejected', 'opened'];
const SYSTEM_LABELS = ['sent', 'received', 'scheduled', 'blocked', 'spam', 'unauthenticated', ...OUTCOME_LABELS];

interface Patch {
  add_labels?: string[] | null;
  remove_labels?: string[] | null;
}

/** Adds and removes; a label in both lists ends removed. */
export function patchLabels(labels: string[], patch: Patch): string[] {
  const removed = new Set(patch.remove_labels ?? []);
  const merged = new Set([...labels, ...(patch.add_labels ?? [])]);
  return [...merged].filter((label) => !removed.has(label));
}

export function refuseSystemLabels(field: string, labels: string[] | null | undefined): void {
  labels?.forEach((label, index) => {
    if (SYSTEM_LABELS.includes(label)) throw invalid(`"${label}" is a system label`, [field, index]);
  });
}

/** What an eventually consistent list shows of a message's labels before its own ones were indexed. */
export function systemLabelsOnly(labels: string[]): string[] {
  return labels.filter((label) => SYSTEM_LABELS.includes(label) || label === 'unread');
}
