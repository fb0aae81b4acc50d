import { jsonDigest } from '../../domain/digest.ts';
import { batchIdFor } from '../../domain/ids.ts';
import { mayUseInbox } from '../../domain/permissions.ts';
import type { BatchCreation, BatchRecord } from '../../store/types-batches.ts';
import type { Api } from '../context.ts';
import { invalid, recipeOf, requestIdOf } from '../creation.ts';
import type { Caller } from '../deps.ts';
import { ApiProblem } from '../problems.ts';
import type { ParsedCreateBatch } from '../schemas/index.ts';

/** Makes a batch that waits for its rows, or finds it: the same request id with the same body is one batch. */
export async function createBatch(
  api: Api,
  caller: Caller,
  body: ParsedCreateBatch,
  key: string | undefined,
): Promise<{ created: boolean; stored: BatchRecord }> {
  const requestId = requestIdOf(body, key);
  recipeOf(api, body.recipe, 'recipe');
  const { requestId: _given, inbox, category = null, mapping = null, ...rest } = body;
  if (!mayUseInbox(caller, inbox)) throw invalid('inbox', 'this key is bound to other inboxes');
  const { id, kind, roles, ownerId } = caller;
  const creation: BatchCreation = {
    batchId: batchIdFor(id, requestId),
    requestDigest: jsonDigest({ ...rest, inbox, category, mapping }),
    ...{ ...rest, inboxId: inbox, category, mapping },
    creator: { id, kind, roles, ...(ownerId !== undefined && { ownerId }) },
    createdAtMs: api.now(),
  };
  const made = await api.store.createBatch(creation);
  if (made.stored.requestDigest === creation.requestDigest) return made;
  const message = `This request id was used for another batch (${creation.batchId}). Give every batch its own id.`;
  throw new ApiProblem('idempotency_conflict', message);
}
