import { randomUUID } from 'node:crypto';
import { PREVIEW_LIFE_MS } from '../../domain/operations.ts';
import { StoreConflict } from '../../store/index.ts';
import type { OperationRecord } from '../../store/types-operations.ts';
import type { OperationEngine } from '../../temporal/operation-engine.ts';
import { notConfirmed } from '../batches/problems.ts';
import { type Api, visibleOnly } from '../context.ts';
import type { Caller } from '../deps.ts';
import { wantedDrafts, whoseDrafts } from '../draft-query.ts';
import { ApiProblem, refusal } from '../problems.ts';
import { receiverOf } from '../reviewers.ts';
import type { ParsedPreview } from '../schemas/index.ts';

const conflict = (message: string) => new ApiProblem('operation_conflict', message);

/** Who acts, as it is kept: which way they came in is no part of their rights. */
function actorOf({ via: _via, ...actor }: Caller) {
  return actor;
}

/** Fixes the drafts that match now, and does nothing to them. */
export async function previewOperation(api: Api, caller: Caller, asked: ParsedPreview): Promise<OperationRecord> {
  const { action, filter = {}, drafts, person = null, comment = null } = asked;
  // Somebody away is stood in for, as when one draft is handed to them.
  const personId = person === null ? null : (await receiverOf(api, person)).personId;
  const nowMs = api.now();
  await api.store.dropPreviews(nowMs - PREVIEW_LIFE_MS);
  const whose = filter.assignee === 'me' ? caller.id : filter.assignee;
  const creation = {
    operationId: `operation-${randomUUID().replaceAll('-', '').slice(0, 16)}`,
    ...{ action, personId, comment, actor: actorOf(caller), createdAtMs: nowMs },
    filter: drafts === undefined ? { ...filter, ...(whose && { assignee: whose }) } : { drafts: drafts.length },
  };
  try {
    return await api.store.previewOperation(creation, drafts ? { draftIds: drafts } : wantedDrafts(filter, nowMs), {
      nowMs,
      inboxIds: visibleOnly(caller).inboxIds,
      assignee: whoseDrafts(whose, caller.id, nowMs),
    });
  } catch (error) {
    if (error instanceof StoreConflict) throw new ApiProblem('too_many', error.message, { cause: error });
    throw error;
  }
}

/** Begins what was previewed, in the caller's name and with the rights they have now; or finds it begun. */
export async function runOperation(api: Api, engine: OperationEngine, caller: Caller, operation: OperationRecord) {
  const { operationId, status, createdAtMs } = operation;
  if (status === 'freezing') throw conflict('Its drafts are still being looked for; preview it again.');
  if (status === 'previewed') {
    if (operation.actor.id !== caller.id) throw refusal('forbidden');
    const nowMs = api.now();
    if (nowMs > createdAtMs + PREVIEW_LIFE_MS) throw conflict('The preview is too old; preview it again.');
    const { waiting } = await api.store.countItems(operationId);
    if (waiting === 0) throw conflict('There is no draft that could take it.');
    const begun = { status: 'starting', startedAtMs: nowMs, actor: actorOf(caller) } as const;
    await api.store.moveOperation(operationId, ['previewed'], begun);
  }
  const now = (await api.store.getOperation(operationId)) ?? operation;
  if (now.status !== 'starting') return;
  const started = await engine.start(now);
  if (started === 'unavailable') throw notConfirmed('It is confirmed, but Temporal did not take it in time.');
}

/** What has not been done yet never is; what was done stays. */
export async function cancelOperation(api: Api, engine: OperationEngine, caller: Caller, operation: OperationRecord) {
  const { operationId } = operation;
  const end = { status: 'cancelled', cancelledBy: caller.id, endedAtMs: api.now() } as const;
  // Said here first: whoever works on it looks here between drafts.
  await api.store.moveOperation(operationId, ['previewed', 'starting', 'running'], end);
  const now = (await api.store.getOperation(operationId)) ?? operation;
  if (now.status === 'finished') throw conflict('It is over already: every draft has its result.');
  if (now.startedAtMs === null) return;
  if ((await engine.cancel(operationId)) === 'unavailable')
    throw notConfirmed('The cancel is recorded, but no worker confirmed it in time.');
}
