import type { AuditData, AuditType } from '../domain/audit.ts';
import { jsonDigest } from '../domain/digest.ts';
import { commandIdFor } from '../domain/ids.ts';
import { type ItemCode, isWaiting, operationOrigin } from '../domain/operations.ts';
import { isEnd } from '../domain/state.ts';
import type { DraftRow } from '../store/types.ts';
import type { ItemOutcome, OperationItem, OperationRecord } from '../store/types-operations.ts';
import type { CommandInputs } from '../workflows/messages.ts';
import type { ActivityDeps } from './deps.ts';

const skipped = (code: ItemCode): ItemOutcome => ({ state: 'skipped', code });
const DONE: ItemOutcome = { state: 'done', changed: true };

/**
 * Does to one draft what the operation is for. Every step may be taken again by another worker: commands have ids of
 * their own, and what is written here is known by its audit row, which is unique.
 */
export async function operateOn(
  deps: ActivityDeps,
  operation: OperationRecord,
  item: OperationItem,
  row: DraftRow,
): Promise<ItemOutcome | 'unanswered'> {
  const one: One = { deps, operation, item, row };
  switch (operation.action) {
    case 'pause':
      return pause(one);
    case 'resume':
      return resume(one);
    case 'reassign':
      return reassign(one);
    case 'recheck':
      return command(one, 'recheck', { operationId: operation.operationId }, null);
    case 'recompose':
      return recompose(one);
  }
}

interface One {
  deps: ActivityDeps;
  operation: OperationRecord;
  item: OperationItem;
  row: DraftRow;
}

const statusOf = ({ projection }: DraftRow) => projection?.status ?? 'composing';

/** Why a draft that waited when it was previewed is beyond the operation now; null: it is not. */
function beyond(row: DraftRow): ItemOutcome | null {
  if (isWaiting(statusOf(row))) return null;
  return skipped(isEnd(statusOf(row)) ? 'already_ended' : 'locked_sending');
}

async function pause(one: One): Promise<ItemOutcome> {
  const { store, clock } = one.deps;
  const { operationId, actor, comment } = one.operation;
  const { draftId } = one.row;
  const late = beyond(one.row);
  if (late) return late;
  const made = { draftId, reason: comment ?? '', by: actor.id, atMs: clock(), operationId };
  const paused = await store.pauseDraft(made);
  const own = paused || (await store.draftPausesOf([draftId])).get(draftId)?.operationId === operationId;
  if (!own) return skipped('already_paused');
  const commentRef = comment === null ? undefined : await store.putDocument(draftId, comment);
  await tell(one, 'paused', { ...(commentRef && { commentRef }) });
  return DONE;
}

async function resume(one: One): Promise<ItemOutcome> {
  const { store, engine } = one.deps;
  const { startedAtMs, createdAtMs } = one.operation;
  const { draftId, projection } = one.row;
  const held = (await store.draftPausesOf([draftId])).get(draftId);
  if (held === undefined && !(await wasTold(one))) return skipped('not_paused');
  const sinceMs = startedAtMs ?? createdAtMs;
  if (held !== undefined && held.atMs > sinceMs) return skipped('paused_anew');
  await tell(one, 'resumed', {});
  await store.resumeDraft(draftId, sinceMs);
  // One that was not told is found by the watchdog.
  if (projection?.status === 'scheduled') await engine.notice(draftId, 'resume');
  return DONE;
}

async function reassign(one: One): Promise<ItemOutcome> {
  const { store, clock } = one.deps;
  const { personId, actor } = one.operation;
  const { draftId } = one.row;
  const late = beyond(one.row);
  if (late) return late;
  const nowMs = clock();
  const held = (await store.assignmentsOf([draftId], nowMs)).get(draftId) ?? null;
  // A worker died between the change and its record.
  const before = (held?.personId ?? null) === one.item.assigneeId;
  const after = held?.leaseUntilMs == null && (held?.personId ?? null) === personId;
  if (!before && !after) return skipped('assignee_changed');
  if (personId === null) {
    await store.release(draftId);
    await tell(one, 'released', { ...(one.item.assigneeId && { person: one.item.assigneeId }) });
    return DONE;
  }
  const wanted = { draftId, personId, assignedBy: actor.id, atMs: nowMs, leaseUntilMs: null };
  const { now } = await store.assign(wanted, { onlyIfFree: held === null });
  if (now.personId !== personId) return skipped('assignee_changed');
  await tell(one, 'assigned', { person: personId });
  return DONE;
}

async function recompose(one: One): Promise<ItemOutcome | 'unanswered'> {
  const { operationId, comment } = one.operation;
  const { revision } = one.item;
  const commentRef = comment === null ? null : await one.deps.store.putDocument(one.row.draftId, comment);
  return command(one, 'recompose', { revision, operationId, ...(commentRef && { commentRef }) }, commentRef);
}

/** The same way as a person's own command: on record first, then the Update that refers to it. */
async function command<Name extends 'recheck' | 'recompose'>(
  { deps, operation, row }: One,
  name: Name,
  facts: Omit<CommandInputs[Name], 'commandId'>,
  commentRef: string | null,
): Promise<ItemOutcome | 'unanswered'> {
  const { store, commands, clock } = deps;
  const { actor, operationId } = operation;
  const { draftId } = row;
  const commandId = commandIdFor(actor.id, `operation:${operationId}:${name}:${draftId}`);
  const record = { commandId, draftId, name, actor, factsDigest: jsonDigest(facts), commentRef };
  await store.putCommand({ ...record, createdAtMs: clock() });
  const outcome = await commands.command(draftId, name, { ...facts, commandId });
  switch (outcome.kind) {
    case 'done':
      return { state: 'done', changed: outcome.result.changed ?? true };
    case 'refused':
      return outcome.code === 'agentmail_unavailable' ? 'unanswered' : skipped(outcome.code);
    case 'gone': {
      // Its own recheck may have ended it; then a repeat still finds what it did.
      const events = await store.listEvents(draftId);
      return events.some((event) => event.commandId === commandId) ? DONE : skipped('already_ended');
    }
    case 'unavailable':
      return 'unanswered';
  }
}

/** The record of what the operation did itself, where no workflow tells it: how every open desk learns of it, too. */
async function tell({ deps, operation, row }: One, type: AuditType, data: AuditData): Promise<void> {
  const { operationId, actor } = operation;
  const entry = {
    ...{ origin: operationOrigin(operationId), sequence: 0, type, atMs: deps.clock() },
    ...{ actorId: actor.id, commandId: null },
    ...{ revision: row.projection?.revision ?? 0, digest: row.projection?.digest ?? null },
    data: { ...data, operation: operationId },
  };
  await deps.store.record(row.draftId, [entry], null);
}

async function wasTold({ deps, operation, row }: One): Promise<boolean> {
  const origin = operationOrigin(operation.operationId);
  return (await deps.store.listEvents(row.draftId)).some((event) => event.origin === origin);
}
