import { itemSentence, PREVIEW_LIFE_MS } from '../../domain/operations.ts';
import type { OperationRecord, OperationResult } from '../../store/types-operations.ts';
import { csvLine } from '../batches/views.ts';
import type { Api } from '../context.ts';
import type { Operation, OperationItems, OperationSummary } from '../schemas/index.ts';
import { iso, isoOrNull, type Names } from '../views.ts';

const SAMPLE = 20;

export function operationSummary(record: OperationRecord, names: Names): OperationSummary {
  const { operationId, action, status, filter, personId, comment, total, actor, cancelledBy } = record;
  return {
    id: operationId,
    ...{ action, filter, comment, total },
    // Its drafts are being fixed in this very moment.
    status: status === 'freezing' ? 'previewed' : status,
    person: personId === null ? null : names(personId),
    by: { id: actor.id, name: actor.name },
    createdAt: iso(record.createdAtMs),
    startedAt: isoOrNull(record.startedAtMs),
    endedAt: isoOrNull(record.endedAtMs),
    cancelledBy: cancelledBy === null ? null : names(cancelledBy),
  };
}

export async function operationView(api: Api, record: OperationRecord): Promise<Operation> {
  const { operationId, status, createdAtMs, startedAtMs } = record;
  const [counts, codes, sample] = await Promise.all([
    api.store.countItems(operationId),
    api.store.itemCodes(operationId),
    api.store.listItems(operationId, { states: ['waiting'], after: 0, limit: SAMPLE }),
  ]);
  const ui = api.temporalUiUrl;
  const workflow = `namespaces/${encodeURIComponent(api.namespace)}/workflows/${encodeURIComponent(operationId)}`;
  return {
    ...operationSummary(record, api.names),
    counts,
    left: codes.map(({ code, count }) => ({ code, message: itemSentence(code), count })),
    sample: sample.map(({ draftId, inboxId, subject, recipients, status: now }) => ({
      ...{ draftId, inboxId, subject, recipients, status: now },
    })),
    expiresAt: status === 'previewed' ? iso(createdAtMs + PREVIEW_LIFE_MS) : null,
    temporalUrl: ui === undefined || startedAtMs === null ? null : `${ui}/${workflow}`,
  };
}

export function itemView(item: OperationResult): OperationItems['items'][number] {
  const { position, draftId, inboxId, subject, recipients, status, state, changed, code, settledAtMs } = item;
  return {
    ...{ position, draftId, inboxId, subject, recipients, status, state, changed },
    reason: code === null ? null : { code, message: itemSentence(code) },
    at: isoOrNull(settledAtMs),
  };
}

const COLUMNS = ['draftId', 'inboxId', 'result', 'code', 'message', 'changed', 'at', 'draftStatus'] as const;
export const RESULT_HEAD = csvLine(COLUMNS);

/** One line of the result file, with its line end. What the mail says stays out of it. */
export function resultLine(item: OperationResult, format: 'csv' | 'jsonl'): string {
  const { draftId, inboxId, state, code, changed, settledAtMs, status } = item;
  const line = {
    ...{ draftId, inboxId, result: state, code, changed },
    message: code === null ? null : itemSentence(code),
    at: isoOrNull(settledAtMs),
    draftStatus: status,
  };
  if (format === 'jsonl') return `${JSON.stringify(line)}\n`;
  return csvLine(
    COLUMNS.map((name) => (name === 'changed' ? (changed === null ? null : String(changed)) : line[name])),
  );
}
