import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch } from '../client/index.ts';
import type { Context } from './context.ts';
import { UsageError } from './exit.ts';
import { Progress } from './progress.ts';
import { safeText } from './text.ts';

/** Uploads a file from where an earlier upload stopped, and tells how far it is. */
export async function uploadFile(context: Context, id: string, file: string): Promise<Batch> {
  const { io, out } = context;
  const handle = await open(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });
  });
  const progress = new Progress(io, 'bytes uploaded');
  const { tenth } = stepper();
  try {
    const { size } = await handle.stat();
    const read = async (start: number, end: number) => {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(end - start), 0, end - start, start);
      if (bytesRead < end - start) throw new UsageError(`${file} became shorter while it was uploaded.`);
      return buffer;
    };
    return await context.client('agent').batches.upload(
      id,
      { size, read },
      {
        signal: io.signal,
        onProgress(done, whole) {
          progress.show(done, whole);
          if (!io.interactive && tenth(done, whole)) out.note(`${done} of ${whole} bytes uploaded`);
        },
      },
    );
  } finally {
    progress.end();
    await handle.close();
  }
}

const FIRST_LOOK_MS = 500;
const MAX_LOOK_MS = 5_000;

/** Follows a batch until it has started all it can, is paused or cancelled; or until Ctrl-C. */
export async function followBatch(context: Context, id: string): Promise<Batch> {
  const { io, out } = context;
  const { batches } = context.client('reviewer');
  const progress = new Progress(io, 'rows done');
  const { tenth } = stepper();
  try {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.2, MAX_LOOK_MS)) {
      const batch = await batches.get(id);
      const { total, started, bad } = batch.rows;
      progress.show(started + bad, total);
      if (!io.interactive && tenth(started + bad, total)) out.note(`${started + bad} of ${total} rows done`);
      if (batch.status !== 'starting' && batch.status !== 'running') return batch;
      await sleep(pauseMs, undefined, { signal: io.signal });
    }
  } finally {
    progress.end();
  }
}

/** Says when another tenth is reached: a log needs no more lines. */
function stepper() {
  let last = 0;
  return {
    tenth(done: number, whole: number): boolean {
      const now = whole === 0 ? 0 : Math.floor((done / whole) * 10);
      const more = now > last;
      last = Math.max(last, now);
      return more;
    },
  };
}

export function showBatch({ out }: Context, batch: Batch): void {
  const { rows, drafts } = batch;
  out.line(`${out.style(batch.id, 'bold')}  ${out.style(batch.status, 'cyan')}  ${safeText(batch.name)}`);
  out.line(`${rows.total} rows: ${rows.started} started, ${rows.waiting} waiting, ${rows.bad} bad`);
  const parts = Object.entries(drafts).map(([status, count]) => `${count} ${status.replaceAll('_', ' ')}`);
  if (parts.length > 0) out.line(`drafts: ${parts.join(', ')}`);
  if (rows.bad > 0) out.note(`\`countersign batch rows ${batch.id} --bad\` says what is wrong with the bad ones.`);
  if (batch.status === 'uploading' && rows.total > 0) out.note(`Start it: countersign batch start ${batch.id}`);
}
