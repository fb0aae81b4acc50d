import type { Engine } from './database.ts';

/**
 * Begins another epoch of the event log when it holds transactions this cluster has not come to yet: the database was
 * restored from a dump, and new events would otherwise sort before the restored ones and be missed.
 */
export async function checkEpoch(engine: Engine): Promise<void> {
  await engine.rows(
    `update event_log set epoch = epoch + 1
     where (select xid from events where events.epoch = event_log.epoch order by xid desc limit 1)
           >= pg_snapshot_xmax(pg_current_snapshot())`,
    [],
  );
}
