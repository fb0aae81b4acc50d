import { z } from 'zod';
import type { Core } from './core.ts';
import { conflict } from './errors.ts';
import type { Change, Collection } from './state/collection.ts';

export const clientIdSchema = z
  .string()
  .min(1)
  .refine((id) => !id.includes('@'), { message: 'must not contain @' });

type Kind = 'inbox' | 'draft' | 'webhook';

const keyOf = (kind: Kind, scope: string, clientId: string) => [kind, scope, clientId].join('\n');

/**
 * The resource made earlier under this client id. When it is gone by now, the `clientIdAfterDelete` switch decides:
 * undefined (so the caller makes a new one) or a 409.
 */
export function findByClientId<T>(
  core: Core,
  kind: Kind,
  scope: string,
  clientId: string,
  rows: Collection<T>,
): T | undefined {
  const claimed = core.state.clientIds.get(keyOf(kind, scope, clientId));
  if (!claimed) return undefined;
  const existing = rows.get(claimed.resourceId);
  if (existing === undefined && core.state.settings.switches.clientIdAfterDelete === 'conflict') {
    throw conflict('client_id_in_use', `The client_id ${clientId} belonged to a ${kind} that is gone`);
  }
  return existing;
}

export function claimClientId(
  core: Core,
  kind: Kind,
  scope: string,
  clientId: string | null | undefined,
  resourceId: string,
): Change[] {
  return clientId ? [core.state.clientIds.put(keyOf(kind, scope, clientId), { resourceId })] : [];
}
