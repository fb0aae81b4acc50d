import { isAgent } from '../../domain/permissions.ts';
import type { BatchRecord, BatchStatus } from '../../store/types-batches.ts';
import type { BatchCommand, BatchEngine } from '../../temporal/batch-engine.ts';
import type { Api } from '../context.ts';
import type { Caller } from '../deps.ts';
import { refusal } from '../problems.ts';
import { batchConflict, notConfirmed } from './problems.ts';
import { sealBatch } from './upload.ts';

const LIVE: readonly BatchStatus[] = ['starting', 'running', 'paused'];
const ENDS: readonly BatchStatus[] = ['finished', 'cancelled'];
const isOver = ({ status }: BatchRecord) => ENDS.includes(status);

/**
 * Starts the batch, or finds it started: every repeat gets the same answer. What somebody cancelled stays so, also
 * while nobody has confirmed it: a start would give its other rows their drafts after all.
 */
export async function startBatch(api: Api, engine: BatchEngine, batch: BatchRecord, bytes?: number): Promise<void> {
  const sealed = await sealBatch(api, batch, bytes);
  if (sealed.status === 'finished') return;
  if (sealed.status === 'cancelled') throw batchConflict('The batch was cancelled; make a new one.');
  if (sealed.cancelledBy !== null) {
    throw batchConflict('Somebody cancelled the batch, and nobody confirmed it: cancel it again, then make a new one.');
  }
  const nowMs = api.now();
  if (sealed.startedAtMs === null) await api.store.moveBatch(sealed.batchId, ['starting'], { startedAtMs: nowMs });
  const started = await engine.start(sealed);
  if (started === 'unavailable') throw notConfirmed('All rows are here, but Temporal did not take the batch in time.');
}

/** Pauses or resumes the starting of drafts; those that have started go their own way. */
export async function steerBatch(engine: BatchEngine, batch: BatchRecord, command: 'pause' | 'resume'): Promise<void> {
  if (batch.status === 'uploading') throw batchConflict('The batch has not been started yet.');
  if (isOver(batch)) throw batchConflict(`The batch is ${batch.status}; there is nothing to ${command}.`);
  if ((await given(engine, batch, command)) !== 'done')
    throw batchConflict('The batch is over, or not under way yet: look at it again.');
}

/**
 * Cancels what has not started. With `withdrawDrafts` also ends its undecided drafts, in the caller's name; that may
 * also be asked for once the batch is over.
 */
export async function cancelBatch(
  api: Api,
  engine: BatchEngine,
  { batch, caller, withdrawDrafts }: { batch: BatchRecord; caller: Caller; withdrawDrafts: boolean },
): Promise<void> {
  const { batchId } = batch;
  const { id, kind, roles, name } = caller;
  const wish = { cancelledBy: { id, kind, roles, name }, ...(withdrawDrafts && { withdrawDrafts }) };
  const end = { ...wish, status: 'cancelled', endedAtMs: api.now() } as const;
  if (await api.store.moveBatch(batchId, ['uploading'], end)) return api.store.clearBatchRows(batchId);
  if (isOver(batch)) return cancelEnded(api, engine, batch, withdrawDrafts ? wish : null);
  await api.store.moveBatch(batchId, LIVE, wish);
  const outcome = await given(engine, batch, 'cancel');
  if (outcome === 'done') return;
  // Nobody is there to end it: its workflow never came to be, or was ended by force. One that came to its end has told so.
  if (outcome === 'gone') await api.store.moveBatch(batchId, LIVE, end);
  const now = (await api.store.getBatch(batchId)) ?? batch;
  if (!isOver(now)) throw batchConflict('The batch is coming to its end; look at it again.');
  return cancelEnded(api, engine, now, withdrawDrafts ? wish : null);
}

type Wish = Pick<BatchRecord, 'cancelledBy'> & Partial<Pick<BatchRecord, 'withdrawDrafts'>>;
async function cancelEnded(api: Api, engine: BatchEngine, batch: BatchRecord, wish: Wish | null): Promise<void> {
  if (wish === null) {
    if (batch.status === 'cancelled') return;
    throw batchConflict('Every row of the batch has its draft already; ask for withdrawDrafts to end those.');
  }
  await api.store.moveBatch(batch.batchId, ENDS, wish);
  const started = await engine.withdraw(batch);
  if (started === 'unavailable') throw notConfirmed('The wish is recorded, but Temporal did not take it in time.');
}

async function given(
  engine: BatchEngine,
  batch: BatchRecord,
  command: BatchCommand,
): Promise<'done' | 'gone' | 'refused'> {
  const outcome = await engine.command(batch.batchId, command);
  if (outcome.kind === 'unavailable') {
    throw notConfirmed(`No worker confirmed the ${command} in time.`, outcome.cause);
  }
  return outcome.kind;
}

/** Its maker, or an operator. @throws ApiProblem `forbidden` */
export function assertMaySteer(caller: Caller, batch: BatchRecord): void {
  const operates = !isAgent(caller) && caller.roles.includes('operator');
  if (!operates && !isMaker(caller, batch)) throw refusal('forbidden');
}

/**
 * Rows are its maker's alone: whoever could add some to somebody else's batch could approve what they wrote themselves.
 * @throws ApiProblem `forbidden`
 */
export function assertIsMaker(caller: Caller, batch: BatchRecord): void {
  if (!isMaker(caller, batch)) throw refusal('forbidden');
}

const isMaker = (caller: Caller, { creator }: BatchRecord) => caller.id === creator.id;
