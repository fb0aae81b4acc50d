import { guardFormula } from '../../domain/formula-guard.ts';
import { REASONS, type ReasonCode } from '../../domain/reasons.ts';
import { DRAFT_STATUSES, type DraftStatus } from '../../domain/state.ts';
import type { BatchRecord, BatchResultRow, BatchRow } from '../../store/types-batches.ts';
import type { Api } from '../context.ts';
import { type Batch, type BatchResult, type BatchRows, type BatchSummary, RESULT_COLUMNS } from '../schemas/index.ts';
import { iso, isoOrNull, type Names } from '../views.ts';

export function batchSummary(record: BatchRecord, names: Names): BatchSummary {
  const { batchId, name, status, inboxId, recipe, category, priority, schedule, holdMs, reviewTimeoutMs } = record;
  return {
    id: batchId,
    ...{ name, status, inboxId, recipe, category, priority, schedule, holdMs, reviewTimeoutMs },
    format: record.format,
    uploadedBytes: record.uploadedBytes,
    uploadedCrc32: record.uploadedCrc,
    rowCount: record.rowCount,
    createdBy: names(record.creator.id),
    createdAt: iso(record.createdAtMs),
    startedAt: isoOrNull(record.startedAtMs),
    endedAt: isoOrNull(record.endedAtMs),
  };
}

export async function batchView(api: Api, record: BatchRecord): Promise<Batch> {
  const { batchId, startedAtMs } = record;
  const [counts, drafts] = await Promise.all([api.store.countBatchRows(batchId), api.store.countBatchDrafts(batchId)]);
  const { rowCount: total, ...summary } = batchSummary(record, api.names);
  const workflow = `namespaces/${encodeURIComponent(api.namespace)}/workflows/${encodeURIComponent(batchId)}`;
  const ui = api.temporalUiUrl;
  return {
    ...summary,
    rows: { total, ...counts },
    drafts: Object.fromEntries(Object.entries(drafts).filter(([status]) => isStatus(status))),
    temporalUrl: ui === undefined || startedAtMs === null ? null : `${ui}/${workflow}`,
  };
}

const isStatus = (status: string): status is DraftStatus => DRAFT_STATUSES.some((known) => known === status);

export function rowView({ row, state, input, draftId, errorCode, error }: BatchRow): BatchRows['items'][number] {
  return { row, state, input, draftId, error: errorCode === null ? null : { code: errorCode, message: error ?? '' } };
}

const isReason = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

export function resultView(found: BatchResultRow, batch: BatchRecord): BatchResult {
  const { row, state, draftId, draftStatus, draftReason, inputRef, messageId, sentAtMs } = found;
  const waiting = batch.status === 'cancelled' ? 'not_started' : 'waiting';
  const reason = draftReason !== null && isReason(draftReason) ? REASONS[draftReason] : null;
  return {
    row,
    status: state === 'waiting' ? waiting : (draftStatus ?? state),
    ...{ draftId, inputRef },
    errorCode: found.errorCode ?? draftReason,
    errorMessage: found.error ?? reason,
    messageId,
    sentAt: isoOrNull(sentAtMs),
  };
}

/** One line of the result file, with its line end. */
export function resultLine(result: BatchResult, format: 'csv' | 'jsonl'): string {
  return format === 'jsonl' ? `${JSON.stringify(result)}\n` : csvLine(RESULT_COLUMNS.map((name) => result[name]));
}

export const csvLine = (cells: readonly (string | number | null)[]) => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(value: string | number | null): string {
  const text = typeof value === 'string' ? guardFormula(value) : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
