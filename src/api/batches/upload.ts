import { crc32 } from '../../domain/crc32.ts';
import type { BatchRecord } from '../../store/types-batches.ts';
import { storeBlobs } from '../contents.ts';
import type { Api } from '../context.ts';
import { recipeOf } from '../creation.ts';
import { ApiProblem } from '../problems.ts';
import { batchConflict, batchNotFound, uploadGap } from './problems.ts';
import { BatchFileError, type Reading, readRows } from './read.ts';

/**
 * Takes a chunk of the file that begins at `offset`. What is here already is not read again, so that a repeat does no
 * harm and whoever lost an answer goes on from any place that is here.
 */
export async function uploadChunk(api: Api, batch: BatchRecord, offset: number, chunk: Uint8Array): Promise<void> {
  const here = batch.uploadedBytes;
  if (offset + chunk.length <= here) return;
  if (batch.status !== 'uploading') throw batchConflict(`The batch is ${batch.status}: it takes no more rows.`);
  if (offset > here) throw uploadGap(here);
  const fresh = chunk.subarray(here - offset);
  const bytes = Buffer.concat([await api.store.batchCarry(batch.batchId), fresh]);
  const reading = await read(api, batch, bytes, false);
  const before = crcBefore(batch);
  const crc = before === null ? null : crc32(fresh, before);
  const upload = { fromBytes: here, toBytes: here + fresh.length, crc, seal: false, ...reading };
  if (await api.store.appendBatchRows(batch.batchId, upload)) return;
  // Somebody else was faster, perhaps this very request in another attempt.
  const now = await reloaded(api, batch.batchId);
  if (offset + chunk.length > now.uploadedBytes) throw uploadGap(now.uploadedBytes);
}

/** Reads the last row, which has no line end, and takes no more; a batch that is past this stays as it is. */
export async function sealBatch(api: Api, batch: BatchRecord, wholeBytes: number | undefined): Promise<BatchRecord> {
  if (batch.status !== 'uploading') return batch;
  const here = batch.uploadedBytes;
  if (wholeBytes !== undefined && wholeBytes !== here) throw uploadGap(here);
  const carry = await api.store.batchCarry(batch.batchId);
  const reading = await read(api, batch, carry, true);
  if (batch.rowCount + reading.rows.length === 0) {
    throw fileProblem(batch, [
      batch.format === 'csv' ? 'the file has no rows below its header' : 'the file has no rows',
    ]);
  }
  const upload = { fromBytes: here, toBytes: here, crc: crcBefore(batch), seal: true, ...reading };
  const sealed = await api.store.appendBatchRows(batch.batchId, upload);
  const now = await reloaded(api, batch.batchId);
  if (!sealed && now.status === 'uploading')
    throw batchConflict('Rows came in while the batch was started; try again.');
  return now;
}

/** Of nothing it is known. */
const crcBefore = ({ uploadedBytes, uploadedCrc }: BatchRecord) => (uploadedBytes === 0 ? 0 : uploadedCrc);

async function read(api: Api, batch: BatchRecord, bytes: Uint8Array, last: boolean): Promise<Reading> {
  try {
    const reading = await readRows(recipeOf(api, batch.recipe, 'recipe'), batch, bytes, last);
    await storeBlobs(api.store, reading.blobs);
    return reading;
  } catch (error) {
    if (error instanceof BatchFileError) throw fileProblem(batch, error.problems);
    throw error;
  }
}

function fileProblem({ name }: BatchRecord, problems: string[]): ApiProblem {
  const fields = problems.map((message) => ({ path: 'rows', message }));
  return new ApiProblem('invalid_request', `The file of ${name} cannot be used: ${problems.join('; ')}`, {
    extra: { fields },
  });
}

async function reloaded(api: Api, batchId: string): Promise<BatchRecord> {
  const batch = await api.store.getBatch(batchId);
  if (batch === null) throw batchNotFound(batchId);
  return batch;
}
