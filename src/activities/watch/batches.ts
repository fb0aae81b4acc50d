import { type Check, forEach } from './check.ts';

/** A start takes a moment between the last row and the workflow. */
const GRACE_MS = 60_000;
const AT_MOST = 100;

/**
 * Batches whose rows are all here and that never began, because whoever took the start died in between, are started.
 * Those whose workflow is gone are told about: whoever ended it may have meant it, and a start lets it go on.
 */
export const batches: Check = async (look) => {
  const { store, batchEngine, engine, alerts } = look.deps;
  let repaired = 0;
  const starting = await store.startingBatches(look.nowMs - GRACE_MS, AT_MOST);
  await forEach(look, starting, async (batch) => {
    if ((await batchEngine.start(batch)) === 'started') repaired += 1;
  });
  const underWay = await store.batchesUnderWay(AT_MOST);
  const gone: string[] = [];
  await forEach(look, underWay, async ({ batchId }) => {
    if ((await engine.describe(batchId)) === 'running') return;
    // Read after the engine was asked: one that came to its end meanwhile has told so.
    const status = (await store.getBatch(batchId))?.status;
    if (status === 'running' || status === 'paused') gone.push(batchId);
  });
  const key = 'stuck:batch';
  const [batchId] = gone;
  if (batchId === undefined) await alerts.resolve(key);
  else {
    const title = 'Batches are under way and their workflows are gone. Start again what is wanted, cancel the rest.';
    await alerts.raise({ key, kind: 'stuck', severity: 'critical', title, facts: { batches: gone.length, batchId } });
  }
  return { looked: starting.length + underWay.length, repaired, found: gone.length };
};
