import type {
  Batch,
  BatchList,
  BatchRows,
  CancelBatch,
  CreateBatch,
  ListRowsQuery,
  StartBatch,
} from '../api/schemas/index.ts';
import { crc32 } from '../domain/crc32.ts';
import { CountersignError } from './errors.ts';
import { type Http, path, STREAM_TIMEOUT_MS } from './http.ts';

/** Where the rows come from: all bytes at once, or a reader of any part of a file. */
export type BatchSource = Uint8Array<ArrayBuffer> | string | BatchReader;
export interface BatchReader {
  /** Bytes of the whole file. */
  size: number;
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface UploadOptions {
  /** Bytes of one request; 1 MB when absent, at most 8 MB. */
  chunkBytes?: number;
  onProgress?(uploadedBytes: number, size: number): void;
  signal?: AbortSignal;
}

/** `after`: number of the last row of the page before. */
export type RowsQuery = Pick<ListRowsQuery, 'state'> & { after?: number; limit?: number };

const CHUNK_BYTES = 1024 * 1024;
const TYPES = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const;

/** Many drafts by one recipe. All methods reject with a `CountersignError`. */
export class Batches {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Makes a batch that waits for its rows. With your `requestId` a repeat answers the same batch. */
  create(input: CreateBatch): Promise<Batch> {
    const body: CreateBatch = { ...input, requestId: input.requestId ?? crypto.randomUUID() };
    return this.#http.json({ method: 'POST', path: path('batches'), body, repeatable: true });
  }

  get(id: string): Promise<Batch> {
    return this.#http.json({ path: path('batches', id) });
  }

  /** One page, newest first. */
  list(query: { limit?: number; cursor?: string } = {}): Promise<BatchList> {
    return this.#http.json({ path: path('batches'), query: { ...query } });
  }

  /**
   * Uploads the rows, from where an earlier upload of the same file stopped. Rejects with `upload_gap` when the file does
   * not begin with what is there already.
   */
  async upload(id: string, source: BatchSource, options: UploadOptions = {}): Promise<Batch> {
    const { chunkBytes = CHUNK_BYTES, onProgress, signal } = options;
    const { size, read } = readerOf(source);
    let batch = await this.get(id);
    if (batch.uploadedBytes > size) {
      const message = `${batch.uploadedBytes} bytes are uploaded already; this file has ${size}: it is another one.`;
      throw new CountersignError('upload_gap', message);
    }
    if (!(await beginsAs(batch, read, chunkBytes))) {
      const message = `The first ${batch.uploadedBytes} bytes of this file are not those that are uploaded already: it was changed, or is another one. Cancel the batch and upload it anew.`;
      throw new CountersignError('upload_gap', message);
    }
    const headers = { 'Content-Type': TYPES[batch.format] };
    while (batch.uploadedBytes < size) {
      const offset = batch.uploadedBytes;
      const bytes = await read(offset, Math.min(offset + chunkBytes, size));
      const query = { offset };
      const request = { method: 'PUT', path: path('batches', id, 'rows'), query, headers, bytes, signal } as const;
      batch = await this.#http.json<Batch>({ ...request, repeatable: true });
      onProgress?.(batch.uploadedBytes, size);
    }
    return batch;
  }

  /** Starts the drafts. `bytes`, the size of the file, refuses a start before all of it is here. */
  start(id: string, input: StartBatch = {}): Promise<Batch> {
    return this.#http.json({ method: 'POST', path: path('batches', id, 'start'), body: input, repeatable: true });
  }

  /** When this is answered, no further draft is started. */
  pause(id: string): Promise<Batch> {
    return this.#http.json({ method: 'POST', path: path('batches', id, 'pause'), repeatable: true });
  }
  resume(id: string): Promise<Batch> {
    return this.#http.json({ method: 'POST', path: path('batches', id, 'resume'), repeatable: true });
  }
  /** Rows that have no draft never get one; `withdrawDrafts` also ends undecided drafts. */
  cancel(id: string, input: CancelBatch = {}): Promise<Batch> {
    return this.#http.json({ method: 'POST', path: path('batches', id, 'cancel'), body: input, repeatable: true });
  }

  rows(id: string, query: RowsQuery = {}): Promise<BatchRows> {
    return this.#http.json({ path: path('batches', id, 'rows'), query: { ...query } });
  }

  /** Every row in a state, page by page. */
  async *allRows(id: string, state?: RowsQuery['state']): AsyncGenerator<BatchRows['items'][number], void> {
    for (let after: number | null = 0; after !== null; ) {
      const page: BatchRows = await this.rows(id, { state, after, limit: 200 });
      yield* page.items;
      after = page.nextAfter;
    }
  }

  /** The result file, one line a row: its bytes as they come. */
  async results(
    id: string,
    format: 'csv' | 'jsonl' = 'csv',
    signal?: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const request = { path: path('batches', id, 'results'), query: { format }, signal, timeoutMs: STREAM_TIMEOUT_MS };
    const { body } = await this.#http.send(request);
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }
}

/** Whether what is uploaded already is how the file begins, as far as that is known. */
async function beginsAs(
  { uploadedBytes, uploadedCrc32 }: Batch,
  read: BatchReader['read'],
  chunkBytes: number,
): Promise<boolean> {
  if (uploadedCrc32 === null) return true;
  let crc = 0;
  for (let start = 0; start < uploadedBytes; start += chunkBytes) {
    crc = crc32(await read(start, Math.min(start + chunkBytes, uploadedBytes)), crc);
  }
  return uploadedBytes === 0 || crc === uploadedCrc32;
}

function readerOf(source: BatchSource): BatchReader {
  if (typeof source === 'string') return readerOf(new TextEncoder().encode(source));
  if (!(source instanceof Uint8Array)) return source;
  return { size: source.length, read: async (start, end) => source.subarray(start, end) };
}
