import { ORGANIZATION } from '../../src/domain/suppression.ts';
import type { Store, Suppression } from '../../src/store/types.ts';

export const suppression = (entry: string, change: Partial<Suppression> = {}): Suppression => ({
  entry,
  scope: ORGANIZATION,
  reason: 'manual',
  note: null,
  source: null,
  createdBy: 'x',
  createdAtMs: 1,
  expiresAtMs: null,
  ...change,
});

export const suppress = (store: Store, entry: string, change: Partial<Suppression> = {}) =>
  store.addSuppression(suppression(entry, change));
export const unsuppress = (store: Store, entry: string, scope = ORGANIZATION) =>
  store.removeSuppression(entry, { scope, by: 'x', atMs: 2 });
