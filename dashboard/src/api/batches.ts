import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Batch, BatchList, BatchRows, CreateBatch } from '../../../src/api/schemas/index.ts';
import { crc32 } from '../../../src/domain/crc32.ts';
import { call, getJson, isPassing } from './http.ts';
import { at, download, queryOf, send } from './send.ts';

export const batches = {
  create: (body: CreateBatch) => send<Batch>('POST', at('batches'), body),
  start: (id: string, bytes?: number) => send<Batch>('POST', at('batches', id, 'start'), { bytes }),
  pause: (id: string) => send<Batch>('POST', at('batches', id, 'pause')),
  resume: (id: string) => send<Batch>('POST', at('batches', id, 'resume')),
  cancel: (id: string, withdrawDrafts: boolean) => send<Batch>('POST', at('batches', id, 'cancel'), { withdrawDrafts }),
  results: (id: string) => download(`${at('batches', id, 'results')}?format=csv`, `${id}.csv`),
};

const CHUNK_BYTES = 1024 * 1024;
const ATTEMPTS = 4;
const TYPES = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const;

/** Uploads a file from where the server has it up to. A piece whose answer was lost is sent again: it counts once. */
export async function uploadRows(batch: Batch, file: Blob, onProgress: (bytes: number) => void): Promise<Batch> {
  await assertSame(batch, file);
  let now = batch;
  while (now.uploadedBytes < file.size) {
    const offset = now.uploadedBytes;
    const piece = file.slice(offset, offset + CHUNK_BYTES);
    const path = `${at('batches', batch.id, 'rows')}${queryOf({ offset })}`;
    now = await patiently(async () => {
      const response = await call(path, {
        method: 'PUT',
        headers: { 'Content-Type': TYPES[batch.format] },
        body: piece,
      });
      const answer: Batch = await response.json();
      return answer;
    });
    onProgress(now.uploadedBytes);
  }
  return now;
}

/** @throws Error where the file does not begin with what is there already: rows of two files would be mixed. */
async function assertSame({ uploadedBytes, uploadedCrc32 }: Batch, file: Blob): Promise<void> {
  if (uploadedCrc32 === null || uploadedBytes === 0) return;
  let crc = 0;
  for (let start = 0; start < uploadedBytes; start += CHUNK_BYTES) {
    const piece = file.slice(start, Math.min(start + CHUNK_BYTES, uploadedBytes));
    crc = crc32(new Uint8Array(await piece.arrayBuffer()), crc);
  }
  if (crc !== uploadedCrc32) throw new Error('This is not the file of which a part is uploaded: it was changed.');
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failures + 1 >= ATTEMPTS || !isPassing(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** failures));
    }
  }
}

export const isMoving = ({ status }: Pick<Batch, 'status'>): boolean => status === 'starting' || status === 'running';

function firstPage(): string | undefined {
  return undefined;
}
const firstRow = 0;

export const batchQueries = {
  list: () =>
    infiniteQueryOptions({
      queryKey: ['batches'],
      queryFn: ({ pageParam }) => getJson<BatchList>(`${at('batches')}${queryOf({ limit: 25, cursor: pageParam })}`),
      initialPageParam: firstPage(),
      getNextPageParam: (last) => last.nextCursor ?? undefined,
      refetchInterval: 10_000,
      staleTime: 0,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['batch', id],
      queryFn: () => getJson<Batch>(at('batches', id)),
      // What it started goes on being reviewed and sent after it has ended.
      refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? 2_000 : 10_000),
      staleTime: 0,
    }),
  badRows: (id: string) =>
    infiniteQueryOptions({
      queryKey: ['batch', id, 'bad'],
      queryFn: ({ pageParam }) =>
        getJson<BatchRows>(`${at('batches', id, 'rows')}${queryOf({ state: 'bad', after: pageParam, limit: 50 })}`),
      initialPageParam: firstRow,
      getNextPageParam: (last) => last.nextAfter ?? undefined,
      staleTime: 5_000,
    }),
};
