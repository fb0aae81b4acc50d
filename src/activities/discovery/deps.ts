import type { ActivityDeps } from '../deps.ts';

/** What discovery stands on. */
export type DiscoveryDeps = Pick<ActivityDeps, 'store' | 'mail' | 'engine' | 'alerts' | 'clock' | 'log'>;
