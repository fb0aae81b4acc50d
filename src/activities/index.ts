import { alertActivities } from './alerts.ts';
import { authorizeActivities } from './authorize.ts';
import { batchActivities } from './batch.ts';
import { channelActivities } from './channels.ts';
import { claimActivities } from './claim.ts';
import { composeActivities } from './compose.ts';
import type { ActivityDeps } from './deps.ts';
import { discoveryActivities } from './discover.ts';
import { dueActivities, recipientZoneOf } from './due.ts';
import { operationActivities } from './operations.ts';
import { recordActivities } from './record.ts';
import { resolveActivities } from './resolve.ts';
import { revisionActivities } from './revision.ts';
import { sendActivities } from './send.ts';
import type { Activities } from './types.ts';
import { watchActivities } from './watch/index.ts';

export type { ActivityDeps } from './deps.ts';

/** Everything the workflows call, over the given parts. */
export function createActivities(given: ActivityDeps): Activities {
  const deps = { recipientZone: recipientZoneOf(given.store), ...given };
  return {
    ...claimActivities(deps),
    ...composeActivities(deps),
    ...revisionActivities(deps),
    ...authorizeActivities(deps),
    ...recordActivities(deps),
    ...resolveActivities(deps),
    ...sendActivities(deps),
    ...batchActivities(deps),
    ...operationActivities(deps),
    ...dueActivities(deps.recipientZone),
    ...alertActivities(deps),
    ...channelActivities(deps),
    ...watchActivities(deps),
    ...discoveryActivities(deps),
  };
}
